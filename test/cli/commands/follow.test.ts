import assert from 'node:assert/strict';
import type { AgenticSession, Phase, SessionStatus } from '../../../src/api/types.ts';
import { openWorld, type Outcome, type World } from '../world.ts';

const RUNNING = { phase: 'Running', progress: 20, currentPhase: 'Generating changes' } as const;
const FAILED = {
  phase: 'Failed',
  reason: 'ValidationFailed',
  error: 'Linting failed: npm run lint exited with code 1',
  logs: 'one\n\u001b[31mtwo\u001b[0m\n',
} as const;
const PR = 'https://example.com/example-org/app/pull/7';
const COMPLETED: SessionStatus = {
  phase: 'Completed',
  progress: 100,
  currentPhase: 'Pull request created',
  repos: [{ name: 'app', status: 'pushed', prUrl: PR }],
};

const CODES: [phase: Phase, code: number][] = [
  ['Completed', 0],
  ['Failed', 3],
  ['Stopped', 6],
  ['Timeout', 7],
];

/** Does something once a command has said words that match. */
const once = (words: RegExp, act: () => unknown): ((outcome: Outcome) => void) => {
  let done = false;
  return ({ out, err }) => {
    if (done || !words.test(out + err)) return;
    done = true;
    void act();
  };
};

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

/** The outcome of `create x --wait`, when its task ends so. */
async function waited(end: SessionStatus, ...flags: string[]): Promise<Outcome> {
  world.operate = true;
  const url = 'https://example.com/example-org/app';
  const waiting = world.run(['create', 'x', '--repo', url, '-m', 'Do it', '--wait', ...flags]);
  let made: AgenticSession | undefined;
  while (!made) {
    await new Promise((resolve) => setImmediate(resolve));
    made = (await world.tasks()).find(({ status }) => status?.phase === 'Creating');
  }
  await world.status(made, end);
  return waiting;
}

describe('watch', () => {
  for (const [phase, code] of CODES) {
    it(`of a task that is ${phase} ends at once with exit code ${code}`, async () => {
      await world.task('x', { status: { phase } });
      assert.equal((await world.run(['watch', 'x'])).code, code);
    });
  }

  it("prints the pull request's URL alone on standard output", async () => {
    await world.task('x', { status: COMPLETED });
    const { out, err } = await world.run(['watch', 'x']);
    assert.equal(out, `${PR}\n`);
    assert.match(err, /Completed 100% {2}Pull request created\nPull request:\n$/);
    assert.equal((await world.run(['watch', 'x', '-q'])).err, '');
  });

  it('tells each change once, then the end of the log, why, and the next step', async () => {
    const task = await world.task('x', { status: RUNNING });
    const { code, out, err } = await world.run(
      ['watch', 'x'],
      once(/Generating/, () => world.status(task, FAILED)),
    );
    assert.deepEqual([code, out], [3, '']);
    assert.deepEqual(
      err.replace(/^\d\d:\d\d:\d\d/gm, 'hh:mm:ss').split('\n'),
      [
        'hh:mm:ss  Running    20%  Generating changes',
        'hh:mm:ss  Failed     20%  Generating changes',
        '',
        '  | one',
        '  | \u001b[31mtwo\u001b[0m',
        '',
        'warning: task "x" is Failed (ValidationFailed): Linting failed: npm run lint exited with code 1',
        "The whole log: bgtask logs x    Try again: bgtask retry x -m 'What to do otherwise'",
        '',
      ],
      'the real context makes what is said safe for a terminal',
    );
  });

  it('-o jsonl prints one object a change and nothing else', async () => {
    const task = await world.task('x', { status: RUNNING });
    const { code, out, err } = await world.run(
      ['watch', 'x', '-o', 'jsonl'],
      once(/Running/, () => world.status(task, COMPLETED)),
    );
    const phases = out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as AgenticSession).status?.phase);
    assert.deepEqual([code, phases, err], [0, ['Running', 'Completed'], '']);
  });

  it('takes no other output', async () => {
    await world.task('x', { status: COMPLETED });
    const { code, err } = await world.run(['watch', 'x', '-o', 'json']);
    assert.equal(code, 2);
    assert.match(err, /must be one of table, jsonl/);
  });

  it('Ctrl-C leaves the task running and says so: exit code 130', async () => {
    await world.task('x', { status: RUNNING });
    const { code, err } = await world.run(
      ['watch', 'x'],
      once(/Generating/, () => world.interrupt()),
    );
    assert.equal(code, 130);
    assert.match(
      err,
      /Task "x" goes on in the background\. Follow it again: bgtask watch x {4}Stop it: bgtask cancel x\n$/,
    );
    assert.equal((await world.tasks())[0]?.spec.cancel, undefined);
  });

  it('a task that is deleted meanwhile is not found: exit code 5', async () => {
    const task = await world.task('x', { status: RUNNING });
    const { code, err } = await world.run(
      ['watch', 'x'],
      once(/Generating/, () => world.store.delete('AgenticSession', task.metadata)),
    );
    assert.equal(code, 5);
    assert.match(err, /Task "x" was deleted/);
  });

  it('create --wait says on standard error alone why the task failed, with the end of its log', async () => {
    const { code, out, err } = await waited(FAILED);
    assert.deepEqual([code, out], [3, '']);
    assert.match(
      err,
      /^task\/x created\none\n.*two.*\nwarning: task "x" is Failed \(ValidationFailed\): Linting failed.*\n.*bgtask retry x/,
    );
  });

  for (const [flags, said] of [
    [[], `${PR}\n`],
    [['-q'], 'x\n'],
    [['-o', 'jsonpath={.status.repos[0].prUrl}'], PR],
  ] as const)
    it(`create --wait ${flags.join(' ')} prints ${JSON.stringify(said)} on standard output`, async () => {
      const { code, out } = await waited(COMPLETED, ...flags);
      assert.deepEqual([code, out], [0, said]);
    });

  it('create --watch and retry --watch follow what they made', async () => {
    world.operate = true;
    const finish = once(/created/, async () => {
      const task = (await world.tasks()).find(({ status }) => status?.phase === 'Creating');
      if (task) await world.status(task, FAILED);
    });
    const url = 'https://example.com/example-org/app';
    assert.equal((await world.run(['create', 'x', '--repo', url, '-m', 'Do it', '--watch'], finish)).code, 3);
    const again = once(/created/, async () => {
      const task = (await world.tasks()).find(({ status }) => status?.phase === 'Creating');
      if (task) await world.status(task, COMPLETED);
    });
    const retried = await world.run(['retry', 'x', '--watch'], again);
    assert.deepEqual([retried.code, retried.out], [0, `${PR}\n`]);
  });
});

