import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the folder for temporary files of a Job's untrusted programs may be, best first. The paths are short, because that of a Unix socket
 * has at most 107 bytes (sun_path, unix(7)) and tests bind some below their temporary folder. They follow from the Job's cookie, which no
 * other user knows, so that the engine finds the folder of a stage that was killed.
 *
 * @param cookie The Job's cookie, a UUID, with or without `.<stage>.<attempt>` behind it.
 */
export function shortTmps(cookie: string): string[] {
  const digest = createHash('sha256').update(cookie.split('.', 1).join()).digest('hex');
  const bases = new Set(['/tmp', tmpdir()]);
  return [...bases].map((base) => join(base, `bgt-${digest.slice(0, 16)}`));
}
