import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHANGE_MAX, changeParts } from '../../domain/change-parts.ts';
import { packChange, packNothing } from '../../engine/change-payload.ts';
import { hasChange, type LeftChange, type NothingLeft } from '../../domain/kept-change.ts';
import { LEFT } from '../../engine/left-change.ts';
import type { StageLog } from '../stage-log.ts';

const MB = 1_000_000;

/** A change that is too large loses the agent's conversation first, then itself. */
async function packed(folder: string, said: LeftChange): Promise<Buffer> {
  const patch = await readFile(join(folder, LEFT.patch));
  const conversation = said.conversation ? await readFile(join(folder, LEFT.conversation)) : undefined;
  const whole = await packChange({ said, patch, ...(conversation && { conversation }) });
  if (whole.length <= CHANGE_MAX) return whole;
  const { conversation: _, ...rest } = said;
  const bare = conversation ? await packChange({ said: rest, patch }) : whole;
  if (bare.length <= CHANGE_MAX) return bare;
  const size = `${(bare.length / MB).toFixed(1)} MB compressed, and the limit on a cluster is ${CHANGE_MAX / MB} MB`;
  return packNothing({ note: `The change is too large to be kept: ${size}.` });
}

/** Hands a change that lies in a folder over on the stage's output: in a pod the folder goes with the pod, and the operator keeps what was handed over. */
export async function handOverChange(
  folder: string,
  said: LeftChange | NothingLeft,
  log: Pick<StageLog, 'event'>,
): Promise<void> {
  const bytes = hasChange(said) ? await packed(folder, said) : await packNothing(said);
  for (const change of changeParts(randomBytes(4).toString('hex'), bytes)) log.event({ change });
}
