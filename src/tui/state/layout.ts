import type { AgenticSession } from '../../api/types.ts';
import { count, dollars, span } from '../../domain/figures.ts';
import { isFinished, prUrlOf, retryCountOf } from '../../domain/task.ts';
import { wrapped } from './lines.ts';
import { appendLog, EMPTY_LOG, endLog, lengthOf, linesFrom, type Log, MOST_LINES } from './log.ts';
import type { TaskView } from './task-state.ts';

/** How a task's view fills the terminal: lines of its parts. One row of the terminal is left free: a full one scrolls. */
export interface Layout {
  /** One line for each step, or one for all. */
  steps: 'all' | 'one';
  facts: string[];
  /** Checks with a line each; the rest are counted in one more. */
  checks: number;
  error: string[];
  link: string[];
  /** Lines of the log, below its heading; 0 when there is no room for it. */
  log: number;
}

/** From this height on each step and each check has a line of its own. */
const ROOMY = 20;
const MOST_CHECKS = 6;
const STEPS = 6;
/** Title, bar and keys. */
const ALWAYS = 3;

/** A figure stays with its unit where a line is broken. */
const tokenCount = (tokens = 0): string => count(tokens).replace(' ', '\u00a0');

function usageWords(task: AgenticSession): string[] {
  const { turns, inputTokens, outputTokens, costUSD } = task.status?.usage ?? {};
  const tokens = inputTokens === undefined && outputTokens === undefined;
  return [
    turns === undefined ? '' : `${turns} ${turns === 1 ? 'turn' : 'turns'}`,
    tokens ? '' : `${tokenCount(inputTokens)} tokens in, ${tokenCount(outputTokens)} out`,
    costUSD === undefined ? '' : dollars(costUSD),
  ];
}

function tookWords(task: AgenticSession, now: number): string {
  const { startTime, completionTime } = task.status ?? {};
  if (!startTime) return '';
  const seconds = Math.max(0, (Date.parse(completionTime ?? '') || now) - Date.parse(startTime)) / 1000;
  return completionTime ? `took ${span(seconds)}` : `running for ${span(Math.floor(seconds))}`;
}

/** What is known of a task in figures; empty when nothing is. */
function factsOf(task: AgenticSession, now: number): string {
  const retries = retryCountOf(task);
  return [tookWords(task, now), ...usageWords(task), retries > 0 ? `retry ${retries}` : '']
    .filter(Boolean)
    .join(' · ');
}

/** Lines for each part of a view, from the size of the terminal and what there is to show. */
export function layoutOf(view: Pick<TaskView, 'task' | 'size' | 'now'>): Layout {
  const { task, size, now } = view;
  const roomy = size.rows >= ROOMY;
  const facts = wrapped(factsOf(task, now), size.columns, 2);
  const all = task.status?.checks?.length ?? 0;
  const checks = roomy ? Math.min(all, MOST_CHECKS) : 0;
  const error = isFinished(task) ? wrapped(task.status?.error ?? '', size.columns, roomy ? 4 : 2) : [];
  const link = wrapped(prUrlOf(task) ?? '', size.columns, 3);
  const rows =
    ALWAYS +
    (roomy ? STEPS : 1) +
    facts.length +
    (checks + (all > checks ? 1 : 0)) +
    error.length +
    link.length;
  const left = size.rows - 1 - rows;
  return { steps: roomy ? 'all' : 'one', facts, checks, error, link, log: Math.max(0, left - 1) };
}

/** Where the log itself cannot be had, the status has its end. */
const logOfStatus = ({ task }: TaskView): Log => endLog(appendLog(EMPTY_LOG, task.status?.logs ?? ''));

/** The part of the log that is shown, and where it stands in what is kept: `lines 81-120 of 300`. */
export function shownLog(view: TaskView, rows: number): { lines: readonly string[]; where: string } {
  const log = view.log.lines.length > 0 ? view.log : logOfStatus(view);
  const last = Math.max(log.dropped, lengthOf(log) - rows);
  const top = Math.min(Math.max(view.top ?? last, log.dropped), last);
  const lines = linesFrom(log, top, rows);
  if (view.top === undefined) return { lines, where: '' };
  const first = top - log.dropped + 1;
  const many = log.lines.length;
  const all = many < MOST_LINES ? many : `the last ${many}`;
  return { lines, where: `lines ${first}-${first + lines.length - 1} of ${all}` };
}
