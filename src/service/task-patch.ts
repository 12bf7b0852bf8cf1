import { createHash } from 'node:crypto';
import type { AgenticSession } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { isFinished, phaseOf, prUrlOf, taskName } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';

const notFound = (sentence: string, hint: string): BgtaskError =>
  new BgtaskError('NotFound', sentence, { hint });

/** Why a task has no patch to show, with what to do instead. */
function absent(task: AgenticSession): BgtaskError {
  const name = taskName(task);
  const note = task.status?.change?.note;
  if (!isFinished(task))
    return notFound(
      `Task "${name}" is ${phaseOf(task)}; its change is kept when it has ended.`,
      `Wait for it: bgtask watch ${name}`,
    );
  if (note) return notFound(`Task "${name}" keeps no change. ${note}`, `Read its log: bgtask logs ${name}`);
  const hint = prUrlOf(task)
    ? `See its pull request: bgtask open ${name}`
    : `Read its log: bgtask logs ${name}`;
  return notFound(
    `Task "${name}" keeps no change: its agent did not begin, or it is from before changes were kept.`,
    hint,
  );
}

/**
 * The patch of a task's change, byte for byte: data of an untrusted stage. Throws NotFound, which says why there is none, and Unavailable for one whose
 * bytes are not those that the status names.
 */
export async function taskPatch(engine: Pick<Engine, 'jobs'>, task: AgenticSession): Promise<Uint8Array> {
  const patch = await engine.jobs.patch(task.metadata);
  if (!patch) throw absent(task);
  const digest = task.status?.change?.digest;
  if (digest && digest !== `sha256:${createHash('sha256').update(patch).digest('hex')}`)
    throw new BgtaskError(
      'Unavailable',
      `The kept change of task "${taskName(task)}" is damaged: its digest is not ${digest}.`,
    );
  return patch;
}
