import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { overlayOptions } from '../../../src/runner/room/bwrap.ts';
import { type ProcessOptions, type ProcessOutcome, runProcess } from '../../../src/runner/process.ts';
import type { Room } from '../../../src/runner/room/room.ts';
import { needs } from '../../support/needs.ts';
import { roomsHere, taskFolder } from './sandbox.ts';

describe('a program in a room of bwrap', () => {
  let task: ReturnType<typeof taskFolder>;
  let room: Room;
  let run: (script: string, rest?: Partial<ProcessOptions>) => Promise<ProcessOutcome>;
  beforeEach(async function () {
    const rooms = await roomsHere(this);
    task = taskFolder();
    mkdirSync(join(task.dir, 'readable'));
    for (const name of ['secret', 'readable/text', 'shared/text'])
      writeFileSync(join(task.dir, name), `${name}\n`);
    room = rooms.make(task.view);
    run = (script, rest = {}) =>
      runProcess(
        room.enter({
          command: 'sh',
          args: ['-c', script],
          cwd: join(task.dir, 'checkout'),
          env: { PATH: process.env['PATH'] ?? '', T: task.dir, TMPDIR: room.tmp },
          ...rest,
        }),
      );
  });

  const rows: [what: string, script: string, code: number, says?: RegExp][] = [
    ['writes its checkout', 'echo x > file', 0],
    ['reads what it may read', 'cat $T/readable/text', 0, /readable/],
    ['cannot write what it may read', 'echo x > $T/readable/text', 2],
    ['sees nothing else of the task', 'test ! -e $T/secret && ls $T', 0, /^checkout\nreadable\nshared\n$/],
    ['cannot write the system', 'echo x > /usr/bin/evil', 2],
    ['sees no other process', 'test "$(ls /proc | grep -c "^[0-9]")" -le 6', 0],
    ['cannot signal the process that started it', `kill -0 ${process.pid}`, 1],
    ['sees no home of a person', 'test -z "$(ls -A ~root/.ssh /home 2>/dev/null)"', 0],
    ['sees no socket below /run', 'test -z "$(ls -A /run)"', 0],
    ['reads no password of the machine', 'test ! -s /etc/shadow || ! cat /etc/shadow', 0],
    ['makes no user namespace', 'unshare --user --map-root-user true', 1],
    ['mounts nothing', 'mount -t tmpfs none /mnt', 32],
    [
      'sets nothing of the kernel',
      'test -n "$(find /proc/sys /proc/sysrq-trigger /proc/irq -type f -writable 2>/dev/null | head -1)"',
      1,
    ],
    ['has no capability', 'grep "^CapEff:\\s*0*$" /proc/self/status', 0],
    [
      'does not inherit the descriptors of the sandbox',
      'test ! -e /proc/self/fd/3 && test ! -e /proc/self/fd/4',
      0,
    ],
    ['is the user that started it', `test "$(id -u)" = ${process.getuid?.()}`, 0],
    ['ends with the code of its command', 'exit 7', 7],
    ['ends as a shell says of a program that was killed', 'kill -9 $$', 137],
  ];
  for (const [what, script, code, says] of rows)
    it(what, async () => {
      const outcome = await run(script);
      assert.equal(outcome.exitCode, code, outcome.tail);
      if (says) assert.match(outcome.tail, says);
    });

  it('has a folder for temporary files that the next program of its phase sees', async () => {
    await run('echo kept > /tmp/a; echo kept > $TMPDIR/b');
    assert.match((await run('cat /tmp/a /tmp/b /var/tmp/a')).tail, /^kept\nkept\nkept\n$/);
  });

  it('leaves no process, however it hides: none writes after the command has ended', async () => {
    const hidden =
      'env -i setsid sh -c "trap \\"\\" TERM; while :; do echo x >> late; done" >/dev/null 2>&1 &';
    await run(`${hidden} until test -s late; do :; done`);
    const before = readFileSync(join(task.dir, 'checkout/late'), 'utf8').length;
    await run('true');
    assert.equal(readFileSync(join(task.dir, 'checkout/late'), 'utf8').length, before);
  });

  it('is asked to end before it is killed, when its time is over', async () => {
    const outcome = await run('trap "echo asked > asked; exit 3" TERM; sleep 600 & wait', { timeLimit: 0.5 });
    assert.equal(outcome.timedOut, true);
    assert.ok(existsSync(join(task.dir, 'checkout/asked')));
  });

  it('is killed when it does not end', async () => {
    const outcome = await run('trap "" TERM; while :; do sleep 1; done', { timeLimit: 0.2, grace: 0.1 });
    assert.equal(outcome.timedOut, true);
  });

  const named: [how: string, program: (dir: string) => string][] = [
    ['its name', () => 'sh'],
    ['its absolute path', () => '/bin/sh'],
    ['a path of its working folder', () => './own'],
    ['the absolute path of a file of the checkout', (dir) => join(dir, 'checkout/own')],
  ];
  for (const [how, program] of named)
    it(`runs in the room when it is named by ${how}`, async () => {
      symlinkSync('/bin/sh', join(task.dir, 'checkout/own'));
      const outcome = await run('cat $T/secret', { command: program(task.dir) });
      assert.equal(outcome.exitCode, 1, outcome.tail);
      assert.match(outcome.tail, /No such file/);
    });

  for (const command of ['no-such-program', './no-such-program', '/no/such/program'])
    it(`says that ${command} was not found as without a room`, async () => {
      const outcome = await run('', { command });
      assert.deepEqual(
        [outcome.notFound, outcome.startError],
        [true, `The program ${command} was not found.`],
      );
    });

  it('never runs outside of the room a program that appears after it was looked for', async () => {
    const own = join(task.dir, 'checkout/late');
    const options = room.enter({ command: './late', cwd: join(task.dir, 'checkout'), env: { PATH: '' } });
    writeFileSync(own, `#!/bin/sh\ntouch ${task.dir}/escaped\n`, { mode: 0o755 });
    assert.equal((await runProcess(options)).notFound, true);
    assert.ok(!existsSync(join(task.dir, 'escaped')));
  });

  it('says that the sandbox failed, and not that the program did', async () => {
    mkdirSync(join(task.dir, 'unseen'));
    const outcome = await run('true', { cwd: join(task.dir, 'unseen') });
    assert.match(outcome.startError ?? '', /^The sandbox could not be started: bwrap: Can't chdir/);
    assert.equal(outcome.exitCode, undefined);
  });

  it('changes a shared folder for itself alone', async function () {
    needs(this, (await roomsHere(this)).hasLayers, 'it needs overlayfs in a user namespace (Linux 5.11)');
    const outcome = await run('echo mine > $T/shared/text; echo new > $T/shared/new; cat $T/shared/text');
    assert.match(outcome.tail, /^mine\n$/);
    assert.equal(readFileSync(join(task.dir, 'shared/text'), 'utf8'), 'shared/text\n');
    assert.equal(existsSync(join(task.dir, 'shared/new')), false);
    assert.match((await run('cat $T/shared/new')).tail, /new/, 'the next program of the phase sees it');
  });

  it('reaches no socket of a file system that it does not see', async () => {
    const server = createServer().listen(join(task.dir, 'secret.sock'));
    await once(server, 'listening');
    const connect = `require("net").connect(process.env.T + "/secret.sock").on("error", (e) => { console.log(e.code); })`;
    assert.match((await run(`node -e '${connect}'`)).tail, /ENOENT/);
    server.close();
  });

  it('follows no link out of its folders', async () => {
    symlinkSync(join(task.dir, 'secret'), join(task.dir, 'checkout/link'));
    assert.equal((await run('cat link')).exitCode, 1);
  });
});

describe('the options of a layer', () => {
  it('escape what the kernel splits at', () => {
    const layer = { path: '/a:b,c', below: ['/x\\y'], upper: '/u', work: '/w' };
    assert.equal(overlayOptions(layer), 'lowerdir=/x\\\\y:/a\\:b\\,c,upperdir=/u,workdir=/w,userxattr');
  });
});
