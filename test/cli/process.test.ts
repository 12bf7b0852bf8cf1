import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Installed, install, plainTask } from './program.ts';

const URL = 'https://example.com/example-org/app';

describe('bgtask as a process', () => {
  let program: Installed;
  before(async () => {
    program = await install();
    for (let at = 0; at < 20; at++)
      await program.task(`task-${at}`, { phase: 'Running', currentPhase: 'Generating \u001b[31mchanges' });
  });
  after(() => program.close());

  const options = () =>
    ({
      cwd: program.folder,
      env: program.env,
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
    }) as const;
  const bash = (line: string) => execa('bash', ['--norc', '-c', line], options());

  it('ends quietly when its reader has gone', async () => {
    const { exitCode, stdout, stderr } = await bash('set -o pipefail; bgtask list -o json | head -1');
    assert.deepEqual({ exitCode, stdout, stderr }, { exitCode: 0, stdout: '{\n', stderr: '' });
  });

  it('puts no colour and no escape on a pipe, and errors on standard error alone', async () => {
    const list = await bash('bgtask list task-1');
    assert.match(list.stdout, /task-1 +Running +0% +Generating changes/);
    assert.doesNotMatch(list.stdout, /\u001b/);
    const wrong = await bash("bgtask describe $'\\e[31mred'");
    assert.deepEqual([wrong.exitCode, wrong.stdout], [5, '']);
    assert.doesNotMatch(wrong.stderr, /\u001b/);
  });

  const ENGINES: [what: string, line: string, code: number, says: RegExp][] = [
    ['an empty variable counts as not set', 'BGTASK_ENGINE= BGTASK_PROJECT= bgtask list -q', 0, /^$/],
    [
      'a variable that names no engine',
      'BGTASK_ENGINE=docker bgtask list',
      2,
      /invalid BGTASK_ENGINE "docker": must be an engine/,
    ],
    [
      'a flag for clusters on this machine',
      'bgtask list --engine=local --as bob',
      2,
      /--as is for a cluster/,
    ],
    [
      'a kubeconfig that is not there',
      'BGTASK_ENGINE= bgtask list --kubeconfig=/none',
      2,
      /\/none does not exist/,
    ],
    ['another user without a cluster', 'BGTASK_ENGINE= bgtask list --as bob', 1, /No cluster is configured/],
  ];
  for (const [what, line, code, says] of ENGINES)
    it(`chooses no other engine than was asked for: ${what}`, async () => {
      const { exitCode, stderr } = await bash(line);
      assert.equal(exitCode, code, stderr);
      assert.match(stderr, says);
    });

  it('reads instructions and tasks from pipes', async () => {
    const piped = await bash(
      `echo 'From a pipe' | bgtask create x --repo ${URL} -m - --dry-run=client -o jsonpath={.spec.prompt}`,
    );
    assert.deepEqual([piped.exitCode, piped.stdout], [0, 'From a pipe'], piped.stderr);
    writeFileSync(join(program.folder, 'task.json'), JSON.stringify(plainTask('from-file')));
    for (const input of ['-f - < task.json', '-f <(cat task.json)', '-f task.json']) {
      const made = await bash(`bgtask create ${input} --dry-run=client -q`);
      assert.deepEqual([made.exitCode, made.stdout], [0, 'from-file\n'], `${input}: ${made.stderr}`);
    }
  });

  it('Ctrl-C in watch ends the watching with exit code 130 and leaves the task as it is', async () => {
    const watching = execa(program.command, ['watch', 'task-2'], {
      ...options(),
      preferLocal: false,
      buffer: true,
    });
    await new Promise<void>((resolve) => watching.stderr.once('data', () => resolve()));
    watching.kill('SIGINT');
    const { exitCode, stderr } = await watching;
    assert.equal(exitCode, 130);
    assert.match(stderr, /Task "task-2" goes on in the background\. Follow it again: bgtask watch task-2/);
    const task = (await program.tasks()).find(({ metadata }) => metadata.name.startsWith('task-2-'));
    assert.deepEqual([task?.status?.phase, task?.spec.cancel], ['Running', undefined]);
  });
});
