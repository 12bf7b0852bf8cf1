import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pingSupervisor } from '../../../src/engine/local/handover.ts';
import { SupervisorLease } from '../../../src/engine/local/lease.ts';
import { type LocalPaths, localPaths } from '../../../src/engine/local/paths.ts';
import { isStopped } from '../../../src/engine/local/process-identity.ts';
import { type CareTimes, SupervisorCare } from '../../../src/engine/local/supervisor-care.ts';
import { awaitTask } from '../../../src/service/await-task.ts';
import { examineSupervisor } from '../../../src/service/doctor/machine/folders.ts';
import { hasCode } from '../../../src/domain/errors.ts';
import { localEngine } from '../../../src/engine/local/local-engine.ts';
import { needsLinux } from '../../support/needs.ts';
import { wish } from '../../operator/harness.ts';
import { bundled } from '../../support/bundle.ts';
import { Running } from './store/programs/run.ts';

const homeOf = (state: string) => ({ BGTASK_STATE: state, HOME: state });
const shell = (script: string): string[] => ['/bin/sh', '-c', script];

/** Looks after the supervisor until something is so. */
async function until(care: SupervisorCare, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await care.ensure(true).catch(() => undefined);
    await pause(5);
  }
}

describe('a client that looks after the supervisor', () => {
  let program: string;
  let state: string;
  let paths: LocalPaths;
  let said: string[];
  let supervisor: Running | undefined;

  before(async () => {
    program = await bundled(join(import.meta.dirname, 'silent-program.ts'));
  });
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'bgtask-care-'));
    paths = localPaths({ BGTASK_STATE: state, HOME: state });
    said = [];
  });
  afterEach(async () => {
    supervisor?.child.kill('SIGKILL');
    await supervisor?.ended;
    supervisor = undefined;
    rmSync(state, { recursive: true, maxRetries: 10 });
  });

  const careOf = (command: readonly string[], times: Partial<CareTimes> = {}): SupervisorCare =>
    new SupervisorCare(
      paths,
      { env: { PATH: process.env['PATH'] }, command, onProblem: (sentence) => said.push(sentence) },
      times,
    );

  async function started(): Promise<number> {
    supervisor = new Running(process.execPath, [program], { BGTASK_STATE: state, HOME: state });
    await supervisor.until(1);
    return supervisor.child.pid ?? 0;
  }

  async function silenced(): Promise<number> {
    const pid = await started();
    supervisor?.child.stdin?.write('silent\n');
    await supervisor?.until(2);
    return pid;
  }

  const FAILING: readonly [what: string, command: string[], how: RegExp][] = [
    [
      'ends with an error',
      shell('echo "error: too many open files"; exit 1'),
      /ended with exit code 1\. .*too many open files/,
    ],
    ['is killed', shell('echo last words; kill -9 $$'), /was ended by SIGKILL\. .*last words/],
    ['says nothing', shell('exit 7'), /exit code 7\. Its log is empty/],
    ['cannot be started', ['/nowhere/bgtask'], /could not be started: .*ENOENT/],
    [
      'leaves a line of JSON',
      shell(`echo '{"message":"job","error":"ENOSPC: no space left"}'; exit 1`),
      /Its log ends with: job: ENOSPC: no space left$/,
    ],
  ];
  for (const [what, command, how] of FAILING)
    it(`starts one that ${what} three times, then says how, and starts no other`, async () => {
      const care = careOf(command);
      await until(care, () => care.trouble !== undefined);
      const { message, hint } = care.trouble ?? {};
      assert.match(message ?? '', /started 3 times/);
      assert.match(message ?? '', how);
      assert.match(hint ?? '', /bgtask doctor .*supervisor\.log/);
      const log = readFileSync(join(state, 'supervisor.log'), 'utf8');
      await care.ensure(true);
      assert.equal(readFileSync(join(state, 'supervisor.log'), 'utf8'), log);
    });

  it('a wait for a task ends with that, and with how to go on', async () => {
    const engine = localEngine({
      env: { PATH: process.env['PATH'], BGTASK_STATE: state, HOME: state },
      command: shell('echo why; exit 1'),
      onProblem: () => undefined,
    });
    const made = await engine.store.create('AgenticSession', wish('waited'));
    await assert.rejects(
      awaitTask(engine, made, { until: () => false }),
      (error) =>
        hasCode(error, 'Unavailable') && /why/.test(error.message) && /bgtask watch/.test(error.hint ?? ''),
    );
  });

  it('says that it does not answer, then ends it, so that another one takes its place', async () => {
    const pid = await silenced();
    const care = careOf(shell('exit 0'), { ping: 10, silence: 20, hung: 1500 });
    await until(care, () => said.length > 0);
    assert.match(said[0] ?? '', new RegExp(`process ${pid}\\) does not answer.*kill -9 ${pid}`));
    await until(care, () => said.length > 1);
    await supervisor?.ended;
    assert.match(said[1] ?? '', /was ended; another one takes its tasks up/);
    assert.equal(new SupervisorLease(paths.lease).holder(), undefined);
  });

  it('leaves one alone that answers, however often it looks', async () => {
    await started();
    const care = careOf(shell('exit 0'), { ping: 0, silence: 0, hung: 0 });
    for (let look = 0; look < 20; look++) await care.ensure(true);
    assert.deepEqual(said, []);
    assert.ok(new SupervisorLease(paths.lease).holder());
  });

  it('leaves one alone that has no socket', async () => {
    await started();
    rmSync(join(state, 'supervisor.sock'));
    const care = careOf(shell('exit 0'), { ping: 0, silence: 0, hung: 0 });
    for (let look = 0; look < 5; look++) await care.ensure(true);
    assert.deepEqual(said, []);
  });

  it('lets one go on that a signal stopped', async function () {
    needsLinux(this);
    const pid = await started();
    process.kill(pid, 'SIGSTOP');
    const holder = new SupervisorLease(paths.lease).holder();
    assert.ok(holder);
    while (!isStopped(holder)) await pause(5);
    await careOf(shell('exit 0')).ensure(true);
    assert.match(said[0] ?? '', /was stopped by a signal; it goes on now/);
    assert.equal(isStopped(holder), false);
    assert.equal(await pingSupervisor(paths), 'answers');
  });

  describe('the doctor', () => {
    it('says that one answers', async () => {
      await started();
      assert.equal((await examineSupervisor(homeOf(state)))?.level, 'ok');
    });

    it('says that one does not answer, and how to go on', async () => {
      const pid = await silenced();
      const finding = await examineSupervisor(homeOf(state));
      assert.equal(finding?.level, 'problem');
      assert.match(finding?.message ?? '', /does not answer/);
      assert.equal(finding?.command, `kill -9 ${pid}`);
    });

    it('says that one was stopped', async function () {
      needsLinux(this);
      const pid = await started();
      process.kill(pid, 'SIGSTOP');
      const finding = await examineSupervisor(homeOf(state));
      assert.deepEqual([finding?.level, finding?.command], ['problem', `kill -CONT ${pid}`]);
    });

    it('says how the last one ended, where it did not end by itself', async () => {
      mkdirSync(state, { recursive: true });
      writeFileSync(join(state, 'supervisor.log'), '{"message":"ended","pid":1}\n');
      assert.equal((await examineSupervisor(homeOf(state)))?.level, 'ok');
      writeFileSync(join(state, 'supervisor.log'), 'error: too many open files\n');
      const finding = await examineSupervisor(homeOf(state));
      assert.equal(finding?.level, 'warning');
      assert.match(finding?.message ?? '', /too many open files/);
    });
  });
});
