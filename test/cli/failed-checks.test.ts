import assert from 'node:assert/strict';
import { failuresOf, folderOf } from '../../src/cli/failed-checks.ts';
import { failuresIn, LINT } from './ci/tasks.ts';

const RUN = [
  'Running linters: npm run lint',
  'one',
  'two',
  'Linting failed: npm run lint exited with code 1',
];

const ROWS: [what: string, lines: string[], failures: string[]][] = [
  [
    'what the runner said last',
    [...RUN, ...failuresIn('npm run lint', 'old'), ...failuresIn('npm run lint', 'new', '  x')],
    ['new', '  x'],
  ],
  ['the end of the output where no line looks like a failure', RUN, ['one', 'two']],
  [
    'what looks like a failure',
    RUN.with(2, '/w/checkout/a.js:1:1: error: no'),
    ['one', 'a.js:1:1: error: no'],
  ],
  ['a log without the check', ['Cloning repository'], []],
  ['an empty log', [''], []],
  ['the failures of another command', failuresIn('npm run lint:fix', 'x'), []],
];

describe('failuresOf', () => {
  for (const [what, lines, failures] of ROWS)
    it(what, () => assert.deepEqual(failuresOf(LINT, lines), failures));

  it('is limited where a program prints what the runner prints', () => {
    const path = '/a'.repeat(50_000);
    const forged = Array.from({ length: 100 }, () => path);
    const failures = failuresOf(LINT, failuresIn('npm run lint', ...forged));
    assert.deepEqual([failures.length, Math.max(...failures.map(({ length }) => length))], [60, 400]);
    assert.equal(failuresOf(LINT, RUN.with(1, path).with(2, path)).length, 2);
  });
});

describe('folderOf', () => {
  for (const [command, folder] of [
    ['cd packages/a && npm test', 'packages/a'],
    ['cd "packages/a" && npm test', ''],
    ['npm test', ''],
    [undefined, ''],
  ] as const)
    it(`${command} works in ${JSON.stringify(folder)}`, () =>
      assert.equal(folderOf({ ...LINT, command }), folder));
});
