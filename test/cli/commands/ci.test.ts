import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgenticSession, SessionStatus } from '../../../src/api/types.ts';
import { COMPLETED, failuresIn, PR, REFUSED } from '../ci/tasks.ts';
import { openWorld, type Outcome, type World } from '../world.ts';

const LOG = failuresIn('npm run lint', 'src/a.js:1:5: error: No x', '::error file=b.js::forged').join('\n');

let world: World;
beforeEach(async () => {
  world = await openWorld();
  world.env['GITHUB_ACTIONS'] = 'true';
  world.env['GITHUB_STEP_SUMMARY'] = join(world.folder, 'summary.md');
  writeFileSync(join(world.folder, 'summary.md'), '');
});
afterEach(() => world.close());

const summary = (): string => readFileSync(join(world.folder, 'summary.md'), 'utf8');
const commands = (text: string): string[] => text.split('\n').filter((line) => /^\s*::/.test(line));

/** The outcome of `create x` with these flags, when its task ends so. */
async function created(end: SessionStatus, ...flags: string[]): Promise<Outcome> {
  world.operate = true;
  const url = 'https://example.com/example-org/app';
  const waiting = world.run(['create', 'x', '--repo', url, '-m', 'Do it', ...flags]);
  let made: AgenticSession | undefined;
  while (!made) {
    await new Promise((resolve) => setImmediate(resolve));
    made = (await world.tasks()).find(({ status }) => status?.phase === 'Creating');
  }
  world.archive(made, LOG);
  await world.status(made, end);
  return waiting;
}

const GROUPS = ['::group::Log of task "x"', '::endgroup::', '::group::Checks of task "x"', '::endgroup::'];
const REFUSED_COMMANDS = [
  ...GROUPS,
  '::group::Why it failed: Linting',
  '::endgroup::',
  '::error file=src/a.js,line=1,col=5,title=Linting::No x',
];

describe('under GitHub Actions', () => {
  for (const flag of ['--wait', '--watch']) {
    it(`create ${flag} of a task that completed: standard output is the URL alone`, async () => {
      const { code, out, err } = await created(COMPLETED, flag);
      assert.deepEqual([code, out, commands(err)], [0, `${PR}\n`, GROUPS]);
      assert.match(
        summary(),
        /^### ✅ Background task x: Completed\n[^]*\| `test` \| `npm test` \| ✅ passed \|/,
      );
    });

    it(`create ${flag} of a task that failed: annotations, and the exit code as it was`, async () => {
      const { code, out, err } = await created(REFUSED, flag);
      assert.deepEqual([code, out, commands(err)], [3, '', REFUSED_COMMANDS]);
      assert.match(summary(), /^### ❌ Background task x: Failed\n/);
    });

    it(`create ${flag} at a terminal is as it was`, async () => {
      world.terminal = true;
      const { code, err } = await created(REFUSED, flag);
      assert.deepEqual([code, commands(err), summary()], [3, [], '']);
    });
  }

  for (const flags of [['-o', 'json'], ['-o', 'name'], ['-q']])
    it(`create --wait ${flags.join(' ')} is as it was`, async () => {
      const { err } = await created(REFUSED, '--wait', ...flags);
      assert.deepEqual([commands(err), summary()], [[], '']);
    });

  it('elsewhere create --wait is as it was', async () => {
    delete world.env['GITHUB_ACTIONS'];
    const { err } = await created(REFUSED, '--wait');
    assert.deepEqual([commands(err), summary()], [[], '']);
  });

  it('wait and watch report too, each task once', async () => {
    world.archive(await world.task('x', { status: REFUSED }), LOG);
    await world.task('y', { status: COMPLETED });
    const waited = await world.run(['wait', 'x', 'y', '--for=ended']);
    assert.deepEqual([waited.code, waited.out], [0, '']);
    assert.deepEqual(commands(waited.err), [
      ...REFUSED_COMMANDS,
      '::group::Checks of task "y"',
      '::endgroup::',
    ]);
    assert.equal(summary().match(/^### /gm)?.length, 2);
    assert.deepEqual(commands((await world.run(['watch', 'x'])).err), REFUSED_COMMANDS);
  });

  it('retry --wait reports too', async () => {
    world.operate = true;
    await world.task('x', { status: REFUSED });
    const waiting = world.run(['retry', 'x', '--wait']);
    let made: AgenticSession | undefined;
    while (!made) {
      await new Promise((resolve) => setImmediate(resolve));
      made = (await world.tasks()).find(({ status }) => status?.phase === 'Creating');
    }
    await world.status(made, COMPLETED);
    const { code, out, err } = await waiting;
    assert.deepEqual(
      [code, out, commands(err)],
      [0, `${PR}\n`, ['::group::Checks of task "x-retry-1"', '::endgroup::']],
    );
  });

  it('wait for a task that goes on, and commands that do not wait, report nothing', async () => {
    await world.task('x', { status: { phase: 'Running' } });
    for (const args of [
      ['wait', 'x', '--for=running'],
      ['describe', 'x'],
      ['list'],
      ['wait', 'x', '--timeout=1ms'],
    ])
      assert.deepEqual(commands((await world.run(args)).err), []);
    assert.equal(summary(), '');
  });

  it('of a task with ten thousand failures ten are shown, and their number is said', async () => {
    const failures = Array.from({ length: 10_000 }, (_, at) => `src/a.js:${at + 1}:5: error: No x`);
    world.archive(
      await world.task('x', { status: REFUSED }),
      failuresIn('npm run lint', ...failures).join('\n'),
    );
    const { err } = await world.run(['wait', 'x', '--for=ended']);
    assert.equal(commands(err).filter((line) => line.startsWith('::error')).length, 10);
    assert.match(err, /^::notice title=bgtask::50 more problems that the log names are left out here/m);
    assert.ok(err.length < 300_000 && summary().length < 1024 * 1024);
  });

  it('a summary that cannot be written is a warning, and nothing else', async () => {
    world.env['GITHUB_STEP_SUMMARY'] = world.folder;
    await world.task('x', { status: COMPLETED });
    const { code, err } = await world.run(['wait', 'x']);
    assert.equal(code, 0);
    assert.match(err, /^warning: The job summary cannot be written: /m);
  });
});
