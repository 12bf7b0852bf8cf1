import type { CheckResult } from '../api/types.ts';
import { checkTitle } from './check-words.ts';
import { testFigures } from './figures.ts';
import { cell, cellWords, line, words } from './markdown.ts';
import { isProven, standingOf, type Standing, type Verdict } from './verdict.ts';

/** One sign for each standing: a check that proves nothing never has the sign of one that passed. */
const MARK: Record<Standing, string> = {
  proven: '✅',
  same: '⚠️',
  fewer: '⚠️',
  empty: '⚠️',
  unsure: '⚠️',
  silent: '⏭️',
  worse: '❌',
};

/** What a standing says where the result alone would say too much. */
const STATE: Partial<Record<Standing, string>> = { empty: 'ran no test', fewer: 'lost tests' };

const markOf = (check: CheckResult): string =>
  check.kind === 'format' && check.result === 'passed' ? '✅' : MARK[standingOf(check)];

const headline = (check: CheckResult): string => {
  const standing = standingOf(check);
  const state = STATE[standing] ?? check.result;
  const note = check.note && check.note !== check.result ? ` (${words(line(check.note))})` : '';
  return `${markOf(check)} ${words(checkTitle(line(check.name)))} ${state}${note}`;
};

const row = (check: CheckResult): string => {
  const note = check.note ? ` (${cellWords(line(check.note))})` : '';
  const time = check.seconds === undefined ? '' : `${check.seconds.toFixed(1)} s`;
  return `| ${cell(check.name)} | ${check.command ? cell(check.command) : ''} | ${markOf(check)} ${check.result}${note} | ${check.tests ? testFigures(check.tests) : ''} | ${time} |`;
};

/** What no sandbox can change: a test runner shares its process with what it tests. */
const LIMIT =
  "The checks run the change's own code, which can print a result that it does not have. A review and the forge's own CI have the last word.";

/** The checks of a pull request's text: a line with each result, what they prove together, and a table. Markdown. */
export function checkSection(checks: readonly CheckResult[], verdict: Verdict): string {
  if (checks.length === 0)
    return 'No checks were found in this repository, so none ran. Name them in `.bgtask.yaml` or with `--check`.';
  return [
    checks.map(headline).join(' · '),
    '',
    ...(isProven(verdict) ? [words(line(verdict.message)), ''] : []),
    '| Check | Command | Result | Tests | Time |',
    '|---|---|---|---|---|',
    ...checks.map(row),
    ...(isProven(verdict) ? ['', LIMIT] : []),
  ].join('\n');
}
