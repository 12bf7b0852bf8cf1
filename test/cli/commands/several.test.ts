import assert from 'node:assert/strict';
import { openWorld, type World } from '../world.ts';

const RUNNING = { phase: 'Running', jobName: 'job' } as const;
const GONE = 'error: Task "gone" not found in project "default".\nSee what is there: bgtask list\n';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const phases = async (): Promise<Record<string, string | undefined>> =>
  Object.fromEntries(
    (await world.tasks()).map(({ metadata, status }) => [
      metadata.labels?.['ambient-code.io/task'],
      status?.phase,
    ]),
  );

describe('several tasks', () => {
  const VERBS = ['cancel', 'delete', 'retry', 'wait', 'describe', 'logs'];
  for (const verb of VERBS) {
    it(`${verb} needs names or a filter, and not both: exit code 2`, async () => {
      await world.task('x');
      for (const args of [[], ['-A'], ['x', '--all'], ['x', '-l', 'a=b'], ['x', '--status=failed'], ['x', '-A']]) {
        const { code, err } = await world.run([verb, ...args]);
        assert.equal(code, 2, args.join(' '));
        assert.match(err, args[0] === 'x' ? /^error: Give names, or -\S+, and not both\.\n/ : /^error: Name the tasks to .*\nOr choose them: --all, /);
      }
      assert.equal((await world.run([verb, '--status=done'])).code, 2);
    }); // prettier-ignore

    it(`${verb} of one that is not there does the others all the same`, async () => {
      await world.task('x', { status: { phase: verb === 'cancel' ? 'Running' : 'Failed', logs: 'one\n' } });
      world.operate = verb === 'retry';
      const flags: Record<string, string[]> = { cancel: ['--no-wait'], wait: ['--for=ended'] };
      const { code, err } = await world.run([verb, 'gone', 'x', ...(flags[verb] ?? [])]);
      assert.equal(code, 5);
      assert.ok(err.includes(GONE), err);
      const [task, retry] = await world.tasks();
      const done = { cancel: task?.spec.cancel, delete: task === undefined, retry: retry !== undefined };
      assert.equal({ wait: true, describe: true, logs: true, ...done }[verb], true);
    });

    it(`${verb} --all of nothing says so and is well`, async () => {
      const { code, out, err } = await world.run([verb, '--all']);
      assert.deepEqual([code, out], [0, '']);
      assert.match(err, /^No tasks (found|to \w+) in project "default"\.\n$/);
    });
  }

  it('cancel stops all at once, and waits for all', async () => {
    const tasks = [await world.task('a', { status: RUNNING }), await world.task('b', { status: RUNNING })];
    await world.task('c', { status: { phase: 'Completed' } });
    const { code, out, err } = await world.run(['cancel', '--all'], ({ err: said }) => {
      if (!said.includes('"b"')) return;
      for (const task of tasks.splice(0)) void world.status(task, { phase: 'Stopped' });
    });
    assert.deepEqual([code, out], [0, 'task/a cancelled\ntask/b cancelled\n']);
    assert.equal(err, 'Stopping task "a" …\nStopping task "b" …\n');
  });

  it('the first code that is not 0 is the exit code', async () => {
    await world.task('a', { status: { phase: 'Completed' } });
    await world.task('b', { status: { phase: 'Stopped' } });
    await world.task('c', { status: { phase: 'Failed' } });
    assert.equal((await world.run(['wait', 'a', 'b', 'c'])).code, 6);
    assert.equal((await world.run(['wait', 'a', 'c', 'gone'])).code, 3);
    assert.equal((await world.run(['cancel', 'a', 'gone'])).code, 1);
  });

  it('a task that is named twice is meant once', async () => {
    await world.task('x');
    assert.equal((await world.run(['delete', 'x', '@latest', 'task/x'])).out, 'task/x deleted\n');
  });

  it('wait --any ends with the first that comes to it; a task that cannot any more does not end it', async () => {
    await world.task('a', { status: { phase: 'Failed' } });
    const task = await world.task('b', { status: RUNNING });
    await world.task('c', { status: RUNNING });
    const waiting = world.run(['wait', 'a', 'b', 'c', '--any', '-o', 'name']);
    while (world.ensured.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await world.status(task, { phase: 'Completed' });
    const { code, out, err } = await waiting;
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^agenticsession\.vteam\.ambient-code\/b-[0-9a-f]{8}\n$/);
    assert.equal((await world.run(['wait', 'a', '--any'])).code, 3);
  });

  it('wait --timeout names each task that is not there yet', async () => {
    await world.task('a', { status: RUNNING });
    await world.task('b', { status: { phase: 'Completed' } });
    await world.task('c', { status: RUNNING });
    const { code, err } = await world.run(['wait', '--all', '--timeout', '10ms']);
    assert.equal(code, 124);
    assert.match(
      err,
      /^error: Task "a" is Running after 10ms\.\n.*\nerror: Task "c" is Running after 10ms\.\n/,
    );
  });

  it('retry --all tries the last of each lineage again, and nothing that a later retry made good', async () => {
    world.operate = true;
    await world.task('x', { status: { phase: 'Failed' } });
    await world.task('x-retry-1', { status: { phase: 'Completed' }, retry: { root: 'x', count: 1 } });
    await world.task('y', { status: { phase: 'Failed' } });
    await world.task('y-retry-1', { status: { phase: 'Timeout' }, retry: { root: 'y', count: 1 } });
    const { code, out, err } = await world.run(['retry', '--all']);
    assert.deepEqual([code, out], [0, 'task/y-retry-2 created\n']);
    assert.match(
      err,
      /Skipping task "x": "x-retry-1" is a later retry of it\.\nSkipping task "y": "y-retry-1"/,
    );
  });

  it('retry --wait makes all before it waits; --watch follows one alone', async () => {
    world.operate = true;
    await world.task('x', { status: { phase: 'Failed' } });
    await world.task('y', { status: { phase: 'Failed' } });
    assert.equal((await world.run(['retry', 'x', 'y', '--watch'])).code, 2);
    const stop = async (): Promise<void> => {
      for (const task of await world.tasks())
        if (task.spec.retryOf) await world.status(task, { phase: 'Stopped' });
    };
    const { code, err } = await world.run(['retry', 'x', 'y', '--wait', '--queue'], ({ err: said }) => {
      if (said.endsWith('task/y-retry-1 created\n')) void stop();
    });
    assert.equal(code, 6, err);
    assert.match(err, /^task\/x-retry-1 created\ntask\/y-retry-1 created\n/);
  });

  it('describe parts tasks by lines, and gives a list of objects', async () => {
    await world.task('a');
    await world.task('b', { project: 'team-b' });
    const { out } = await world.run(['describe', '--all', '-A']);
    assert.match(out, /^Task: +a\n[^]*\n\n\nTask: +b\n/);
    const names = ['describe', '--all', '-A', '-o', 'jsonpath={.items[*].metadata.namespace}'];
    assert.equal((await world.run(names)).out, 'default team-b');
  });

  it('logs of several begins each line with the name, --prefix that of one', async () => {
    world.archive(await world.task('a', { status: { phase: 'Completed' } }), 'one\n\ntwo');
    world.archive(await world.task('b', { status: { phase: 'Failed' }, project: 'team-b' }), 'three\n');
    await world.task('c');
    const both = '[default/a] one\n[default/a] \n[default/a] two\n[team-b/b] three\n';
    assert.equal((await world.run(['logs', '--status=completed,failed', '-A'])).out, both);
    assert.equal((await world.run(['logs', 'a', '--prefix', '--tail=1'])).out, '[a] two\n');
    assert.equal((await world.run(['logs', 'a'])).out, 'one\n\ntwo\n');
    assert.equal((await world.run(['logs', 'a', 'c', '--no-prefix'])).out, 'one\n\ntwo\n');
    assert.equal((await world.run(['logs', '-f', 'a', '--prefix', '-q'])).out, '[a] one\n[a] \n[a] two\n');
  });
});

