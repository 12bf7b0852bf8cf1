import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../../../../src/engine/kubernetes/client/objects.ts';
import { status, type Got } from './server.ts';

export const TYPE = { group: 'example.com', version: 'v1', plural: 'things', namespaced: true };
export type Thing = KubeObject & { note?: string };

export const thing = (name: string, version: number, uid = name): Thing => ({
  metadata: { name, namespace: 'a', uid, resourceVersion: String(version) },
});
export const list = (version: number, items: Thing[], next?: string): object => ({
  kind: 'ThingList',
  apiVersion: 'example.com/v1',
  metadata: { resourceVersion: String(version), continue: next },
  items,
});
export const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
export const bookmark = (version: number): string =>
  line('BOOKMARK', { kind: 'Thing', metadata: { resourceVersion: String(version) } });
export const expired = status(410, 'Expired', 'too old resource version: 1 (7)');

export type Act = (response: ServerResponse, got: Got) => void;
/** Answers with these events, and leaves the watch open. */
export const tell =
  (...lines: string[]): Act =>
  (response) =>
    void response.write(lines.join(''));
export const end =
  (...lines: string[]): Act =>
  (response) =>
    void response.end(lines.join(''));
/** Answers with this document. */
export const all =
  (body: object): Act =>
  (response) =>
    void response.end(JSON.stringify(body));

/** Events up to one, which must come. */
export async function upTo(last: string, events: AsyncGenerator<string, void>): Promise<string[]> {
  const seen: string[] = [];
  for (;;) {
    const { value, done } = await events.next();
    assert.ok(!done, `the watch ended before ${last}, after ${seen.join()}`);
    seen.push(value);
    if (value === last) return seen;
  }
}
