import assert from 'node:assert/strict';
import type { AgenticSession, SessionStatus } from '../../../src/api/types.ts';
import type { UiOptions, ViewOptions } from '../../../src/cli/views.ts';
import type { Awaited } from '../../../src/service/await-task.ts';
import { openWorld, type World } from '../world.ts';

const PR = 'https://example.com/example-org/app/pull/7';
const COMPLETED: SessionStatus = {
  phase: 'Completed',
  progress: 100,
  repos: [{ name: 'app', status: 'pushed', prUrl: PR }],
};

let world: World;
/** How often views were loaded, and what they were asked for. */
let loaded: number;
let asked: (ViewOptions | UiOptions)[];

/** Views whose watch comes to what `end` says. */
function withViews(end: (task: AgenticSession) => Awaited): void {
  world.views = () => {
    loaded++;
    return Promise.resolve({
      watch: (task, options) => {
        asked.push(options);
        return Promise.resolve(end(task));
      },
      ui: (options) => {
        asked.push(options);
        return Promise.resolve();
      },
    });
  };
}

beforeEach(async () => {
  world = await openWorld();
  loaded = 0;
  asked = [];
});
afterEach(() => world.close());

const seen = (session: AgenticSession): Awaited => ({ reached: true, deleted: false, session });

describe('watch at a terminal', () => {
  it('leaves the words and the exit code that it has elsewhere', async () => {
    await world.task('x', { status: COMPLETED });
    withViews(seen);
    const { code, out, err } = await world.run(['watch', 'x']);
    assert.deepEqual([code, out, err, loaded], [0, `${PR}\n`, 'Pull request:\n', 1]);
  });

  it('of a task that failed says why, after the end of the log', async () => {
    await world.task('x', {
      status: { phase: 'Failed', reason: 'CloneFailed', error: 'No.', logs: 'one\n' },
    });
    withViews(seen);
    const { code, err } = await world.run(['watch', 'x']);
    assert.equal(code, 3);
    assert.match(err, /^\n {2}\| one\n\nwarning: task "x" is Failed \(CloneFailed\): No\.\nThe whole log:/);
  });

  it('that was quit says that the task goes on: exit code 130', async () => {
    await world.task('x', { status: { phase: 'Running' } });
    withViews((session) => ({ reached: false, deleted: false, session }));
    const { code, err } = await world.run(['watch', 'x']);
    assert.equal(code, 130);
    assert.match(err, /^Task "x" goes on in the background\./);
  });

  it('speaks of the retry that was followed at last', async () => {
    await world.task('x', { status: { phase: 'Failed' } });
    const retry = await world.task('x-retry-1', {
      retry: { root: 'x', count: 1 },
      status: { phase: 'Running' },
    });
    withViews(() => ({ reached: false, deleted: false, session: retry }));
    assert.match((await world.run(['watch', 'x'])).err, /bgtask watch x-retry-1/);
  });

  it('of a task that is deleted meanwhile: exit code 5', async () => {
    await world.task('x');
    withViews(() => ({ reached: false, deleted: true }));
    assert.equal((await world.run(['watch', 'x'])).code, 5);
  });

  for (const flags of [['-o', 'jsonl'], ['-o', 'table'], ['-q']])
    it(`loads no view with ${flags.join(' ')}`, async () => {
      await world.task('x', { status: COMPLETED });
      withViews(seen);
      assert.equal((await world.run(['watch', 'x', ...flags])).code, 0);
      assert.equal(loaded, 0);
    });

  it('create --watch is followed in the same view', async () => {
    world.operate = true;
    withViews((session) => ({ reached: false, deleted: false, session }));
    const url = 'https://example.com/example-org/app';
    const { code } = await world.run(['create', 'x', '--repo', url, '-m', 'Do it', '--watch']);
    assert.deepEqual([code, loaded], [130, 1]);
  });

  const COLOURS: readonly (readonly [args: string[], env: NodeJS.ProcessEnv, color: boolean])[] = [
    [[], {}, true],
    [[], { NO_COLOR: '1' }, false],
    [['--color=never'], {}, false],
    [['--color=always'], { NO_COLOR: '1' }, true],
  ];
  for (const [args, env, color] of COLOURS)
    it(`is ${color ? '' : 'not '}coloured with ${JSON.stringify([...args, env])}`, async () => {
      await world.task('x', { status: COMPLETED });
      world.terminal = true;
      Object.assign(world.env, env);
      withViews(seen);
      await world.run(['watch', 'x', ...args]);
      assert.equal(asked[0]?.color, color);
    });
});

describe('ui', () => {
  it('is refused where there is no terminal, with what to do there: exit code 2', async () => {
    const { code, out, err } = await world.run(['ui']);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /^error: ui needs a terminal.*\nAnywhere else: bgtask list, and bgtask watch/);
  });

  for (const flags of [['-o', 'json'], ['-q']])
    it(`is refused with ${flags.join(' ')}: it prints no data`, async () => {
      withViews(seen);
      assert.equal((await world.run(['ui', ...flags])).code, 2);
      assert.equal(loaded, 0);
    });

  const PLACES: readonly (readonly [args: string[], project: string | undefined, selector?: string])[] = [
    [[], 'default'],
    [['-n', 'team-a'], 'team-a'],
    [['-A'], undefined],
    [['-l', 'a=b'], 'default', 'a=b'],
  ];
  for (const [args, project, selector] of PLACES)
    it(`${args.join(' ') || 'alone'} shows the tasks of ${project ?? 'all projects'}`, async () => {
      withViews(seen);
      assert.equal((await world.run(['ui', ...args])).code, 0);
      const [options] = asked as UiOptions[];
      assert.deepEqual([options?.project, options?.selector], [project, selector]);
    });
});
