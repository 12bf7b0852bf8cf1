import assert from 'node:assert/strict';
import { type Machine, machine } from '../support/command-line.ts';
import { SAMPLE } from '../scenarios/sample-app.ts';

describe('the deadline', () => {
  let here: Machine;
  before(async () => (here = await machine()));
  after(() => here.close());

  it('a task that outlives its timeout ends as Timeout, with the sentence, exit code 7, and nothing pushed', async () => {
    const app = await here.repository('app', SAMPLE);
    const { code } = await here.bgtask(
      'create',
      'timeout-test',
      '--repo',
      app,
      '-m',
      'Sleep for two hours.',
      '--run',
      'echo started; sleep 7200',
      '--timeout',
      '60s',
      '--watch',
    );
    assert.equal(code, 7);
    const { status } = await here.task('timeout-test');
    assert.equal(status?.phase, 'Timeout');
    assert.equal(status?.reason, 'DeadlineExceeded');
    assert.equal(status?.error, 'Task exceeded 1 minute deadline');
    const seconds = (Date.parse(status?.completionTime ?? '') - Date.parse(status?.startTime ?? '')) / 1000;
    assert.ok(seconds <= 61, `it took ${seconds} s`);
    assert.match(await here.ok('logs', 'timeout-test'), /started[\s\S]*Task exceeded 1 minute deadline/);
    assert.equal(await here.git(app, 'branch', '--list', 'background-task-*'), '');
  });

  it('a check that outlives the timeout is named by the task that it ended', async () => {
    const app = await here.repository('app-2', { ...SAMPLE, 'hang.js': 'setTimeout(() => {}, 7_200_000);' });
    const { code, stderr } = await here.bgtask(
      // prettier-ignore
      ...'create hanging-test -m Add. --run'.split(' '),
      'echo x > x',
      '--check',
      'node hang.js',
      '--timeout',
      '60s',
      '--wait',
      '--repo',
      app,
    );
    assert.equal(code, 7);
    assert.match(
      stderr,
      /is Timeout \(DeadlineExceeded\): Task exceeded 1 minute deadline \(node hang\.js was still running when the task ended\)/,
    );
    const { status } = await here.task('hanging-test');
    assert.equal(status?.error, 'Task exceeded 1 minute deadline');
    const [check] = status?.checks?.filter(({ command }) => command === 'node hang.js') ?? [];
    assert.equal(check?.result, 'skipped');
    assert.ok((check?.seconds ?? 0) > 10, `${check?.seconds} s`);
  });
});
