import assert from 'node:assert/strict';
import { openServed, type Served } from '../served.ts';

const TASKS = '/api/projects/default/background-tasks';
const FAILED = { phase: 'Failed', reason: 'ValidationFailed', error: 'Linting failed' };

describe('background-tasks, acted on', () => {
  let served: Served;
  beforeEach(async () => {
    served = await openServed();
    served.world.operate = true;
  });
  afterEach(() => served.close());
  const act = (method: string, path: string) => served.client.call(method, `${TASKS}/${path}`);

  it('retry of a failed task answers 200 with a new one, and keeps the old one', async () => {
    await served.world.task('failing-task-test', { status: FAILED });
    const { status, body } = await act('POST', 'failing-task-test/retry');
    assert.equal(status, 200);
    assert.deepEqual(
      [body['name'], body['status'], body['retryCount'], body['retryOf']],
      ['failing-task-test-retry-1', 'Pending', 1, 'failing-task-test'],
    );
    assert.equal((await served.world.tasks()).length, 2);
    assert.equal((await act('GET', 'failing-task-test')).body['status'], 'Failed');
  });

  it('retry with a body asks the new task for something else, and leaves the rest', async () => {
    await served.world.task('slow', { status: { phase: 'Timeout' }, spec: { timeout: 600 } });
    const sent = {
      instructions: 'Only the tests.',
      timeout: 1200,
      agent: { maxBudgetUSD: 5 },
      checks: [{ name: 'test', run: 'make test' }],
    };
    const answer = await served.client.call('POST', `${TASKS}/slow/retry`, { body: sent });
    assert.equal(answer.status, 200);
    const made = (await served.world.tasks()).find(({ spec }) => spec.timeout === 1200);
    assert.match(made?.spec.prompt ?? '', /\n\nOnly the tests\.$/);
    assert.deepEqual(
      [made?.spec.agent, made?.spec.checks],
      [{ type: 'claude', maxBudgetUSD: 5 }, [{ name: 'test', run: 'make test' }]],
    );
  });

  const REFUSED: [what: string, sent: unknown, message: RegExp][] = [
    ['a field that is unknown', { prompt: 'x' }, /^prompt: unknown field/],
    ['a time limit that cannot be', { timeout: 5 }, /timeout must be from 60 to 3600/],
    ['a command for another agent', { agent: { run: 'make' } }, /agent\.run .*is for the agent command/],
    ['an agent command without a command', { agent: { type: 'command' } }, /needs agent\.run/],
  ];
  for (const [what, sent, message] of REFUSED)
    it(`retry with ${what} answers 400, and makes nothing`, async () => {
      await served.world.task('bad', { status: FAILED });
      const { status, body } = await served.client.call('POST', `${TASKS}/bad/retry`, { body: sent });
      assert.equal(status, 400);
      assert.match(String(body['message']), message);
      assert.equal((await served.world.tasks()).length, 1);
    });

  for (const phase of ['Timeout', 'Stopped'])
    it(`retry of a task that is ${phase} answers 200`, async () => {
      await served.world.task('again', { status: { phase } });
      assert.equal((await act('POST', 'again/retry')).status, 200);
    });

  for (const phase of ['Pending', 'Creating', 'Running', 'Completed'])
    it(`retry of a task that is ${phase} answers 400`, async () => {
      await served.world.task('no', { status: { phase } });
      const { status, body } = await act('POST', 'no/retry');
      assert.equal(status, 400);
      assert.equal(
        body['message'],
        `Task "no" is ${phase}; only a Failed, Timeout or Stopped task can be retried.`,
      );
      assert.equal((await served.world.tasks()).length, 1);
    });

  it('retry over a limit answers 409, and makes nothing', async () => {
    await served.world.task('bad', { status: FAILED });
    await served.world.task('busy', { status: { phase: 'Running' } });
    const { status, body } = await act('POST', 'bad/retry');
    assert.deepEqual([status, body['error']], [409, 'Concurrent task limit reached']);
    assert.equal((await served.world.tasks()).length, 2);
  });

  it('cancel asks the task to stop, and answers with the task', async () => {
    await served.world.task('long', { status: { phase: 'Running' } });
    const { status, body } = await act('POST', 'long/cancel');
    assert.deepEqual([status, body['cancelRequested']], [200, true]);
    assert.equal((await served.world.tasks())[0]?.spec.cancel, true);
  });

  it('cancel of a task that has ended answers 409', async () => {
    await served.world.task('over', { status: { phase: 'Completed' } });
    const { status, body } = await act('POST', 'over/cancel');
    assert.equal(status, 409);
    assert.match(String(body['message']), /is Completed already/);
  });

  it('delete answers 204, and then the task is not there', async () => {
    await served.world.task('old', { status: FAILED });
    const { status, body } = await act('DELETE', 'old');
    assert.deepEqual([status, body], [204, undefined]);
    assert.equal((await act('GET', 'old')).status, 404);
  });

  for (const [method, path] of [
    ['POST', 'none/retry'],
    ['POST', 'none/cancel'],
    ['DELETE', 'none'],
    ['GET', 'none/logs'],
    ['GET', 'none/events'],
  ] as const)
    it(`${method} ${path} answers 404 for a task that is not there`, async () => {
      const { status, body } = await act(method, path);
      assert.deepEqual([status, body['message']], [404, 'Task "none" not found in project "default".']);
    });
});
