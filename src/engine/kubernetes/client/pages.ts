import { hasCode } from '../../../domain/errors.ts';
import { isRecord } from '../../../api/record.ts';
import { records, text } from './config/json.ts';
import { isExpired } from './http/api-error.ts';
import type { KubeClient } from './kube-client.ts';
import { pathOf, type KubeObject, type ResourceType, type Selection } from './objects.ts';

export interface Page<T> {
  items: T[];
  /** Of the whole list: a watch may go on from here. */
  resourceVersion: string;
}

export interface PageOptions extends Selection {
  /** '0': whatever the server has in its cache. The newest state when absent. */
  resourceVersion?: string;
  /** Objects in a page; 500. */
  limit?: number;
  /** Called when the list starts again, because its version expired while it was read: discard the pages so far. */
  restart?: () => void;
  signal?: AbortSignal;
}

const LIMIT = 500;

/** A page that is too large is asked for again with so many times fewer objects. */
const SHRINK = 8;

/**
 * The pages of a list. When a page's version has expired, the list starts again and comes in one page, if it is not too large for that. Pages that are
 * too large are asked for again with fewer objects: a user who may create objects may make them as large as the API server accepts.
 */
export async function* pagesOf<T extends KubeObject>(
  client: KubeClient,
  type: ResourceType,
  options: PageOptions,
): AsyncGenerator<Page<T>, void> {
  const { namespace, labelSelector, fieldSelector, resourceVersion, signal } = options;
  let limit: number | undefined = options.limit ?? LIMIT;
  let next: string | undefined;
  let isLast = false;
  while (!isLast) {
    // A continued page is of the first page's version.
    const version = next ? undefined : resourceVersion;
    const query = { labelSelector, fieldSelector, limit, continue: next, resourceVersion: version };
    try {
      const answer = await client.json({ path: pathOf(type, { namespace }), query, signal });
      const page = pageOf<T>(answer);
      ({ next } = page);
      isLast = next === undefined;
      yield page;
    } catch (error) {
      if (hasCode(error, 'TooLarge') && limit !== 1) {
        limit = limit === undefined ? LIMIT : Math.ceil(limit / SHRINK);
        continue;
      }
      if (!next || !isExpired(error)) throw error;
      options.restart?.();
      next = limit = undefined;
    }
  }
}

function pageOf<T extends KubeObject>(answer: unknown): Page<T> & { next?: string } {
  const list = isRecord(answer) ? answer : {};
  const metadata = isRecord(list.metadata) ? list.metadata : {};
  const kind = text(list.kind)?.replace(/List$/, '');
  const items = records(list.items);
  for (const item of items) {
    // The items of built-in kinds do not say what they are.
    item.apiVersion ??= list.apiVersion;
    item.kind ??= kind;
    if (isRecord(item.metadata)) delete item.metadata.managedFields;
  }
  return {
    items: items as unknown as T[],
    resourceVersion: text(metadata.resourceVersion) ?? '',
    next: text(metadata.continue),
  };
}
