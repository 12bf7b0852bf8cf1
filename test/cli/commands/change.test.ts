import assert from 'node:assert/strict';
import { openWorld, type World } from '../world.ts';

const RUNNING = { phase: 'Running', jobName: 'job' } as const;

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

describe('cancel', () => {
  it('asks for the stop and returns when the task has ended', async () => {
    const task = await world.task('x', { status: RUNNING });
    const { code, out, err } = await world.run(['cancel', '@latest'], ({ err: said }) => {
      if (said.includes('Stopping')) void world.status(task, { phase: 'Stopped', reason: 'Cancelled' });
    });
    assert.deepEqual(
      { code, out, err },
      { code: 0, out: 'task/x cancelled\n', err: 'Stopping task "x" …\n' },
    );
    assert.equal((await world.tasks())[0]?.spec.cancel, true);
    assert.equal(world.ensured[0], true);
  });

  it('--no-wait returns at once', async () => {
    await world.task('x', { status: RUNNING });
    assert.equal((await world.run(['cancel', 'x', '--no-wait'])).out, 'task/x is being cancelled\n');
  });

  it('says when the task had ended meanwhile', async () => {
    const task = await world.task('x', { status: RUNNING });
    const { out } = await world.run(['cancel', 'x'], ({ err }) => {
      if (err.includes('Stopping')) void world.status(task, { phase: 'Completed' });
    });
    assert.equal(out, 'task/x had already ended: Completed\n');
  });

  it('of a task that has ended is refused', async () => {
    await world.task('x', { status: { phase: 'Completed' } });
    const { code, err } = await world.run(['cancel', 'x']);
    assert.deepEqual([code, err], [1, 'error: Task "x" is Completed already; there is nothing to cancel.\n']);
  });
});

describe('retry', () => {
  beforeEach(() => void (world.operate = true));

  for (const phase of ['Failed', 'Timeout', 'Stopped'] as const) {
    it(`of a task that is ${phase} makes a new one and keeps the old`, async () => {
      await world.task('x', { status: { phase }, spec: { cancel: phase === 'Stopped' } });
      const { code, out } = await world.run(['retry', 'x']);
      assert.deepEqual([code, out], [0, 'task/x-retry-1 created\n']);
      const [old, retry] = await world.tasks();
      assert.equal(old?.status?.phase, phase);
      assert.equal(retry?.metadata.labels?.['ambient-code.io/retry-of'], 'x');
      assert.equal(retry?.spec.cancel, undefined);
    });
  }

  it('counts over the whole lineage', async () => {
    await world.task('x', { status: { phase: 'Failed' } });
    for (const [name, made] of [
      ['x', 'x-retry-1'],
      ['x-retry-1', 'x-retry-2'],
      ['x', 'x-retry-3'],
    ] as const) {
      assert.equal((await world.run(['retry', name, '-q'])).out, `${made}\n`);
      const task = (await world.tasks()).find(
        ({ metadata }) => metadata.labels?.['ambient-code.io/task'] === made,
      );
      if (task) await world.status(task, { phase: 'Failed' });
    }
  });

  for (const [phase, words] of [
    [
      'Completed',
      /Task "x" is Completed; only a Failed, Timeout or Stopped task can be retried\.\nCreate a new task instead/,
    ],
    ['Running', /Task "x" is Running; .*\nWait for it, or stop it: bgtask cancel x/],
  ] as const) {
    it(`of a task that is ${phase} is refused: exit code 2`, async () => {
      await world.task('x', { status: { phase } });
      const { code, err } = await world.run(['retry', 'x']);
      assert.equal(code, 2);
      assert.match(err, words);
    });
  }

  const cures: [flags: string[], path: string, value: string][] = [
    [['--max-budget', '10'], '.spec.agent', '{"maxBudgetUSD":10,"model":"m","type":"claude"}'],
    [['--max-turns', '50', '--model', 'n'], '.spec.agent', '{"maxTurns":50,"model":"n","type":"claude"}'],
    [['--agent', 'codex'], '.spec.agent', '{"type":"codex"}'],
    [['--agent', 'command', '--run', 'make'], '.spec.agent', '{"run":"make","type":"command"}'],
    [['--timeout', '30m'], '.spec.timeout', '1800'],
    [['-m', 'Leave the lock file.'], '.spec.prompt', 'Do x.\n\nLeave the lock file.'],
    [['-m', '-'], '.spec.prompt', 'Do x.\n\nFrom stdin.'],
    [['--check', 'unit=npm test'], '.spec.checks', '[{"name":"unit","run":"npm test"}]'],
    [['--image', 'golang:1.26'], '.spec.image', 'golang:1.26'],
    [['--allow-path', 'CODEOWNERS'], '.spec.allowedPaths', '[".bgtask.yaml","CODEOWNERS"]'],
    [['--branch', 'next'], '.spec.repos[0].input', '{"branch":"next","url":"https://example.com/example-org/app"}'],
  ]; // prettier-ignore
  for (const [flags, path, value] of cures)
    it(`${flags.join(' ')} cures the new task and keeps the rest`, async () => {
      world.stdin = 'From stdin.\n';
      const spec = { agent: { type: 'claude', model: 'm' }, allowedPaths: ['.bgtask.yaml'] };
      await world.task('x', { status: { phase: 'Failed' }, spec });
      const { out, err } = await world.run(['retry', 'x', ...flags, '--dry-run=client', '-o', `jsonpath={${path}}`]);
      assert.equal(err, '');
      const isObject = value.startsWith('{');
      assert.deepEqual(isObject ? JSON.parse(out) : out, isObject ? JSON.parse(value) : value);
    }); // prettier-ignore

  for (const [flags, words] of [
    [['--run', 'make'], /agent\.run \(--run\) is for the agent command, and this task has claude/],
    [['--agent', 'command'], /The agent command needs agent\.run \(--run\)/],
    [['--timeout', '2h'], /--timeout: 2h is not from 60s to 1h/],
    [['--max-budget', 'much'], /invalid --max-budget/],
    [['-m', 'x'.repeat(10_240)], /at most 10240 characters fit/],
  ] as const)
    it(`refuses ${flags.join(' ').slice(0, 30)} with exit code 2, and makes nothing`, async () => {
      await world.task('x', { status: { phase: 'Failed' }, spec: { agent: { type: 'claude' } } });
      const { code, err } = await world.run(['retry', 'x', ...flags]);
      assert.equal(code, 2);
      assert.match(err, words);
      assert.equal((await world.tasks()).length, 1);
    });

  const KEPT = { change: { location: 'file:///x/change.patch' } };
  const goesOn: [what: string, spec: object, status: object, flags: string[], from: RegExp | undefined][] = [
    ['goes on with the kept change', {}, KEPT, [], /^x-[0-9a-f]{8}$/],
    ['goes on with what it went on with, where its agent never began', { continueFrom: 'x-00000000' }, {}, [], /^x-00000000$/],
    ['begins with the base where the agent changed nothing', { continueFrom: 'x-00000000' }, { change: { note: 'Nothing.' } }, [], undefined],
    ['begins with the base with --from-scratch', {}, KEPT, ['--from-scratch'], undefined],
    ['of a command begins with the base', { agent: { type: 'command', run: 'make' } }, KEPT, [], undefined],
    ['with another agent goes on', {}, KEPT, ['--agent', 'codex'], /^x-/],
  ]; // prettier-ignore
  for (const [what, spec, status, flags, from] of goesOn)
    it(what, async () => {
      await world.task('x', { status: { phase: 'Failed', ...status }, spec });
      await world.run(['retry', 'x', ...flags]);
      const made = (await world.tasks()).find(({ spec: { retryOf } }) => retryOf === 'x');
      assert.ok(made);
      if (from) assert.match(made.spec.continueFrom ?? '', from);
      else assert.equal(made.spec.continueFrom, undefined);
    });

  it('--dry-run shows the object, --queue and all, and stores nothing', async () => {
    await world.task('x', { status: { phase: 'Failed' } });
    const { out } = await world.run([
      'retry',
      'x',
      '--queue',
      '--dry-run=client',
      '-o',
      'jsonpath={.metadata.name} {.spec.queue}',
    ]);
    assert.match(out, /^x-retry-1-[0-9a-f]{8} true$/);
    assert.equal((await world.tasks()).length, 1);
  });
});

