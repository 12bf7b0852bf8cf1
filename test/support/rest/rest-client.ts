import assert from 'node:assert/strict';
import { Description } from './description.ts';

/** What came back. */
export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Call {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: string;
  headers?: Record<string, string>;
  /** Null sends no Authorization. */
  token?: string | null;
}

/** A caller of the API that holds each answer against the server's own description. */
export class RestClient {
  readonly url: string;
  readonly description: Description;
  readonly #token: string;

  private constructor(url: string, token: string, description: Description) {
    this.url = url;
    this.#token = token;
    this.description = description;
  }

  static async of(url: string, token: string): Promise<RestClient> {
    const response = await fetch(`${url}/openapi.json`);
    return new RestClient(url, token, new Description(await response.json()));
  }

  /** The same server, by another caller. */
  as(token: string): RestClient {
    return new RestClient(this.url, token, this.description);
  }

  /** Sends a request; the body is undefined where there was none. */
  async call<T = Record<string, unknown>>(method: string, path: string, call: Call = {}): Promise<Answer<T>> {
    const response = await this.open(method, path, call);
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const body: unknown =
      text === '' ? undefined : type.startsWith('application/json') ? JSON.parse(text) : text;
    const { pathname } = new URL(response.url);
    const problems = this.description.problems({ method, pathname }, { status: response.status, type, body });
    assert.deepEqual(problems, [], `${method} ${path} answered ${response.status}: ${text}`);
    return { status: response.status, headers: response.headers, body: body as T };
  }

  /** Sends a request whose answer is read as it comes; nothing of it is checked. */
  open(method: string, path: string, call: Call & { signal?: AbortSignal } = {}): Promise<Response> {
    const { body, raw, headers = {}, token = this.#token, signal } = call;
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    return fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(sent !== undefined && { 'Content-Type': 'application/json' }),
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: sent ?? null,
      signal: signal ?? null,
    });
  }
}
