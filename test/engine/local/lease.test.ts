import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SupervisorLease } from '../../../src/engine/local/lease.ts';
import { identify } from '../../../src/engine/local/process-identity.ts';
import { bundled } from '../../support/bundle.ts';
import { Running } from './store/programs/run.ts';

/** A process of its own that does what it is told with the lease. */
class Rival {
  readonly running: Running;
  #answers = 1;

  constructor(program: string, folder: string) {
    this.running = new Running(process.execPath, [program, folder]);
  }

  get pid(): number {
    return this.running.child.pid ?? 0;
  }

  async say(word: 'acquire' | 'release'): Promise<string> {
    this.running.child.stdin?.write(`${word}\n`);
    await this.running.until(++this.#answers);
    return this.running.lines.at(-1) ?? '';
  }

  async kill(): Promise<void> {
    this.running.child.kill('SIGKILL');
    await this.running.ended;
  }
}

describe('The supervisor’s lease', () => {
  let folder: string;
  let program: string;
  let rivals: Rival[];

  before(async () => {
    program = await bundled(join(import.meta.dirname, 'lease-program.ts'));
  });
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'bgtask-lease-')), 'lease');
    rivals = [];
  });
  afterEach(async () => {
    await Promise.all(rivals.map((rival) => rival.kill()));
    rmSync(join(folder, '..'), { recursive: true });
  });

  const start = async (count: number): Promise<Rival[]> => {
    rivals = Array.from({ length: count }, () => new Rival(program, folder));
    await Promise.all(rivals.map((rival) => rival.running.until(1)));
    return rivals;
  };
  const holderPid = (): number | undefined => new SupervisorLease(folder).holder()?.pid;
  const version = (number: number): string => join(folder, `supervisor@${number}.json`);
  const put = (number: number, text: string): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(version(number), text);
  };

  it('is not held before a process acquires it, and reading it does not create its folder', () => {
    assert.equal(holderPid(), undefined);
    assert.throws(() => statSync(folder), { code: 'ENOENT' });
  });

  it('goes to one of the processes that race for it, however often they ask', async () => {
    const racers = await start(5);
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(racers.map((racer) => racer.say('acquire')));
      const winners = racers.filter((_, index) => answers[index] === 'true');
      assert.equal(winners.length, 1, `round ${round} had winners ${winners.map(({ pid }) => pid).join()}`);
      assert.equal(holderPid(), winners[0]?.pid);
      await Promise.all(racers.map((racer) => racer.say('release')));
      assert.equal(holderPid(), undefined, 'only the holder’s release counts, and it does');
    }
  });

  it('is free at once when its holder was killed, for one of those that race for it', async () => {
    const [holder, ...others] = await start(4);
    assert.ok(holder);
    assert.equal(await holder.say('acquire'), 'true');
    assert.deepEqual(await Promise.all(others.map((other) => other.say('acquire'))), [
      'false',
      'false',
      'false',
    ]);
    await holder.kill();
    assert.equal(holderPid(), undefined);
    const answers = await Promise.all(others.map((other) => other.say('acquire')));
    assert.deepEqual(answers.sort(), ['false', 'false', 'true']);
  });

  it('lets the next one in when it is given up, and stays with the holder when another gives it up', async () => {
    const [holder, next] = await start(2);
    assert.ok(holder && next);
    await holder.say('acquire');
    await next.say('release');
    assert.equal(holderPid(), holder.pid);
    await holder.say('release');
    assert.equal(await next.say('acquire'), 'true');
    assert.equal(await holder.say('acquire'), 'false');
  });

  it('is had again by the process that has it, without a further version', async () => {
    const lease = new SupervisorLease(folder);
    assert.equal(await lease.acquire(), true);
    assert.equal(await lease.acquire(), true);
    assert.deepEqual(readdirSync(folder), ['supervisor@1.json']);
    assert.deepEqual(lease.holder(), identify(process.pid));
    assert.equal(statSync(version(1)).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  it('is not held by a later process with its holder’s pid', async () => {
    put(1, JSON.stringify({ pid: process.ppid, startTime: 'long ago' }));
    assert.equal(holderPid(), undefined);
    assert.equal(await new SupervisorLease(folder).acquire(), true);
    assert.equal(holderPid(), process.pid);
  });

  const garbage = ['', '{', '{}', '[]', 'null', '7', '"x"', '{"pid":"1"}', '{"pid":null,"startTime":null}'];
  for (const text of garbage)
    it(`is not held by a file with ${JSON.stringify(text)}`, async () => {
      put(3, text);
      assert.equal(holderPid(), undefined);
      assert.equal(await new SupervisorLease(folder).acquire(), true);
      assert.deepEqual(JSON.parse(readFileSync(version(4), 'utf8')), identify(process.pid));
    });

  it('does not mind what else lies in its folder', async () => {
    put(1, JSON.stringify({ pid: 2 ** 30, startTime: 'never' }));
    for (const name of [
      'supervisor.json',
      'supervisor@01.json',
      'supervisor@2.json~',
      'other@9.json',
      'notes',
    ])
      writeFileSync(join(folder, name), 'x');
    mkdirSync(join(folder, 'folder@3.json'));
    const lease = new SupervisorLease(folder);
    assert.equal(await lease.acquire(), true);
    assert.ok(readdirSync(folder).includes('supervisor@2.json'));
    await lease.release();
    assert.ok(statSync(version(3)).isDirectory(), 'a release is a deletion, which a folder stands for');
  });

  it('leaves no drafts and not many versions behind, files and folders alike', async () => {
    const lease = new SupervisorLease(folder);
    for (let turn = 0; turn < 20; turn++) {
      assert.equal(await lease.acquire(), true);
      await lease.release();
    }
    const numbers = readdirSync(folder).map((name) => Number(/^supervisor@(\d+)\.json$/.exec(name)?.[1]));
    assert.equal(Math.max(...numbers), 40);
    assert.ok(numbers.length <= 21, `${numbers.length} are left: ${numbers.join()}`);
    assert.equal(Math.min(...numbers), 40 - numbers.length + 1, 'the lowest go first');
  });
});
