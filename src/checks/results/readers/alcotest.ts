import { readerOf } from '../format.ts';

const line = (mark: string): RegExp =>
  new RegExp(`^(?:\\S+> |│ |> )? *\\[(?:${mark})\\] +(\\S.*?) {2,}\\d+ {3}(.+?)\\.?(?: *│)?$`, 'u');
const named = ([, suite, test]: RegExpExecArray): string => `${suite} > ${test}`;

/** Alcotest. Names are the group and the test: `group > breaks`. */
export const alcotest = readerOf({
  runner: 'alcotest',
  tests: [
    { is: line('OK'), outcome: 'passed', name: named },
    { is: line('FAIL|ERROR'), outcome: 'failed', name: named },
    { is: line('SKIP'), outcome: 'skipped', name: named },
  ],
  closing: /^(?:Test Successful|(\d+) (?:failure|error)s?!) in [\d.]+s\. (\d+) tests? run\.$/,
  counts: ([, failed = 0, run]) => ({
    passed: Math.max(Number(run) - Number(failed), 0),
    failed: Number(failed),
  }),
});
