import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { codeOf } from '../../engine/atomic-file.ts';

/** The content of a regular file; undefined when there is none, or something else (a link, a pipe) has its name. */
export async function readOwnFile(path: string): Promise<string | undefined> {
  // Without O_NONBLOCK the open of a pipe would wait for its other end.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let handle;
  try {
    handle = await open(path, flags);
  } catch (error) {
    if (/^(?:ENOENT|ELOOP|EMLINK|ENXIO)$/.test(codeOf(error) ?? '')) return undefined;
    throw error;
  }
  try {
    return (await handle.stat()).isFile() ? await handle.readFile('utf8') : undefined;
  } finally {
    await handle.close();
  }
}
