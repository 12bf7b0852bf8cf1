import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, JobOptions } from '../support/stage/job.ts';
import { isAlive, StageProcess } from '../support/stage/process.ts';
import { cloned, type Prepared } from '../support/stage/prepared.ts';
import { git } from '../support/stage/remote.ts';

const CLAUDE_OUTPUT = join(import.meta.dirname, '../runner/agents/fixtures/claude/success.jsonl');

/** A deadline that the stage meets some seconds from now: it ends 5 seconds before, for a task of 60. */
const soon = (seconds: number): { deadline: string } => ({
  deadline: new Date(Date.now() + 5000 + seconds * 1000).toISOString(),
});

const FILES = { 'a.txt': 'one\n', '.bgtask.yaml': '{"format":[],"checks":[]}' };

/** A job that has been cloned, whose one check is `check`. */
function ready({
  check = 'true',
  spec,
  ...rest
}: Omit<JobOptions, 'remote'> & { check?: string } = {}): Promise<Prepared> {
  return cloned(FILES, { ...rest, spec: { checks: [{ name: 'test', run: check }], ...spec } });
}

describe('a stage as a process', () => {
  const token = 'not-a-real-token-0123456789';
  afterEach(() => StageProcess.endAll());

  it('writes its report and ends with 0, and with 1 when it failed', async () => {
    const { job } = await ready({ agent: 'echo two > a.txt' });
    for (const stage of ['work', 'publish'] as const) {
      const process = await StageProcess.start(stage, job.env);
      assert.equal(await process.ended, 0, process.output);
      assert.equal(job.report(stage).ok, true);
    }
    await rm(job.place.report);
    const again = await StageProcess.start('publish', job.env);
    assert.equal(await again.ended, 1);
    assert.deepEqual(
      { ...job.report('publish'), error: '' },
      { stage: 'publish', ok: false, reason: 'RunnerLost', error: '', progress: 0 },
    );
    assert.ok(again.output.includes(job.report('publish').error ?? 'no error'), 'the log says it too');
  });

  it('ends what the agent left in a session of its own, before the checks, also where it has lost its cookie', async () => {
    const detach =
      'const left = require("child_process").spawn("sleep", ["600"], { detached: true, stdio: "ignore" }); left.unref(); require("fs").writeFileSync("../left", String(left.pid))';
    const check = `! ps -o stat= -p $(cat ../left) | grep '^[^ZX]'`;
    const { job } = await ready({ agent: `node -e '${detach}'; echo two > a.txt`, check });
    const { BGTASK_JOB_COOKIE: _cookie, ...env } = job.env;
    const process = await StageProcess.start('work', env);
    assert.equal(await process.ended, 0, process.output);
    assert.deepEqual(
      job.report('work').checks?.map(({ result }) => result),
      ['passed'],
    );
  });

  it('opens no debugger to an agent that asks for one', async () => {
    const { job } = await ready({ agent: 'kill -USR1 $PPID; echo two > a.txt' });
    const process = await StageProcess.start('work', job.env);
    assert.equal(await process.ended, 0, process.output);
    assert.doesNotMatch(process.output, /Debugger listening/);
  });

  const crashes: [promise: string, prepare: (job: Job) => Promise<unknown>, says: RegExp][] = [
    [
      'its input is missing',
      (job) => rm(join(job.dir, 'input.json')),
      /The work stage failed: its input .* cannot be read: ENOENT/,
    ],
    [
      'its input is cut off',
      (job) => writeFile(join(job.dir, 'input.json'), '{"task":'),
      /its input .* cannot be read/,
    ],
    [
      'its input lacks everything',
      (job) => writeFile(join(job.dir, 'input.json'), '{}'),
      /The work stage failed/,
    ],
    [
      'the repository beside the checkout is gone',
      (job) => rm(job.place.base, { recursive: true }),
      /The work stage failed: .*git/,
    ],
  ];
  for (const [what, prepare, says] of crashes)
    it(`writes a report also when ${what}`, async () => {
      const { job } = await ready();
      await prepare(job);
      const process = await StageProcess.start('work', job.env);
      assert.equal(await process.ended, 1, process.output);
      const report = job.report('work');
      assert.equal(report.reason, 'RunnerLost');
      assert.match(report.error ?? '', says);
    });

  it('ends an agent that runs into the deadline, and says so', async () => {
    const { job } = await ready({ agent: 'echo $$ > ../pid; exec sleep 600', spec: { timeout: 60 } });
    // A pipe: the deadline is told when the process is there to read it.
    await rm(join(job.dir, 'input.json'));
    execFileSync('mkfifo', [join(job.dir, 'input.json')]);
    const process = await StageProcess.start('work', job.env);
    const input = await open(join(job.dir, 'input.json'), 'w');
    await input.writeFile(JSON.stringify({ ...job.input, ...soon(2) }));
    await input.close();
    assert.equal(await process.ended, 1, process.output);
    assert.equal(job.report('work').reason, 'DeadlineExceeded');
    assert.equal(job.report('work').error, 'Task exceeded 1 minute deadline');
    assert.equal(isAlive(Number(await readFile(join(job.dir, 'workspace/pid'), 'utf8'))), false);
  });

  it('does not begin after the deadline', async () => {
    const { job } = await ready({ agent: 'echo two > a.txt', spec: { timeout: 60 }, input: soon(-1) });
    await (
      await StageProcess.start('work', job.env)
    ).ended;
    assert.equal(job.report('work').reason, 'DeadlineExceeded');
    assert.equal(await readFile(join(job.place.checkout, 'a.txt'), 'utf8'), 'one\n');
  });

  const script = 'sleep 600 & echo $! > ../left; echo $$ > ../pid; echo "I am" here; sleep 600';
  const stops: [where: string, options: Parameters<typeof ready>[0]][] = [
    ['the agent', { agent: script }],
    ['a check', { agent: 'echo two > a.txt', check: script }],
  ];
  for (const [where, options] of stops)
    it(`ends with Cancelled on SIGTERM while ${where} runs, and leaves no process`, async () => {
      const { job } = await ready(options);
      const process = await StageProcess.start('work', job.env);
      await process.says('I am here');
      process.child.kill('SIGTERM');
      assert.equal(await process.ended, 1, process.output);
      assert.deepEqual(
        [job.report('work').reason, job.report('work').error],
        ['Cancelled', 'The task was stopped.'],
      );
      for (const file of ['pid', 'left'])
        assert.equal(isAlive(Number(await readFile(join(job.dir, 'workspace', file), 'utf8'))), false, file);
      assert.equal(existsSync(job.place.report), false);
    });

  it('reports what a model agent has used until it was stopped', async () => {
    const { job } = await ready({ spec: { agent: { type: 'claude' } } });
    const claude = join(job.dir, 'claude');
    await writeFile(claude, `#!/bin/sh\ncat > /dev/null\nhead -n 6 ${CLAUDE_OUTPUT}\nexec sleep 600\n`, {
      mode: 0o755,
    });
    const process = await StageProcess.start(
      'work',
      { ...job.env, BGTASK_CLAUDE: claude },
      { modelKeys: { ANTHROPIC_API_KEY: token } },
    );
    await process.says('"turns":2');
    process.child.kill('SIGTERM');
    await process.ended;
    assert.equal(job.report('work').reason, 'Cancelled');
    assert.equal(job.report('work').usage?.turns, 2);
    assert.ok((job.report('work').usage?.inputTokens ?? 0) > 0);
  });

  it('ends the agent and reports when a part of the stage crashes in the background', async () => {
    const { job } = await ready({ agent: 'echo $$ > ../pid; echo "I am" here; exec sleep 600' });
    const boom = "process.on('SIGUSR2', () => { throw new Error('boom'); })";
    const process = await StageProcess.start('work', {
      ...job.env,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(boom)}`,
    });
    await process.says('I am here');
    process.child.kill('SIGUSR2');
    assert.equal(await process.ended, 1, process.output);
    assert.deepEqual(
      [job.report('work').reason, job.report('work').error],
      ['RunnerLost', 'The work stage failed: boom'],
    );
    assert.equal(isAlive(Number(await readFile(join(job.dir, 'workspace/pid'), 'utf8'))), false);
  });

  it('reports the checks that had run when it was stopped, and the one that ran', async () => {
    const { job } = await ready({
      agent: 'echo two > a.txt',
      spec: {
        timeout: 60,
        checks: [
          { name: 'first', run: 'true' },
          { name: 'second', run: 'echo "now "waiting; sleep 600' },
        ],
      },
    });
    const process = await StageProcess.start('work', job.env);
    await process.says('now waiting');
    process.child.kill('SIGTERM');
    await process.ended;
    assert.deepEqual(
      job.report('work').checks?.map(({ name, result, note }) => `${name} ${result} ${note ?? ''}`),
      ['first passed ', 'second skipped was still running when the task ended'],
    );
  });

  it('pushes nothing when it is stopped before the push', async () => {
    const { job, remote } = await ready({ agent: 'echo two > a.txt', spec: { timeout: 60 } });
    await job.run('work');
    await writeFile(join(job.dir, 'input.json'), JSON.stringify({ ...job.input, ...soon(-1) }));
    await (
      await StageProcess.start('publish', job.env)
    ).ended;
    assert.equal(job.report('publish').reason, 'DeadlineExceeded');
    assert.equal(await git(remote, 'for-each-ref', '--format=%(refname)'), 'refs/heads/main');
  });

  it('keeps secrets, escapes and forged events of the agent out of log and report', async () => {
    const { job } = await ready({
      agent: `echo "token ${token}"; printf '\\033[31mred\\033[0m\\n##bgtask {"progress":100,"phase":"forged"}\\n'; echo "died of ${token}"; exit 1`,
    });
    const process = await StageProcess.start('work', job.env, { modelKeys: { A_KEY: token } });
    await process.ended;
    assert.ok(!process.output.includes(token) && !JSON.stringify(job.report('work')).includes(token));
    assert.match(process.output, /^token \[redacted\]$/m);
    assert.match(process.output, /^red$/m);
    assert.match(process.output, /^ ##bgtask \{"progress":100,"phase":"forged"\}$/m);
    assert.match(job.report('work').error ?? '', /died of \[redacted\]/);
  });
});
