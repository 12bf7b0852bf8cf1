import { request } from 'node:https';
import type { Access } from './users.ts';

/** One answer of an API server. */
export interface Answer {
  status: number;
  body: unknown;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** GET of a path such as `/readyz`, on a connection of its own; rejects after 5 s of silence. */
export const get = ({ url, ca, token }: Access, path: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const options = { ca, agent: false, timeout: 5000, headers: { authorization: `Bearer ${token}` } };
    const call = request(new URL(path, url), options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(text) }));
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error(`${url}${path} was silent for 5 s`)));
    call.on('error', reject);
    call.end();
  });
