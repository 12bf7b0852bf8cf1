import type { TaskSummaryBody } from '../../shapes/task-shapes.ts';

type Phase = TaskSummaryBody['status'];

/** What is drawn in a box of 16 by 16: a sign for each phase, so that colour is not needed. */
const SIGNS: Record<Phase, string> = {
  Pending: 'M8 4v4h3',
  Creating: 'M8 2.5a5.5 5.5 0 0 1 5.5 5.5',
  Running: 'M8 2.5a5.5 5.5 0 0 1 5.5 5.5',
  Completed: 'M4.5 8.5l2.5 2.5 4.5-5.5',
  Failed: 'M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6',
  Timeout: 'M5 3h6M5 13h6M5.5 3c0 4 5 6 5 10M10.5 3c0 4-5 6-5 10',
  Stopped: 'M5 5h6v6h-6z',
};
const MOVING: ReadonlySet<Phase> = new Set(['Creating', 'Running']);

/** A task's phase: a sign, a word, a colour. */
export function PhaseChip({ phase }: { phase: Phase }) {
  return (
    <span class={`chip chip-${phase.toLowerCase()}`}>
      <Sign path={SIGNS[phase]} turns={MOVING.has(phase)} />
      {phase}
    </span>
  );
}

/** A sign of strokes; for the eye alone, since words stand beside it. */
export function Sign({ path, turns = false }: { path: string; turns?: boolean }) {
  return (
    <svg class={turns ? 'sign turns' : 'sign'} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  );
}