describe('delete', () => {
  it('removes tasks by name, running ones too, and has their processes stopped', async () => {
    await world.task('x', { status: RUNNING });
    await world.task('y');
    const { code, out } = await world.run(['delete', 'x', 'y']);
    assert.deepEqual([code, out], [0, 'task/x deleted\ntask/y deleted\n']);
    assert.deepEqual(await world.tasks(), []);
    assert.deepEqual(world.ensured, [true, true]);
  });

  it('of one that is not there deletes the others all the same: exit code 5', async () => {
    await world.task('x');
    const { code, out, err } = await world.run(['delete', 'gone', 'x', 'lost']);
    assert.deepEqual([code, out], [5, 'task/x deleted\n']);
    const errors = err.split('\n').filter((line) => line.startsWith('error: '));
    assert.deepEqual(errors, [
      'error: Task "gone" not found in project "default".',
      'error: Task "lost" not found in project "default".',
    ]);
  });

  it('-l and --all choose, in one project or in all', async () => {
    await world.task('a', { spec: { templateId: 't' } });
    await world.task('b');
    await world.task('c', { project: 'team-b' });
    assert.equal((await world.run(['delete', '-l', 'ambient-code.io/template=t'])).out, 'task/a deleted\n');
    assert.equal((await world.run(['delete', '--all', '-q'])).out, 'b\n');
    assert.equal((await world.run(['delete', '--all'])).err, 'No tasks found in project "default".\n');
    assert.equal((await world.run(['delete', '--all', '-A'])).out, 'task/c deleted\n');
  });

  const kept: [prUrl: string, says: string][] = [
    ['https://github.com/o/r/pull/7', 'The pull request https://github.com/o/r/pull/7 stays.'],
    [
      'file:///home/a%20b/x.md',
      "The pull request's files stay. To remove them: rm '/home/a b/x.md' '/home/a b/x.patch'",
    ],
  ];
  for (const [prUrl, says] of kept)
    it(`says which branch and which files stay, with the commands: ${prUrl}`, async () => {
      const repo = { name: 'r', status: 'pushed' as const, branch: 'background-task-x', prUrl };
      await world.task('x', { status: { phase: 'Completed', repos: [repo] } });
      const { out, err } = await world.run(['delete', 'x']);
      assert.equal(out, 'task/x deleted\n');
      assert.match(
        err,
        /^The branch background-task-x stays\. To remove it: git push \S+ --delete background-task-x\n/,
      );
      assert.ok(err.endsWith(`${says}\n`), err);
    });

  it('nothing chosen, or chosen twice over, is refused', async () => {
    await world.task('x');
    for (const args of [[], ['-A'], ['x', '--all'], ['x', '-l', 'a=b'], ['x', '-A']]) {
      const { code } = await world.run(['delete', ...args]);
      assert.equal(code, 2, args.join(' '));
    }
    assert.equal((await world.tasks()).length, 1);
  });

  it('takes names as list -o name prints them', async () => {
    await world.task('x');
    const { out } = await world.run(['list', '-o', 'name']);
    assert.equal((await world.run(['delete', out.trim()])).out, 'task/x deleted\n');
  });
});
