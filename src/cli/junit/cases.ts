import type { AgenticSession, CheckResult } from '../../api/types.ts';
import { checkFailure, checkTitle } from '../../domain/check-words.ts';
import { testFigures } from '../../domain/figures.ts';
import { isFinished, phaseOf, taskName } from '../../domain/task.ts';
import { isWorse, type Standing, standingOf } from '../../domain/verdict.ts';
import { failuresOf } from '../failed-checks.ts';
import { endWords } from '../end-words.ts';

/** How a test case ended, in words of JUnit. */
export type CaseOutcome = 'passed' | 'failure' | 'error' | 'skipped';

/** A test case of a report. */
export interface Case {
  name: string;
  classname: string;
  seconds?: number;
  outcome: CaseOutcome;
  /** What failed, by its kind: `lint`, or the reason of the task. */
  type?: string;
  message?: string;
  text?: string;
}

/** Why a check that did not fail the task is not a proof. */
const UNPROVEN: Partial<Record<Standing, string>> = {
  same: 'failed before the change too, so it proves nothing',
  fewer: 'ran fewer tests than before the change',
  empty: 'ran no test',
  unsure: 'passed, but could not be compared with the base',
};

/** What a check means for the task: a failure is one that fails it. What proves nothing is skipped, as it is neither success nor failure. */
function outcomeOf(check: CheckResult): Pick<Case, 'outcome' | 'message'> {
  const { name, result, note, command = name, exitCode, seconds, tests } = check;
  const standing = standingOf(check);
  if (standing === 'worse') {
    const sentence = checkFailure(name, command, exitCode, seconds);
    return { outcome: 'failure', message: tests ? `${sentence} (${testFigures(tests)})` : sentence };
  }
  if (standing === 'proven' || (check.kind === 'format' && result === 'passed')) return { outcome: 'passed' };
  const why = UNPROVEN[standing];
  const said = why
    ? `${checkTitle(name)} ${why}`
    : `${checkTitle(name)} ${result === 'failed' ? 'failed' : 'did not run'}`;
  return { outcome: 'skipped', message: note ? `${said}: ${note}` : said };
}

function failureText(check: CheckResult, log: readonly string[]): string {
  const { tests } = check;
  const named = tests?.newFailures?.length ?? 0;
  const left = (tests?.failed ?? 0) - named;
  return [
    ...(named > 0 && left > 0 ? [`${tests?.failed} tests failed; ${named} of them are named here.`] : []),
    ...failuresOf(check, log),
  ].join('\n');
}

/** The test cases of a check: itself, and the tests that it names as failing. */
function casesOf(check: CheckResult, classname: string, log: readonly string[]): Case[] {
  const { name, seconds, kind, tests } = check;
  const { outcome, message } = outcomeOf(check);
  const type = kind ?? 'check';
  const text = outcome === 'failure' ? failureText(check, log) : undefined;
  const own: Case = { name, classname, seconds, outcome, type, message, text };
  if (outcome !== 'failure') return [own];
  const why =
    check.base === undefined ? 'The test fails.' : 'The test fails on the change, and not on the base.';
  const named = (tests?.newFailures ?? []).map((test): Case => ({
    name: test,
    classname: `${classname}.${name}`,
    outcome: 'failure',
    type,
    message: why,
  }));
  return [own, ...named];
}

/** Why a task cannot be read as success although no case of it failed; undefined where its cases say it. */
function endOf(task: AgenticSession, cases: readonly Case[]): Pick<Case, 'outcome' | 'message'> | undefined {
  const { checks = [], reason } = task.status ?? {};
  const phase = phaseOf(task);
  if (!isFinished(task)) return { outcome: 'error', message: `The task has not ended: it is ${phase}.` };
  if (phase !== 'Completed') {
    const isSaid = phase === 'Failed' && reason === 'ValidationFailed' && checks.some(isWorse);
    return isSaid ? undefined : { outcome: 'error', message: endWords(task) };
  }
  if (cases.length > 0) return undefined;
  return reason === 'NoChanges'
    ? { outcome: 'skipped', message: 'No changes were needed, so no check ran.' }
    : { outcome: 'error', message: 'The task ended without checks, so nothing proves its change.' };
}

/** The test cases of a task: its checks, and one for its end where that is not what they say. `why` is what kept its end from being seen. */
export function taskCases(task: AgenticSession, log: readonly string[], why?: string): Case[] {
  const name = taskName(task);
  const cases = (task.status?.checks ?? []).flatMap((check) => casesOf(check, name, log));
  const end = why === undefined ? endOf(task, cases) : ({ outcome: 'error', message: why } as const);
  const type = task.status?.reason ?? phaseOf(task);
  return end ? [...cases, { name: 'task', classname: name, type, ...end }] : cases;
}
