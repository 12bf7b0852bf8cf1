import assert from 'node:assert/strict';
import type { SessionStatus } from '../../../src/api/types.ts';
import { openWorld, type World } from '../world.ts';

const LOG = `Initializing workspace
Running linters: npm run lint
src/a.js is fine
Linting passed (1.0 s)
Running tests: npm test
✗ adds: Error 1
✗ subtracts: Error 2
Tests failed: npm test exited with code 1: 2 tests, 2 failed, 0 skipped
The end of the output of npm test:
  ✗ subtracts: Error 2
Tests failed: npm test exited with code 1
`;
const STATUS: Partial<SessionStatus> = {
  phase: 'Failed',
  reason: 'ValidationFailed',
  error: 'Tests failed: npm test exited with code 1',
  checks: [
    { name: 'lint', command: 'npm run lint', result: 'passed' },
    { name: 'test', command: 'npm test', result: 'failed' },
  ],
};
const lines = (from: number, to: number): string =>
  LOG.split('\n')
    .slice(from - 1, to)
    .map((line) => `${line}\n`)
    .join('');

let world: World;
beforeEach(async () => {
  world = await openWorld();
  world.archive(await world.task('x', { status: STATUS }), LOG);
});
afterEach(() => world.close());

const SHOWN: [args: string[], out: string, err: RegExp][] = [
  [['--check', 'lint'], lines(2, 4), /^Task "x", check "lint": lines 2 to 4 of the log, from "Running linters: npm run lint" to "Linting passed \(1\.0 s\)"\n$/],
  [['--check=test'], lines(5, 8), /^Task "x", check "test": lines 5 to 8 of the log/],
  [['--failed'], lines(5, 8), /^Task "x", check "test": lines 5 to 8 of the log/],
  [['--failed', '-q'], lines(5, 8), /^$/],
  [['--failed', '--grep', 'Error'], lines(6, 7), /lines 5 to 8/],
  [['--failed', '--grep=Error', '--tail=1', '--prefix'], '[x] ✗ subtracts: Error 2\n', /lines 5 to 8/],
  [['--grep', 'Error 2'], `${lines(7, 7)}${lines(10, 10)}`, /^$/],
  [['--grep', 'Error', '--tail=2', '-f'], `${lines(7, 7)}${lines(10, 10)}`, /^$/],
  [['--grep', 'Error 2', '-f'], `${lines(7, 7)}${lines(10, 10)}`, /^$/],
  [['--grep', 'Error [12]'], '', /^No line of the log of task "x" contains "Error \[12\]"\.\n$/],
]; // prettier-ignore

const REFUSED: [args: string[], code: number, words: RegExp][] = [
  [['--check', 'unit'], 5, /^error: Check "unit" not found in task "x"\.\nIts checks: lint, test\n$/],
  [['--check', 'lint', '--failed'], 2, /Give --check or --failed, and not both/],
  [['--failed', '-f'], 2, /--failed shows a part of the log so far, and -f follows the whole log/],
  [['--check=lint', '-f'], 2, /--check shows a part of the log so far/],
];

describe('logs, in part', () => {
  for (const [args, out, err] of SHOWN)
    it(`logs x ${args.join(' ')} shows the lines, and says which they are`, async () => {
      const outcome = await world.run(['logs', 'x', ...args]);
      assert.deepEqual([outcome.code, outcome.out], [0, out]);
      assert.match(outcome.err, err);
    });

  for (const [args, code, words] of REFUSED)
    it(`logs x ${args.join(' ')} is refused with exit code ${code}`, async () => {
      const outcome = await world.run(['logs', 'x', ...args]);
      assert.deepEqual([outcome.code, outcome.out], [code, '']);
      assert.match(outcome.err, words);
    });

  it('--failed shows the step of a task that no check failed', async () => {
    const status = { phase: 'Failed', reason: 'CloneFailed', error: 'No access.' } as const;
    world.archive(
      await world.task('y', { status }),
      'Initializing workspace\nCloning repository: u\nNo access.\n',
    );
    const { out, err } = await world.run(['logs', 'y', '--failed']);
    assert.equal(out, 'Cloning repository: u\nNo access.\n');
    assert.match(err, /^Task "y", step "Cloning repository": lines 2 to 3 of the log/);
  });

  it('--failed of what did not fail says so', async () => {
    world.archive(await world.task('y', { status: { phase: 'Completed' } }), 'Running tests: npm test\n');
    const { code, out, err } = await world.run(['logs', 'y', '--failed']);
    assert.deepEqual([code, out], [0, '']);
    assert.equal(err, 'The log of task "y" shows no failed check or step; it is Completed.\n');
  });

  it('--check of a task that runs finds the check by its kind; a part without its end says so', async () => {
    world.archive(await world.task('y', { status: { phase: 'Running' } }), 'Running tests: npm test\none\n');
    const { code, out, err } = await world.run(['logs', 'y', '--check', 'test']);
    assert.deepEqual([code, out], [0, 'Running tests: npm test\none\n']);
    assert.match(err, /from "Running tests: npm test", without the line that ends it\n$/);
    assert.match(
      (await world.run(['logs', 'y', '--check', 'unit'])).err,
      /not known yet \(Running\)\. See the log/,
    );
    assert.match(
      (await world.run(['logs', 'y', '--check', 'lint'])).err,
      /Check "lint" not found in the log of task "y"/,
    );
  });

  it('--failed of several names the task of each line', async () => {
    const { out } = await world.run(['logs', '--all', '--failed', '--prefix', '--grep', 'adds']);
    assert.equal(out, '[x] ✗ adds: Error 1\n');
  });
});
