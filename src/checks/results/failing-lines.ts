import { eachLine } from './lines.ts';

/** Lines that look like a failure, by the programs that print them. Each pattern is scanned in linear time. */
const FAILURES: RegExp[] = [
  // go test, its packages, uvu; TAP; automake, ctest, pytest's summary, gradle, meson
  /^\s*--- FAIL/,
  /^\s*FAIL(?:ED|URE)?\b/,
  /^\s*not ok\b(?!.*# *(?:todo|skip))/i,
  /\bFAILED\b|\*\*\*(?:Failed|Exception|Not Run|Timeout)|\bBUILD FAILURE\b|\bFAILURES!/,
  // Marks of JavaScript's runners and of others that copy them; mocha's numbered titles
  /^\s*(?:✗|✕|✖|✘|×|❌|❯ .* \d+ failed)\s?\S/u,
  /^\s+\d{1,5}\) \S/,
  // pytest's explanation; Python, JavaScript, Java errors by their class
  /^E {3,}\S/,
  /^(?:\s*|.*\s)(?:[A-Za-z_][\w.]{0,80})?(?:Error|Exception|Failure)(?: \[\w+\])?: /,
  /\bAssertionError\b|^Traceback \(|\bpanicked at\b|^panic: |^fatal error: |\bSegmentation fault\b|\bcore dumped\b/,
  // Compilers and linters: `error:`, `error[E0308]:`, `file:1:2: error: …`, `a.ts(1,2): error TS2322: …`, Maven's `[ERROR] `
  /(?:^|[\s:])(?:fatal )?error(?:\[\w+\]| [A-Z]{1,8}\d{1,6})?: \S/i,
  /^\[ERROR\] \S/,
  // eslint, stylelint: `  12:5  error  message  rule`
  /^\s+\d+:\d+\s+(?:error|✖|×)\s+\S/u,
  // ruff, flake8, pylint, rubocop, golangci-lint, shellcheck -f gcc: `file.py:1:2: F401 message`, `file.go:1:2: message`
  /^[^\s:()]{1,300}\.\w{1,12}:\d{1,7}(?::\d{1,5})?: \S/,
  /^make(?:\[\d+\])?: \*\*\* \S/,
];

/** Lines that match a pattern above but do not report a failure: counts of zero failures, notes and warnings. */
const INNOCENT = /\b(?:0|no) (?:errors?|failures?|failed)\b|:\d+: (?:warning|note|info):|\bnpm error\b/i;

/** Does a line look like a failure of a test, a compiler or a linter? */
export const isFailingLine = (line: string): boolean =>
  line.length > 1 && FAILURES.some((pattern) => pattern.test(line)) && !INNOCENT.test(line);

/** Longest line that is shown. */
const MAX_SHOWN = 400;
/** Lines shown before and after a failing one. */
const BEFORE = 1;
const AFTER = 3;
/** Stands where lines were left out. */
const GAP = '…';

/**
 * The lines of an output that look like failures, with one line before each and three after it; `…` stands for what is left out.
 * @param max most lines that are given; the first failures win, since later ones often follow from them.
 */
export function failingLines(output: string | Iterable<string>, max = 60): string[] {
  const shown: string[] = [];
  let before: string[] = [];
  let after = 0;
  let skipped = false;
  for (const line of eachLine(output)) {
    const isFailing = isFailingLine(line);
    if (isFailing || (after > 0 && line.trim() !== '')) {
      if (isFailing && skipped && shown.length) shown.push(GAP);
      if (isFailing) shown.push(...before);
      shown.push(line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN - 1)}…` : line);
      after = isFailing ? AFTER : after - 1;
      before = [];
      skipped = false;
    } else if (line.trim() !== '') {
      skipped ||= before.length === BEFORE;
      before = [...before, line.slice(0, MAX_SHOWN)].slice(-BEFORE);
    }
    if (shown.length >= max) return shown.slice(0, max);
  }
  return shown;
}
