import { type ChangePart, changePart } from './change-parts.ts';
import type { Stage } from './report.ts';
import { clip, plainText } from './text.ts';

/** The steps of a task that its status names, with the progress each stands for (0 to 100). */
export const STEP = {
  initializing: { progress: 0, phase: 'Initializing workspace' },
  cloning: { progress: 5, phase: 'Cloning repository' },
  cloned: { progress: 20, phase: 'Repository cloned' },
  generating: { progress: 20, phase: 'Generating changes' },
  generated: { progress: 60, phase: 'Code changes generated' },
  format: { progress: 62, phase: 'Running formatters' },
  lint: { progress: 66, phase: 'Running linters' },
  typecheck: { progress: 70, phase: 'Running type checks' },
  test: { progress: 74, phase: 'Running tests' },
  validated: { progress: 80, phase: 'Validation passed' },
  unproven: { progress: 80, phase: 'Change not proved' },
  pushed: { progress: 90, phase: 'Branch pushed' },
  published: { progress: 100, phase: 'Pull request created' },
  unchanged: { progress: 100, phase: 'No changes needed' },
} as const;
export type Step = keyof typeof STEP;

/** The most that a stage may claim, in its output or its report: the work stage, which is not trusted, has pushed nothing. */
export const CEILING: Record<Stage, number> = {
  clone: STEP.cloned.progress,
  work: STEP.validated.progress,
  prove: STEP.validated.progress,
  publish: STEP.published.progress,
};

/**
 * Progress while the agent works: from 20 towards 60, never past 59. Half of the way is gone at 10 turns, whatever the turn limit,
 * because the number of turns that a task takes is unknown.
 */
export const generatingProgress = (turns: number): number =>
  Math.min(59, 20 + Math.floor((40 * turns) / (turns + 10)));

/** Marks a line of a stage's output that is an event and no log. What follows is JSON. */
const EVENT_PREFIX = '##bgtask ';

/** The last line that a stage prints. If it is missing, the log stream may have ended early, e.g. because the runtime restarted. */
export const END_LINE = `${EVENT_PREFIX}end`;

/** The output line that announces an event. */
export const eventLine = (event: StageEvent): string => `${EVENT_PREFIX}${JSON.stringify(event)}`;

/** What a stage says on its output besides its log. Display only: it decides nothing. */
export interface StageEvent {
  progress?: number;
  phase?: string;
  usage?: { turns?: number; inputTokens?: number; outputTokens?: number; costUSD?: number; model?: string };
  /** A piece of the change that the work stage hands over. */
  change?: ChangePart;
}

const oneLine = (text: string, max: number): string => clip(plainText(text).replace(/\s+/g, ' ').trim(), max);

const within = (value: unknown, max: number): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= max ? value : undefined;

/** The event of an output line, its values held to their limits; undefined for a line of log. Never throws: the line may be forged. */
export function parseEventLine(line: string): StageEvent | undefined {
  if (!line.startsWith(EVENT_PREFIX)) return undefined;
  let raw: unknown;
  try {
    raw = JSON.parse(line.slice(EVENT_PREFIX.length));
  } catch {
    return {};
  }
  if (typeof raw !== 'object' || raw === null) return {};
  const { progress, phase, usage, change } = raw as Record<keyof StageEvent, unknown>;
  const event: StageEvent = {};
  const part = changePart(change);
  if (part) event.change = part;
  const percent = within(progress, 100);
  if (percent !== undefined) event.progress = Math.floor(percent);
  if (typeof phase === 'string') event.phase = oneLine(phase, 256);
  if (typeof usage === 'object' && usage !== null) event.usage = cleanUsage(usage as Record<string, unknown>);
  return event;
}

function cleanUsage(raw: Record<string, unknown>): NonNullable<StageEvent['usage']> {
  const usage: NonNullable<StageEvent['usage']> = {};
  for (const field of ['turns', 'inputTokens', 'outputTokens'] as const) {
    const value = within(raw[field], Number.MAX_SAFE_INTEGER);
    if (value !== undefined) usage[field] = Math.floor(value);
  }
  const cost = within(raw['costUSD'], 1e9);
  if (cost !== undefined) usage.costUSD = cost;
  if (typeof raw['model'] === 'string') usage.model = oneLine(raw['model'], 128);
  return usage;
}

/** The newest values of two events; progress never falls, and pieces of a change are not kept. */
export function mergeEvents(before: StageEvent, after: StageEvent): StageEvent {
  const merged: StageEvent = { ...before, ...after };
  delete merged.change;
  if (before.progress !== undefined) merged.progress = Math.max(before.progress, after.progress ?? 0);
  if (before.usage && after.usage) merged.usage = { ...before.usage, ...after.usage };
  return merged;
}
