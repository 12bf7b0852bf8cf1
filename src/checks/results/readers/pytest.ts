import type { Format } from '../format.ts';
import { readerOf } from '../format.ts';
import { before } from '../match.ts';

const WORDS: [string, 'passed' | 'failed' | 'skipped'][] = [
  ['PASSED|XPASS', 'passed'],
  ['FAILED|ERROR', 'failed'],
  ['SKIPPED|XFAIL', 'skipped'],
];

/** A test's id without the message behind it; a parameter can have ` - ` in its brackets. */
const withoutMessage = (text: string): string =>
  /^[^[\]]{1,400}\[.{0,400}?\](?= - |$)/.exec(text)?.[0] ?? text.replace(/ - .*$/, '');

/** pytest with any verbosity, with xdist. The names come from -v, from -rA, or from the short summary. Errors count as failed, expected failures as skipped. */
const PYTEST: Format = {
  runner: 'pytest',
  tests: WORDS.flatMap(([words, outcome]) => [
    // `tests/test_a.py::test_x PASSED   [ 50%]`, `… SKIPPED (reason)`
    { is: new RegExp(`^(\\S+\\.\\w+::\\S.*?) (?:${words})(?: \\(.*\\))?(?: +\\[ *\\d+%\\])?$`), outcome },
    // xdist: `[gw0] [ 50%] PASSED tests/test_a.py::test_x`
    { is: new RegExp(`^\\[gw\\d+\\] \\[ *\\d+%\\] (?:${words}) (\\S+::\\S.*?) *$`), outcome },
    // The short summary: `FAILED tests/test_a.py::test_x - assert 1 == 2`, `ERROR tests/test_b.py`
    {
      is: new RegExp(`^(?:${words}) (\\S+(?:::|\\.py\\b).*)$`),
      outcome,
      name: ([, id = '']: RegExpExecArray) => withoutMessage(id),
    },
  ]),
  closing:
    /^(?:=+ )?((?:\d+ (?:subtests )?(?:failed|passed|skipped|deselected|xfailed|xpassed|warnings?|errors?|reruns?)(?:, |(?= in )))+|no tests ran|no tests collected) in [\d.]+s(?: \(.*\))?(?: =+)?$/,
  counts: ([, text = '']) => ({
    passed: before(text, 'passed', 'xpassed'),
    failed: before(text, 'failed', 'errors?'),
    skipped: before(text, 'skipped', 'xfailed'),
  }),
};

export const pytest = readerOf(PYTEST);
