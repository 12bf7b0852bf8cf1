import type { AgenticSession } from '../api/types.ts';
import type { Reason } from './reasons.ts';
import { shellWord } from './shell-word.ts';
import { agentOf, isRetryable, phaseOf, taskName, timeoutOf } from './task.ts';

/** A next command, with what it is for. */
export interface Advice {
  what: string;
  command: string;
}

/** Seconds: the longest time that a task may have. */
const LONGEST = 3600;
/** US dollars for a task without a budget of its own. */
const BUDGET = 10;

/** The flag for what was used up: money, or turns. Of a task with both the sentence tells which. */
function budget({ spec, status }: AgenticSession): string {
  const { maxTurns, maxBudgetUSD } = agentOf({ spec });
  const ofTurns =
    maxTurns !== undefined && (maxBudgetUSD === undefined || /\bturns\b/.test(status?.error ?? ''));
  if (ofTurns) return `--max-turns ${Math.min(1000, maxTurns * 2)}`;
  return `--max-budget ${maxBudgetUSD === undefined ? BUDGET : Math.min(1000, Math.ceil(maxBudgetUSD * 2))}`;
}

/** The protected paths that the sentence names, as it names them: JSON strings. */
function allowPaths({ status }: AgenticSession): string {
  const words = /protected paths: ((?:"(?:[^"\\]|\\.)*"(?:, )?)+)/.exec(status?.error ?? '')?.[1] ?? '';
  const named = (JSON.parse(`[${words.replace(/, $/, '')}]`) as string[]).map(
    (path) => `--allow-path ${shellWord(path)}`,
  );
  return named.length > 0 ? named.join(' ') : "--allow-path 'GLOB'";
}

const longer = (task: AgenticSession): string =>
  timeoutOf(task) < LONGEST ? `--timeout ${Math.ceil(Math.min(LONGEST, timeoutOf(task) * 2) / 60)}m` : '';

const MORE_WORDS = "-m 'What to do otherwise'";

/** Flags of the retry that can cure a reason; without an entry a retry as it is. */
const CURES: Partial<Record<Reason, string | ((task: AgenticSession) => string)>> = {
  ConcurrencyLimit: '--queue',
  RepositoryBusy: '--queue',
  EnvironmentNotReady: "--check 'COMMAND'",
  CheckNotRunnable: "--check 'COMMAND'",
  ImagePullFailed: '--image IMAGE',
  AgentBudget: budget,
  // A command does the same again, whatever is said to it.
  ValidationFailed: (task) => (agentOf(task).type === 'command' ? "--run 'COMMAND'" : MORE_WORDS),
  CloneFailed: ({ status }) => (/Check --branch/.test(status?.error ?? '') ? '--branch BRANCH' : ''),
  ProtectedPath: allowPaths,
  DeadlineExceeded: longer,
};

/** The command that tries a task again, with what can cure the reason of its end; undefined for one that cannot be retried. */
export function retryCommand(task: AgenticSession): string | undefined {
  if (!isRetryable(task)) return undefined;
  const cure = CURES[task.status?.reason as Reason];
  const flags = typeof cure === 'function' ? cure(task) : (cure ?? '');
  return `bgtask retry ${taskName(task)}${flags && ` ${flags}`}`;
}

/** What can be done after a task has ended otherwise than well: its log, its change, the next try. */
export function adviceFor(task: AgenticSession): Advice[] {
  const name = taskName(task);
  const retry = retryCommand(task);
  if (phaseOf(task) === 'Completed' || !retry) return [];
  return [
    { what: 'The whole log', command: `bgtask logs ${name}` },
    ...(task.status?.change?.location ? [{ what: 'Its change', command: `bgtask diff ${name}` }] : []),
    { what: 'Try again', command: retry },
  ];
}

/** The advice on one line. */
export const adviceLine = (task: AgenticSession): string =>
  adviceFor(task)
    .map(({ what, command }) => `${what}: ${command}`)
    .join('    ');
