import type { Phase } from '../api/types.ts';
import { hasEnded } from './phases.ts';

export type StepState = 'done' | 'active' | 'failed' | 'stopped' | 'waiting' | 'unreached' | 'skipped';
export interface Step {
  label: string;
  state: StepState;
  /** What is known about it besides. */
  note?: string;
}

/** The steps of a task with the progress at which each is over: the table in progress.ts. */
const STEPS: readonly (readonly [label: string, until: number])[] = [
  ['Start', 5],
  ['Clone the repository', 20],
  ['Make the change', 60],
  ['Format and check it', 80],
  ['Push the branch', 90],
  ['Open the pull request', 100],
];
/** What a task that changes nothing never comes to. */
const PUBLISHING = 4;

/** What of a task says how far it is. */
export interface Seen {
  status: Phase;
  progress: number;
  currentPhase?: string;
  reason?: string;
}

const WORDS: Record<StepState, string> = {
  done: 'done',
  active: 'under way',
  failed: 'failed',
  stopped: 'stopped',
  waiting: 'not yet',
  unreached: 'not reached',
  skipped: 'not needed',
};
/** A state in words, for those who do not see its sign. */
export const stateWords = (state: StepState): string => WORDS[state];

function currentState({ status }: Seen): StepState {
  if (status === 'Stopped') return 'stopped';
  return hasEnded(status) ? 'failed' : 'active';
}

/** The steps of a task, each with how far it is. Exactly one is active, failed or stopped before a task is Completed. */
export function stepsOf(task: Seen): Step[] {
  if (task.status === 'Completed') return completed(task);
  const found = STEPS.findIndex(([, until]) => task.progress < until);
  const current = found < 0 ? STEPS.length - 1 : found;
  return STEPS.map(([label], at) => {
    if (at < current) return { label, state: 'done' };
    if (at > current) return { label, state: hasEnded(task.status) ? 'unreached' : 'waiting' };
    const state = currentState(task);
    // What an ended task was at last need not be what it failed at.
    return { label, state, ...(state === 'active' && task.currentPhase && { note: task.currentPhase }) };
  });
}

const completed = ({ reason }: Seen): Step[] =>
  STEPS.map(([label], at) =>
    reason === 'NoChanges' && at >= PUBLISHING
      ? { label, state: 'skipped', note: 'Nothing to change' }
      : { label, state: 'done' },
  );
