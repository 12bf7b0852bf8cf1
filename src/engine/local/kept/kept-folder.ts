import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type KeptChange, notAllNote, type LeftChange } from '../../../domain/kept-change.ts';
import { onDisk, readText } from '../jobs/durable-file.ts';
import type { JobKey } from '../jobs/job-folder.ts';

/** Files of a kept change. The folder appears with all of them at once. */
export const KEPT = {
  /** Whose it is. */
  record: 'kept.json',
  patch: 'change.patch',
  pack: 'change.pack',
  /** It need not be there. */
  conversation: 'conversation',
  /** What the work stage said, as it said it. */
  about: 'change.json',
} as const;

export interface KeptRecord {
  uid?: string;
  change: KeptChange;
}

/** The record in a folder of a kept change; undefined when there is none, or it is an earlier session's of the same name. */
export function readKept(folder: string, { uid }: JobKey): KeptRecord | undefined {
  const path = join(folder, KEPT.record);
  const text = onDisk(`The record of a kept change ${path} cannot be read`, () => readText(path));
  if (text === undefined) return undefined;
  const record = JSON.parse(text) as KeptRecord;
  return uid === undefined || record.uid === undefined || record.uid === uid ? record : undefined;
}

/** What the status says of a change that is kept in a folder. `bytes`: of the patch. */
export const keptChange = (folder: string, said: LeftChange, bytes: number): KeptChange => {
  const note = notAllNote(said);
  const { base, files, added, removed } = said;
  return {
    location: pathToFileURL(join(folder, KEPT.patch)).href,
    digest: `sha256:${said.patch}`,
    base,
    bytes,
    files,
    added,
    removed,
    ...(note && { note }),
  };
};