describe('--dry-run', () => {
  for (const [words, said] of [
    [['--dry-run'], '(dry run)'],
    [['--dry-run=client'], '(dry run)'],
    [['--dry-run', 'server'], '(server dry run)'],
  ] as const)
    it(`${words.join(' ')} of cancel, delete and retry says what would be done, and changes nothing`, async () => {
      await world.task('x', { status: RUNNING });
      await world.task('y', { status: { phase: 'Failed' } });
      const before = await world.tasks();
      assert.equal((await world.run(['cancel', ...words, '--all'])).out, `task/x cancelled ${said}\n`);
      assert.equal(
        (await world.run(['delete', ...words, '--all'])).out,
        `task/x deleted ${said}\ntask/y deleted ${said}\n`,
      );
      assert.equal((await world.run(['retry', ...words, '--all'])).out, `task/y-retry-1 created ${said}\n`);
      assert.deepEqual(await world.tasks(), before);
      assert.deepEqual(world.ensured, []);
    });

  it('alone does not take the name after it', async () => {
    await world.task('x', { status: RUNNING });
    assert.equal((await world.run(['cancel', '--dry-run', 'x'])).out, 'task/x cancelled (dry run)\n');
    assert.deepEqual(await phases(), { x: 'Running' });
  });

  it('is refused as the deed would be', async () => {
    await world.task('x', { status: { phase: 'Completed' } });
    assert.equal((await world.run(['cancel', 'x', '--dry-run'])).code, 1);
    assert.equal((await world.run(['retry', 'x', '--dry-run'])).code, 2);
    assert.equal((await world.run(['delete', 'gone', '--dry-run=server'])).code, 5);
    assert.equal((await world.run(['delete', 'x', '--dry-run=maybe'])).code, 2);
  });
});
