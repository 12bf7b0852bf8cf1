import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type Result } from 'execa';
import { needsRoot } from '../support/needs.ts';
import { machine, type Machine, supervisorPid, WITHOUT_CHECKS } from '../support/command-line.ts';

const launcher = fileURLToPath(new URL('../../bin/bgtask', import.meta.url));
/** An ordinary user: root may write everywhere. */
const ORDINARY = 65_534;

const KIND = { apiVersion: 'vteam.ambient-code/v1alpha1', kind: 'AgenticSession' };

let here: Machine;
let app: string;
beforeEach(async () => {
  here = await machine();
  app = await here.repository('app', WITHOUT_CHECKS);
  // In a room an agent reaches none of this: these are the machines without one.
  mkdirSync(join(here.folder, 'config'));
  writeFileSync(join(here.folder, 'config', 'config.yaml'), 'sandbox: off\n');
});
afterEach(() => here.close());

/** Milliseconds after which a command that should have come to an end is a failure. */
const BOUND = 100_000;

/** Runs a line of shell, in which `$bgtask` is the program, on this machine. */
const shell = (script: string, env: Record<string, string> = {}, uid?: number): Promise<Result> =>
  execa('sh', ['-c', script], {
    env: { ...here.env, bgtask: launcher, ...env },
    extendEnv: false,
    cwd: here.folder,
    reject: false,
    stdin: 'ignore',
    timeout: BOUND,
    ...(uid !== undefined && { uid, gid: uid }),
  });

const create = (name: string, run: string, flags = ''): string =>
  `"$bgtask" create ${name} --repo ${app} -m Change --run '${run}' ${flags}`;

/** What is done around a task, the exit code of the shell, and what is said. */
const FAULTS: readonly [what: string, script: () => string, code: number, says: RegExp][] = [
  [
    'an agent that takes the rights on its Job away',
    () => create('a', 'chmod -R a-w ../..; echo x >> a.txt', '--wait'),
    3,
    /is Failed|is Timeout/,
  ],
  [
    'an agent that takes the rights on the whole state away',
    () => create('a', 'chmod -R a-rwx ../../../../../jobs', '--wait'),
    3,
    /is Failed/,
  ],
  [
    'a supervisor that may open few files',
    () => `ulimit -n 40; ${create('a', 'true', '--wait')}`,
    1,
    /supervisor was started 3 times.*\n.*doctor/,
  ],
  [
    'settings that are not valid, while a task waits',
    () => `mkdir -p config; echo "limits: [" > config/config.yaml; ${create('a', 'true', '--wait')}`,
    1,
    /supervisor was started 3 times and ended with exit code/,
  ],
  [
    'a supervisor that its agent stops',
    () =>
      create(
        'a',
        'kill -STOP $(sed -n "s/.*supervising.*pid.:\\([0-9]*\\).*/\\1/p" ../../../../../supervisor.log); echo x >> a.txt',
        '--wait',
      ),
    0,
    /was stopped by a signal; it goes on now/,
  ],
  [
    'git that is not on PATH',
    () => {
      const bin = join(here.folder, 'bin');
      mkdirSync(bin);
      symlinkSync(process.execPath, join(bin, 'node'));
      return `PATH=${bin}; ${create('a', 'true', '--wait')}; code=$?; "$bgtask" list; exit $code`;
    },
    1,
    /git is not installed, or not in a folder of PATH[\s\S]*No tasks found/,
  ],
  [
    'a command with a NUL in it',
    () => {
      const spec = { prompt: 'x', repos: [{ input: { url: app } }], agent: { type: 'command', run: 'a\0b' } };
      const task = {
        ...KIND,
        metadata: { name: 'a' },
        spec: { mode: 'background', autoPushOnComplete: true, ...spec },
      };
      writeFileSync(join(here.folder, 'task.json'), JSON.stringify(task));
      return '"$bgtask" create -f task.json';
    },
    2,
    /agent\.run: the command holds a NUL/,
  ],
  [
    'a log with commands for the CI that prints it',
    () =>
      `${create('a', 'echo "::add-mask::x"; echo "  ::error::y"; echo "a ##vso[task.complete]"; exit 1', '--wait')}; "$bgtask" logs a`,
    0,
    /^: :add-mask::x\n {2}: :error::y\na ## vso\[task\.complete\]$/m,
  ],
];

describe('a fault ends with a verdict in bounded time', () => {
  before(function () {
    needsRoot(this);
  });

  for (const [what, script, code, says] of FAULTS)
    it(what, async () => {
      const line = script();
      execFileSync('chown', ['-R', `${ORDINARY}:${ORDINARY}`, here.folder]);
      chmodSync(here.folder, 0o755);
      const outcome = await shell(line, { GITHUB_ACTIONS: 'true' }, ORDINARY);
      const all = `${String(outcome.stdout)}\n${String(outcome.stderr)}`;
      assert.equal(outcome.exitCode, code, all);
      assert.match(all, says);
    });

  it('a supervisor that was stopped: cancel and delete work', async () => {
    for (const verb of ['cancel', 'delete']) {
      await here.ok('create', `to-${verb}`, '--repo', app, '-m', 'x', '--run', 'sleep 300');
      const pid = await supervisorPid(here.state);
      assert.ok(pid);
      process.kill(pid, 'SIGSTOP');
      const { exitCode, stderr } = await shell(`"$bgtask" ${verb} to-${verb}`);
      assert.equal(exitCode, 0, String(stderr));
    }
  });

  it('umask 000: nothing of the state can be written by others', async () => {
    const { exitCode } = await shell(`umask 000; ${create('a', 'echo x >> a.txt', '--wait')}`);
    assert.equal(exitCode, 0);
    await here.settled();
    const open = await shell(`find state -perm /022 ! -type l`);
    assert.equal(open.stdout, '');
  });

  it('git that is killed in the middle of a push: a sentence says so', async () => {
    const bin = join(here.folder, 'bin');
    mkdirSync(bin);
    const git = String((await shell('command -v git')).stdout);
    const killed = `#!/bin/sh\nfor word in "$@"; do [ "$word" = push ] && kill -9 $$; done\nexec ${git} "$@"\n`;
    writeFileSync(join(bin, 'git'), killed, { mode: 0o755 });
    const path = `${bin}:${here.env['PATH']}`;
    const { exitCode, stderr } = await shell(create('a', 'echo x >> a.txt', '--wait'), { PATH: path });
    assert.equal(exitCode, 3);
    assert.match(String(stderr), /Git said: nothing: git push was ended by SIGKILL/);
  });

  it('the clock of the stages jumps an hour ahead: the task has its running time', async () => {
    const shift = join(here.folder, 'shift.cjs');
    const flag = join(here.folder, 'later');
    writeFileSync(
      shift,
      `const real = Date.now; const fs = require('fs'); Date.now = () => real() + (fs.existsSync(${JSON.stringify(flag)}) ? 3_600_000 : 0);`,
    );
    const env = { NODE_OPTIONS: `--require ${shift}` };
    const line = create('a', `touch ${flag}; echo x >> a.txt`, '--timeout 60s --wait');
    const { exitCode, stderr } = await shell(line, env);
    assert.equal(exitCode, 0, String(stderr));
    assert.match(readFileSync(join(here.state, 'supervisor.log'), 'utf8'), /outcome/);
  });
});
