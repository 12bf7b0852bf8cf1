import { z } from 'zod';
import { LfsError } from './lfs-error.ts';
import type { Pointer } from './pointer.ts';

/** The media type of Git LFS' API (git-lfs/docs/api/batch.md). */
export const MEDIA_TYPE = 'application/vnd.git-lfs+json';

/** Objects of one request; git-lfs asks for as many. */
export const BATCH = 100;

export type Operation = 'download' | 'upload';

const action = z.object({
  href: z.string().max(16_384),
  header: z.record(z.string().max(256), z.string().max(16_384)).nullish(),
});
export type Action = z.infer<typeof action>;

const answer = z.object({
  transfer: z.string().max(100).nullish(),
  objects: z
    .array(
      z.object({
        oid: z.string().max(128),
        size: z.number().nullish(),
        actions: z
          .object({ download: action.nullish(), upload: action.nullish(), verify: action.nullish() })
          .nullish(),
        error: z.object({ code: z.number(), message: z.string().max(65_536).nullish() }).nullish(),
      }),
    )
    .max(10_000),
});
export type BatchObject = z.infer<typeof answer>['objects'][number];

/** The body of a request. Only git-lfs' own way of transfer is offered: others are programs. */
export const batchBody = (operation: Operation, objects: readonly Pointer[], ref?: string): string =>
  JSON.stringify({
    operation,
    transfers: ['basic'],
    ...(ref !== undefined && { ref: { name: ref } }),
    objects,
    hash_algo: 'sha256',
  });

/** What the server says of each object that was asked for, by its digest. Throws an LfsError. */
export function readBatch(text: string, server: string): Map<string, BatchObject> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LfsError(`${server} answered with something else than Git LFS' JSON`, { cause: error });
  }
  const read = answer.safeParse(value);
  if (!read.success)
    throw new LfsError(`${server} answered with something else than Git LFS' API has`, { cause: read.error });
  const { transfer, objects } = read.data;
  if (transfer && transfer !== 'basic')
    throw new LfsError(
      `${server} wants the transfer ${JSON.stringify(transfer)}, and bgtask runs no transfer program`,
    );
  return new Map(objects.map((object) => [object.oid, object]));
}

/** What people do about a status, by git-lfs/docs/api/batch.md. */
const STATUS: Readonly<Record<number, string>> = {
  401: 'wants another credential (401)',
  403: 'refuses the credential (403)',
  404: 'has no Git LFS for this repository, or hides it from the credential (404)',
  413: 'says that the request is too large (413)',
  422: 'refuses the objects (422)',
  429: 'is asked too often (429)',
  501: 'has no Git LFS (501)',
  507: 'is out of storage (507)',
  509: 'says that the bandwidth is used up (509)',
};

/** Statuses that may be others in a moment. */
const isPassing = (status: number): boolean =>
  status === 429 || (status >= 500 && ![501, 507, 509].includes(status));

/** The error of a status, with the server's own words. */
export function statusError(server: string, status: number, text: string): LfsError {
  const what = STATUS[status] ?? `answered with status ${status}`;
  const words = messageIn(text);
  return new LfsError(`${server} ${what}${words ? `: ${words}` : ''}`, { isPassing: isPassing(status) });
}

function messageIn(text: string): string {
  try {
    const read = z.object({ message: z.string() }).safeParse(JSON.parse(text));
    return read.success ? read.data.message.replace(/\s+/g, ' ').trim().slice(0, 300) : '';
  } catch {
    return '';
  }
}
