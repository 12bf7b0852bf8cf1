import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CHANGE_MAX, changeParts } from '../../domain/change-parts.ts';
import { hasChange, type LeftChange, type NothingLeft } from '../../domain/kept-change.ts';
import { packChange, packNothing, UNPACKED_MAX } from '../../engine/change-payload.ts';
import { LEFT } from '../../engine/left-change.ts';
import type { StageLog } from '../stage-log.ts';

const MB = 1_000_000;
const inMB = (bytes: number): string => (bytes / MB).toFixed(1);

const tooLarge = (size: string): Promise<Buffer> =>
  packNothing({ note: `The change is too large to be kept on a cluster: ${size}.` });

/** A change that is too large loses the agent's conversation first, then itself. */
async function packed(folder: string, said: LeftChange): Promise<Buffer> {
  const [patch, talk] = [join(folder, LEFT.patch), join(folder, LEFT.conversation)];
  const { size } = await stat(patch);
  if (size > UNPACKED_MAX) return tooLarge(`${inMB(size)} MB, and the limit is ${inMB(UNPACKED_MAX)} MB`);
  const bytes = await readFile(patch);
  if (said.conversation && size + (await stat(talk)).size <= UNPACKED_MAX) {
    const whole = await packChange({ said, patch: bytes, conversation: await readFile(talk) });
    if (whole.length <= CHANGE_MAX) return whole;
  }
  const { conversation: _, ...rest } = said;
  const bare = await packChange({ said: rest, patch: bytes });
  if (bare.length <= CHANGE_MAX) return bare;
  return tooLarge(`${inMB(bare.length)} MB compressed, and the limit is ${CHANGE_MAX / MB} MB`);
}

/**
 * Returns what hands changes over on the stage's output, each once: in a pod the folder of a change goes with the pod, and the operator keeps what was
 * handed over.
 */
export function changeHandover(
  log: Pick<StageLog, 'event'>,
): (folder: string, said: LeftChange | NothingLeft) => Promise<void> {
  let last = '';
  return async (folder, said) => {
    const bytes = hasChange(said) ? await packed(folder, said) : await packNothing(said);
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (digest === last) return;
    last = digest;
    for (const change of changeParts(randomBytes(4).toString('hex'), bytes)) log.event({ change });
  };
}