describe('wait', () => {
  for (const [phase, code] of CODES) {
    it(`for completed, of a task that is ${phase}: exit code ${code}, and a word only when it missed`, async () => {
      await world.task('x', { status: { phase, reason: 'AgentFailed', error: 'Why.' } });
      const outcome = await world.run(['wait', 'x', '--for=completed']);
      const err = code === 0 ? '' : `warning: task "x" is ${phase} (AgentFailed): Why.\n`;
      assert.deepEqual(outcome, { code, out: '', err });
    });
  }

  for (const [target, phase, code] of [
    ['ended', 'Failed', 0],
    ['failed', 'Failed', 0],
    ['running', 'Completed', 1],
    ['Running', 'Running', 0],
  ] as const) {
    it(`--for=${target} of a task that is ${phase}: exit code ${code}`, async () => {
      await world.task('x', { status: { phase } });
      assert.equal((await world.run(['wait', 'x', `--for=${target}`])).code, code);
    });
  }

  it('-o prints what it came to', async () => {
    await world.task('x', { status: FAILED });
    const { code, out } = await world.run(['wait', 'x', '-o', 'jsonpath={.status.reason}']);
    assert.deepEqual([code, out], [3, 'ValidationFailed']);
  });

  it('gives up after --timeout with exit code 124, and the task goes on', async () => {
    await world.task('x', { status: RUNNING });
    const { code, err } = await world.run(['wait', 'x', '--timeout', '10ms']);
    assert.equal(code, 124);
    assert.match(err, /^error: Task "x" is Running after 10ms\.\nTask "x" goes on in the background\./);
  });

  it('refuses what it cannot wait for before it looks', async () => {
    assert.equal((await world.run(['wait', 'gone', '--for=done'])).code, 2);
    assert.equal((await world.run(['wait', 'gone', '--timeout=soon'])).code, 2);
    assert.equal((await world.run(['wait', 'gone'])).code, 5);
  });
});

describe('logs', () => {
  const LOG = 'one\n\u001b]0;title\u0007\u001b[31mtwo\u001b[0m\nthree';

  it('prints the whole log from its archive, harmless to a terminal, with a newline at its end', async () => {
    world.archive(await world.task('x', { status: { phase: 'Completed', logs: 'two\n' } }), LOG);
    assert.equal((await world.run(['logs', 'x'])).out, 'one\ntwo\nthree\n');
  });

  it('prints the end that the status holds when there is nothing else', async () => {
    await world.task('x', { status: FAILED });
    assert.equal((await world.run(['logs', 'x'])).out, 'one\ntwo\n');
  });

  for (const [tail, out] of [
    ['1', 'three\n'],
    ['2', 'two\nthree\n'],
    ['9', 'one\ntwo\nthree\n'],
    ['0', ''],
    ['-1', 'one\ntwo\nthree\n'],
  ] as const) {
    it(`--tail ${tail} prints the last lines`, async () => {
      world.archive(await world.task('x', { status: { phase: 'Completed' } }), LOG);
      assert.equal((await world.run(['logs', 'x', '--tail', tail])).out, out);
      assert.equal((await world.run(['logs', 'x', '--tail', tail, '-f'])).out, out, 'with -f too');
    });
  }

  it('--tail that is not a number is refused', async () =>
    assert.equal((await world.run(['logs', 'x', '--tail', 'all'])).code, 2));

  it('-f waits for a task that has not started rather than end well', async () => {
    const task = await world.task('x');
    const waiting = world.run(['logs', 'x', '-f']);
    // The command is at its watch once it has asked for a process that reconciles.
    while (world.ensured.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await world.status(task, FAILED);
    assert.deepEqual(await waiting, { code: 0, out: 'one\ntwo\n', err: '' });
  });

  it('-f ends at Ctrl-C without another word: exit code 130', async () => {
    await world.task('x', { status: RUNNING });
    const following = world.run(['logs', 'x', '-f']);
    while (world.ensured.length === 0) await new Promise((resolve) => setImmediate(resolve));
    world.interrupt();
    const { code, err } = await following;
    assert.deepEqual([code, err], [130, '']);
  });

  it('says when there is no log, and what the task is', async () => {
    const task = await world.task('x');
    assert.equal(
      (await world.run(['logs', 'x'])).err,
      'No log found for task "x". It is Pending. Wait for it: bgtask logs -f x\n',
    );
    await world.status(task, { phase: 'Failed', reason: 'CloneFailed', error: 'No such repository.' });
    assert.equal(
      (await world.run(['logs', 'x', '-f'])).err,
      'No log found for task "x". It is Failed (CloneFailed): No such repository.\n',
    );
  });
});
