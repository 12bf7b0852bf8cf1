import type { CheckResult } from '../api/types.ts';
import { checkTitle } from './check-words.ts';

/** What the checks together say about a change that made nothing worse. Only `ChecksPassed` is a proof. */
export const VERDICT_REASONS = ['ChecksPassed', 'NothingProven', 'TestsRemoved', 'BaselineFailing'] as const;
type VerdictReason = (typeof VERDICT_REASONS)[number];

/** The reason of the condition Validated, and its sentence. */
export interface Verdict {
  reason: VerdictReason;
  message: string;
}

/** The verdict of a task whose reports state none. */
export const NO_VERDICT: Verdict = {
  reason: 'NothingProven',
  message: 'The checks left no verdict, so nothing proves this change.',
};

export const isProven = (verdict: Verdict | undefined): boolean => verdict?.reason === 'ChecksPassed';

/** What one check says by itself: `proven` passed, `same` failed as it does on the base, `fewer` passed with fewer tests, `empty` ran no test,
 * `unsure` passed where only a comparison with the base could say what that means, and there was none,
 * `silent` judges nothing, `worse` fails the task. */
export type Standing = 'proven' | 'same' | 'fewer' | 'empty' | 'unsure' | 'silent' | 'worse';

/** What one check says by itself. */
export function standingOf(check: CheckResult): Standing {
  const { kind, result, base, worse, tests } = check;
  if (kind === 'format' || result === 'skipped') return 'silent';
  if (result === 'failed' && (worse ?? base !== 'failed')) return 'worse';
  if (hasFewerTests(check)) return 'fewer';
  if (result === 'failed') return 'same';
  if (base === 'unknown') return 'unsure';
  return kind === 'test' && tests?.run === 0 ? 'empty' : 'proven';
}

const hasFewerTests = ({ tests }: CheckResult): boolean => {
  const before = tests?.baseline;
  return (
    before !== undefined && tests !== undefined && (tests.run < before.run || tests.skipped > before.skipped)
  );
};

/** True when the check fails the task: it fails, and not as it fails on the base. */
export const isWorse = (check: CheckResult): boolean => standingOf(check) === 'worse';

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `Tests failed before the change too: 3 of 214, the same 3`. */
function sameSentence({ name, command, exitCode, tests }: CheckResult): string {
  const word = `${checkTitle(name)} failed before the change too`;
  if (tests && tests.failed > 0) {
    const before = tests.baseline?.failed ?? tests.failed;
    const which = before === tests.failed ? `the same ${tests.failed}` : `${before} on the base`;
    return `${word}: ${tests.failed} of ${tests.run}, ${which}`;
  }
  const how = exitCode === undefined ? 'does not end in time' : `exits with code ${exitCode}`;
  return `${word}: ${command ?? name} ${how} on the base as well`;
}

/** `Tests passed, but fewer ran than before the change: 3 of 5`. */
function fewerSentence({ name, result, tests }: CheckResult): string {
  const before = tests?.baseline;
  const word = checkTitle(name);
  const ended = result === 'failed' ? 'failed as before' : 'passed';
  if (!tests || !before) return `${word} ${ended}, but fewer tests ran than before the change`;
  if (tests.run === 0) return `${word} ran no test; ${counted(before.run, 'test')} ran before the change`;
  const fewer =
    tests.run < before.run
      ? [`${before.run - tests.run} fewer ran than before the change (${tests.run} of ${before.run})`]
      : [];
  const skipped =
    tests.skipped > before.skipped
      ? [
          `${counted(tests.skipped - before.skipped, 'more test')} ${tests.skipped - before.skipped === 1 ? 'is' : 'are'} skipped`,
        ]
      : [];
  return `${word} ${ended}, but ${[...fewer, ...skipped].join(' and ')}`;
}

/** `Tests (deno) did not run: deno is not installed`. */
const notRunSentence = ({ name, note }: CheckResult): string =>
  `${checkTitle(name)} did not run${note ? `: ${note}` : ''}`;

const unsureSentence = ({ name }: CheckResult): string =>
  `${checkTitle(name)} passed, but could not be compared with the base, which could not be prepared`;

const emptySentence = ({ name }: CheckResult): string => `${checkTitle(name)} ran no test`;

/**
 * The verdict on a change none of whose checks is worse than on the base. It is a proof when at least one check passed and, where there
 * are tests, at least one of their commands passed with no fewer tests than before. Whatever else happened is in the message.
 */
export function verdictOf(checks: readonly CheckResult[]): Verdict {
  const judged = checks.map((check) => ({ check, standing: standingOf(check) }));
  const proofs = judged.filter(({ standing }) => standing !== 'silent');
  const of = (wanted: Standing): CheckResult[] =>
    proofs.flatMap(({ check, standing }) => (standing === wanted ? [check] : []));
  const same = of('same').map(sameSentence);
  const fewer = of('fewer');
  const notRun = checks.filter(({ kind, result }) => kind !== 'format' && result === 'skipped');
  const rest = [
    ...same,
    ...of('empty').map(emptySentence),
    ...of('unsure').map(unsureSentence),
    ...notRun.map(notRunSentence),
  ];
  if (fewer.length > 0)
    return { reason: 'TestsRemoved', message: sentences([...fewer.map(fewerSentence), ...rest]) };
  const tests = proofs.filter(({ check }) => check.kind === 'test');
  const decisive = tests.length > 0 ? tests : proofs;
  const proven = of('proven');
  if (decisive.some(({ standing }) => standing === 'proven'))
    return {
      reason: 'ChecksPassed',
      message:
        rest.length > 0
          ? sentences([`${proven.length} of ${proofs.length + notRun.length} checks passed`, ...rest])
          : 'All checks passed',
    };
  if (same.length > 0) return { reason: 'BaselineFailing', message: sentences(rest) };
  if (rest.length > notRun.length) return { reason: 'NothingProven', message: sentences(rest) };
  const none = notRun.length > 0 ? 'No check could run' : 'No linters, type checks or tests were found';
  return {
    reason: 'NothingProven',
    message: sentences([...rest, `${none}, so nothing proves this change`]),
  };
}

/** Commands of replaced checks that a sentence names. */
const SHOWN = 5;

/** The verdict of a task that names its checks, with what it did not run: the repository's own checks say nothing of the change then. */
export function withReplaced(verdict: Verdict, replaced: readonly string[]): Verdict {
  if (replaced.length === 0) return verdict;
  const shown = replaced.slice(0, SHOWN).join(', ');
  const more = replaced.length > SHOWN ? ` and ${replaced.length - SHOWN} more` : '';
  const said = verdict.message.endsWith('.') ? verdict.message : `${verdict.message}.`;
  return {
    ...verdict,
    message: `${said} The task names its checks; the repository's own did not run: ${shown}${more}.`,
  };
}

const sentences = (parts: readonly string[]): string => `${parts.join('. ')}.`;
