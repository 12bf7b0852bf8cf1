import type { RefusalWords } from '../state/field-errors.ts';

/** An answer that reports a failure, in the server's own words. */
export class Refused extends Error {
  override name = 'Refused';
  readonly words: RefusalWords;
  constructor(words: RefusalWords) {
    super(words.message || words.title);
    this.words = words;
  }
}

/** The server was not reached, or went away. */
class Unreachable extends Error {
  override name = 'Unreachable';
}

interface Ask {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Lets the answer set the cookie of this browser. */
  keepsCookie?: boolean;
}

/** The server, asked for one person. */
export interface Api {
  /** The answer itself, its body unread. Throws Refused or Unreachable; an abort as fetch does. */
  open(path: string, ask?: Ask): Promise<Response>;
  /** The answer's JSON. */
  json<T>(path: string, ask?: Ask): Promise<T>;
}

/** What a token opens is kept nowhere, and the token goes nowhere else. */
const PLAIN = { cache: 'no-store', redirect: 'error' } as const;

/** A token of this tab, or the cookie with the secret of this origin. */
const proofOf = (
  token: string | undefined,
  secret: string,
): { credentials: 'same-origin' | 'omit'; headers: Record<string, string> } =>
  token === undefined
    ? { credentials: 'same-origin', headers: { 'X-Bgtask-Session': secret } }
    : { credentials: 'omit', headers: { Authorization: `Bearer ${token}` } };

async function wordsOf(response: Response): Promise<RefusalWords> {
  const { status, statusText } = response;
  const fallback = { status, title: statusText || `HTTP ${status}`, message: '' };
  try {
    const { error, message } = (await response.json()) as { error?: unknown; message?: unknown };
    return {
      status,
      title: typeof error === 'string' ? error : fallback.title,
      message: typeof message === 'string' ? message : '',
    };
  } catch {
    return fallback;
  }
}

/** An API for a token, or for the cookie of this browser with its secret. `refused` is called when the server answers 401. */
export function apiFor(token: string | undefined, refused: (message: string) => void, secret = ''): Api {
  const proof = proofOf(token, secret);
  const open = async (
    path: string,
    { method = 'GET', body, headers, signal, keepsCookie = false }: Ask = {},
  ): Promise<Response> => {
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        headers: {
          ...proof.headers,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
        ...PLAIN,
        credentials: keepsCookie ? 'same-origin' : proof.credentials,
      });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new Unreachable('The server does not answer.', { cause });
    }
    if (response.ok) return response;
    const words = await wordsOf(response);
    if (words.status === 401) refused(words.message);
    throw new Refused(words);
  };
  return {
    open,
    json: async <T>(path: string, ask?: Ask): Promise<T> => (await open(path, ask)).json() as Promise<T>,
  };
}

const PROJECTS = '/api/projects';
const segment = encodeURIComponent;

/** The API's addresses. */
export const at = {
  session: '/api/session',
  tasks: (project: string): string => `${PROJECTS}/${segment(project)}/background-tasks`,
  task: (project: string, name: string): string => `${at.tasks(project)}/${segment(name)}`,
  events: (project: string): string => `${PROJECTS}/${segment(project)}/events`,
  templates: (project: string): string => `${PROJECTS}/${segment(project)}/task-templates`,
};
