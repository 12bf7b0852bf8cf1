import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killCookie } from '../../src/runner/process-group.ts';
import { CUT_MARK } from '../../src/runner/process-output.ts';
import { type ProcessOptions, type ProcessOutcome, runProcess } from '../../src/runner/process.ts';

const PATH = process.env.PATH ?? '';

/** False for zombies too: whether they are reaped is up to process 1. */
const alive = (pid: string | undefined): boolean =>
  /^[^ZX]/.test(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim());

describe('runProcess', () => {
  let cwd: string;
  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'bgtask-process-'));
  });
  after(() => rm(cwd, { recursive: true, force: true }));

  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
  });
  const run = (
    command: string,
    args: string[],
    rest: Partial<ProcessOptions> = {},
  ): Promise<ProcessOutcome> =>
    runProcess({
      command,
      args,
      cwd,
      env: { PATH },
      onLine: (line, stream) => lines.push(stream === 'stderr' ? `! ${line}` : line),
      ...rest,
    });
  const sh = (script: string, rest: Partial<ProcessOptions> = {}): Promise<ProcessOutcome> =>
    run('sh', ['-c', script], rest);
  const node = (script: string, rest: Partial<ProcessOptions> = {}): Promise<ProcessOutcome> =>
    run(process.execPath, ['-e', script], rest);
  /** Runs a script that prints a process id first, and aborts when `when` appears. */
  const abortAt = (
    script: string,
    when: string,
    rest: Partial<ProcessOptions> = {},
  ): Promise<ProcessOutcome> => {
    const control = new AbortController();
    const onLine = (line: string): void => {
      lines.push(line);
      if (line === when) control.abort();
    };
    return sh(script, { signal: control.signal, onLine, ...rest });
  };

  it('reports the exit code and both streams line by line', async () => {
    const outcome = await sh('echo one; printf "two\\r\\n"; echo oops >&2; printf three; exit 3');
    assert.deepEqual(
      lines.filter((line) => !line.startsWith('!')),
      ['one', 'two', 'three'],
    );
    assert.deepEqual(
      lines.filter((line) => line.startsWith('!')),
      ['! oops'],
    );
    assert.equal(outcome.exitCode, 3);
    assert.deepEqual(
      [outcome.signal, outcome.timedOut, outcome.aborted, outcome.notFound],
      [undefined, false, false, false],
    );
    assert.match(outcome.tail, /three\n$/);
  });

  it('reports the signal that ended the program', async () => {
    const outcome = await sh('kill -SEGV $$');
    assert.deepEqual([outcome.exitCode, outcome.signal], [undefined, 'SIGSEGV']);
  });

  it('gives the program exactly the environment asked for', async () => {
    await node('console.log(Object.keys(process.env).sort().join())', { env: { ONE: '1', TWO: '2' } });
    // macOS adds the first; a Node whose coverage is measured hands the second on to every child.
    const platforms = new Set(['__CF_USER_TEXT_ENCODING', 'NODE_V8_COVERAGE']);
    assert.deepEqual(
      (lines[0] ?? '').split(',').filter((name) => !platforms.has(name)),
      ['ONE', 'TWO'],
    );
  });

  it('passes text on standard input, and end of file at once without one', async () => {
    await sh('cat', { input: 'a prompt\nof two lines ✓' });
    await sh('cat; echo ended');
    assert.deepEqual(lines, ['a prompt', 'of two lines ✓', 'ended']);
  });

  it('is not upset by a program that never reads a large input', async () => {
    assert.equal((await sh('exec <&-; exit 0', { input: 'x'.repeat(4_000_000) })).exitCode, 0);
  });

  it('keeps characters whole that arrive in pieces, and replaces bytes that are not UTF-8', async () => {
    await node(`const parts = [[0xe2, 0x9c], [0x93, 0x0a], [0xff, 0x41, 0x0a], [0xf0, 0x9f]];
      const next = () => parts.length && process.stdout.write(Buffer.from(parts.shift()), () => setTimeout(next, 20));
      next();`);
    assert.deepEqual(lines, ['✓', '\uFFFDA', '\uFFFD']);
  });

  it('cuts a line of 48 MiB to the bound, says so, and does not keep it in memory', async () => {
    const before = process.memoryUsage().rss;
    await node(
      `const block = 'é'.repeat(1 << 19); let left = 48;
       const next = () => left-- ? process.stdout.write(block, next) : process.stdout.write('\\nnext\\n');
       next();`,
      { maxLine: 1000 },
    );
    assert.deepEqual(lines, ['é'.repeat(1000) + CUT_MARK, 'next']);
    assert.ok(process.memoryUsage().rss - before < 40 * 1024 * 1024, 'the long line was kept in memory');
  });

  it('keeps the last bytes of the output for reports, cut between characters', async () => {
    const outcome = await node(`for (let i = 0; i < 5000; i += 1) console.log('é' + i)`, { tailBytes: 100 });
    const bytes = Buffer.byteLength(outcome.tail);
    assert.ok(bytes <= 100 && bytes > 90, `${bytes} bytes`);
    assert.match(outcome.tail, /^[\dé\n]+é4999\n$/);
  });

  it('ends the whole group at the time limit', async () => {
    const outcome = await sh('sleep 300 & echo $!; wait', { timeLimit: 0.3 });
    assert.deepEqual([outcome.timedOut, outcome.aborted, outcome.signal], [true, false, 'SIGTERM']);
    assert.equal(alive(lines[0]), false, 'the child of the program is still alive');
  });

  it('kills a program that ignores SIGTERM after the grace period', async () => {
    const outcome = await abortAt(`trap '' TERM; echo ready; while :; do sleep 1; done`, 'ready', {
      grace: 0.2,
    });
    assert.deepEqual([outcome.aborted, outcome.timedOut, outcome.signal], [true, false, 'SIGKILL']);
  });

  it('lets a stopped program finish what it does within the grace period', async () => {
    const outcome = await abortAt(
      `trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.05; done`,
      'ready',
    );
    assert.deepEqual([outcome.aborted, outcome.exitCode, lines.includes('bye')], [true, 7, true]);
  });

  it('starts nothing when it was aborted before', async () => {
    const outcome = await sh('echo started', { signal: AbortSignal.abort() });
    assert.deepEqual([outcome.aborted, outcome.exitCode, lines], [true, undefined, []]);
  });

  it('leaves no process behind when the program ends well', async () => {
    const outcome = await sh('sleep 300 >/dev/null 2>&1 & echo $!');
    assert.equal(outcome.exitCode, 0);
    assert.equal(alive(lines[0]), false, 'a left-over of the program is still alive');
  });

  describe('with a process that left the group', function () {
    const daemon = `require('node:child_process').spawn('sleep', ['300'],
      { detached: true, stdio: ['ignore', 'inherit', 'inherit'] }).on('spawn', function () { console.log(this.pid); this.unref(); })`;

    it('settles although the process holds the output open', async () => {
      const outcome = await node(daemon);
      assert.equal(outcome.exitCode, 0);
      process.kill(Number(lines[0]), 'SIGKILL');
    });

    it('finds and kills it by the cookie of its job, and no other process', async function () {
      if (process.platform !== 'linux') return;
      await node(daemon);
      await node(daemon, { env: { PATH, BGTASK_JOB_COOKIE: randomUUID() } });
      const [other, marked] = lines;
      assert.equal(alive(marked), false, 'the process with the cookie is still alive');
      assert.equal(alive(other), true, 'a process without the cookie was killed');
      process.kill(Number(other), 'SIGKILL');
    });

    it('kills nothing for a cookie of no process, or an empty one', async () => {
      assert.equal(await killCookie(randomUUID()), 0);
      assert.equal(await killCookie(''), 0);
    });
  });

  const refused: { name: string; options: Partial<ProcessOptions>; says: RegExp; notFound: boolean }[] = [
    {
      name: 'is missing',
      options: { command: 'no-such-program' },
      says: /no-such-program was not found/,
      notFound: true,
    },
    {
      name: 'is not a program',
      options: { command: './plain.txt' },
      says: /plain\.txt may not be run/,
      notFound: false,
    },
    {
      name: 'gets too long an argument',
      options: { args: ['x'.repeat(4_000_000)] },
      says: /too many or too long arguments/,
      notFound: false,
    },
    {
      name: 'has no folder',
      options: { cwd: '/no/such/folder' },
      says: /folder \/no\/such\/folder does not/,
      notFound: false,
    },
    {
      name: 'gets an argument with a NUL',
      options: { args: ['a\0b'] },
      says: /could not be started/,
      notFound: false,
    },
  ];
  for (const { name, options, says, notFound } of refused) {
    it(`says so in a sentence when the program ${name}`, async () => {
      await writeFile(join(cwd, 'plain.txt'), 'text', { mode: 0o644 });
      const outcome = await run('true', [], options);
      assert.match(outcome.startError ?? '', says);
      assert.deepEqual([outcome.notFound, outcome.exitCode], [notFound, undefined]);
    });
  }
});
