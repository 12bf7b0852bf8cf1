import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './atomic-file.ts';

/** Names of what a work stage leaves of its change in the workspace: `left-1`, `left-2`, the last one that is whole counts. */
export const LEFT = {
  folder: 'left-',
  patch: 'change.patch',
  pack: 'change.pack',
  /** The agent's own conversation; it need not be there. */
  conversation: 'conversation',
  /** Written last: what it stands beside is whole. */
  about: 'change.json',
} as const;

/** The folder of a Job that holds the change which it goes on with: the pack and what was said of it, by the names above. */
export const CONTINUED = 'continued';

/** What the parts of a change begin with that a pod goes on with: `part-0`, `part-1`. Joined they are what a work stage handed over. */
export const HANDED = 'part-';

const NUMBERED = /^left-(\d{1,6})$/;

/** The folders of left changes in a workspace, the newest first; a later one may lack its last file. */
export async function leftFolders(workspace: string): Promise<{ number: number; path: string }[]> {
  const names = await readdir(workspace).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  });
  return names
    .flatMap((name) => {
      const number = NUMBERED.exec(name)?.[1];
      return number === undefined ? [] : [{ number: Number(number), path: join(workspace, name) }];
    })
    .sort((a, b) => b.number - a.number);
}
