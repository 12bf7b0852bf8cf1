import type { Phase, StepTime } from '../api/types.ts';
import { hasEnded } from './phases.ts';

export type StepState = 'done' | 'active' | 'failed' | 'stopped' | 'waiting' | 'unreached' | 'skipped';
export interface Step {
  /** As the status has it. */
  name: string;
  label: string;
  state: StepState;
  /** What is known about it besides. */
  note?: string;
}

/** The steps of a task with the progress at which each is over: the table in progress.ts. */
const STEPS: readonly { name: string; label: string; until: number }[] = [
  { name: 'start', label: 'Start', until: 5 },
  { name: 'clone', label: 'Clone the repository', until: 20 },
  { name: 'change', label: 'Make the change', until: 60 },
  { name: 'check', label: 'Format and check it', until: 80 },
  { name: 'push', label: 'Push the branch', until: 90 },
  { name: 'open', label: 'Open the pull request', until: 100 },
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

/** The label of a step by its name; the name itself where a newer operator wrote it. */
export const stepLabel = (name: string): string => STEPS.find((step) => step.name === name)?.label ?? name;

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
  const found = STEPS.findIndex(({ until }) => task.progress < until);
  const current = found < 0 ? STEPS.length - 1 : found;
  return STEPS.map(({ name, label }, at) => {
    if (at < current) return { name, label, state: 'done' };
    if (at > current) return { name, label, state: hasEnded(task.status) ? 'unreached' : 'waiting' };
    const state = currentState(task);
    // What an ended task was at last need not be what it failed at.
    return {
      name,
      label,
      state,
      ...(state === 'active' && task.currentPhase && { note: task.currentPhase }),
    };
  });
}

const completed = ({ reason }: Seen): Step[] =>
  STEPS.map(({ name, label }, at) =>
    reason === 'NoChanges' && at >= PUBLISHING
      ? { name, label, state: 'skipped', note: 'Nothing to change' }
      : { name, label, state: 'done' },
  );

/** Seconds of a step; undefined while it runs. */
export function stepSeconds({ startedAt, finishedAt }: StepTime): number | undefined {
  const seconds = (Date.parse(finishedAt ?? '') - Date.parse(startedAt)) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
