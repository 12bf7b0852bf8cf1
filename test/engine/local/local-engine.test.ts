import assert from 'node:assert/strict';
import { on } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { bundled } from '../../support/bundle.ts';
import { hasCode } from '../../../src/domain/errors.ts';
import type { Handover } from '../../../src/engine/local/handover.ts';
import { SupervisorLease } from '../../../src/engine/local/lease.ts';
import { localEngine } from '../../../src/engine/local/local-engine.ts';
import { processStatus } from '../../../src/engine/local/process-identity.ts';
import { task } from '../../domain/builders.ts';

interface Started {
  pid: number;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  acquired: boolean;
}

const CREDENTIALS = {
  GITHUB_TOKEN: 'not-a-real-forge-token',
  ANTHROPIC_API_KEY: 'not-a-real-model-key',
  SSH_AUTH_SOCK: '/nowhere/agent.sock',
  HTTPS_PROXY: 'http://someone:not-a-real-password@proxy.example.com',
};

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

describe('The engine of this machine', () => {
  let program: string;
  let folder: string;
  let state: string;
  let server: Server;
  let sockets: Socket[];
  let messages: AsyncIterator<[Started | { handed: Handover }]>;

  before(async () => {
    program = await bundled(join(import.meta.dirname, 'engine-program.ts'));
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bgtask-engine-'));
    state = join(folder, 'state');
    sockets = [];
    server = createServer((socket) => {
      sockets.push(socket);
      createInterface({ input: socket }).on('line', (line) => server.emit('message', JSON.parse(line)));
    });
    messages = on(server, 'message') as AsyncIterator<[Started | { handed: Handover }]>;
    await new Promise<void>((resolve) => server.listen(join(folder, 'report.sock'), resolve));
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, maxRetries: 10 });
  });

  const environment = (more: Record<string, string> = {}) => ({
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    BGTASK_STATE: state,
    BGTASK_CONFIG: join(folder, 'config'),
    REPORT: join(folder, 'report.sock'),
    ...CREDENTIALS,
    ...more,
  });
  const engine = (more: Record<string, string> = {}, command = [process.execPath, program]) =>
    localEngine({ env: environment(more), command, onProblem: (sentence) => assert.fail(sentence) });
  const started = async (): Promise<Started> => {
    const { value } = await messages.next();
    assert.ok('pid' in value[0]);
    return value[0];
  };
  const handed = async (): Promise<Handover> => {
    const { value } = await messages.next();
    assert.ok('handed' in value[0]);
    return value[0].handed;
  };

  it('starts no supervisor, and makes no folder, while there is nothing to do', async () => {
    await engine().ensureController(false);
    assert.equal(isThere(state), false);
    mkdirSync(join(state, 'jobs', 'team'), { recursive: true });
    await engine().ensureController(false);
    assert.equal(isThere(join(state, 'supervisor.log')), false, 'a project without Jobs is nothing to do');
  });

  it('starts a supervisor for a Job that was left, also when no task is active', async () => {
    mkdirSync(join(state, 'jobs', 'team', 'chore-1'), { recursive: true });
    await engine().ensureController(false);
    assert.equal((await started()).acquired, true);
  });

  it('starts the supervisor on its own, in the state folder, which is the user’s alone', async () => {
    await engine().ensureController(true);
    const { pid, args, cwd } = await started();
    assert.deepEqual(args, ['supervisor']);
    assert.equal(cwd, state);
    assert.equal(processStatus(pid)?.session, pid, 'a signal to the shell’s session does not reach it');
    assert.equal(statSync(state).mode & 0o777, 0o700);
    assert.equal(statSync(join(state, 'supervisor.log')).mode & 0o777, 0o600);
    assert.equal(readFileSync(join(state, 'supervisor.log'), 'utf8'), 'started\n');
  });

  it('starts no second supervisor while one holds the lease', async () => {
    await engine().ensureController(true);
    const { pid } = await started();
    await engine().ensureController(true);
    await engine().ensureController(false);
    assert.equal(new SupervisorLease(engine().paths.lease).holder()?.pid, pid);
    assert.equal(readFileSync(join(state, 'supervisor.log'), 'utf8'), 'started\n');
  });

  it('leaves one supervisor with the lease when several commands start one at once', async () => {
    await Promise.all([1, 2, 3].map(() => engine().ensureController(true)));
    const all = [await started(), await started(), await started()];
    assert.equal(all.filter(({ acquired }) => acquired).length, 1);
  });

  it('starts the next one when the last was killed', async () => {
    await engine().ensureController(true);
    const { pid } = await started();
    process.kill(pid, 'SIGKILL');
    while (processStatus(pid)) await new Promise((resolve) => setImmediate(resolve));
    await engine().ensureController(true);
    const next = await started();
    assert.notEqual(next.pid, pid);
    assert.equal(next.acquired, true);
  });

  it('gives the supervisor every variable, and no credential where other programs could read it', async () => {
    await engine().ensureController(true);
    const { pid, env } = await started();
    assert.deepEqual(env, environment());
    const own = readFileSync(`/proc/${pid}/environ`, 'utf8');
    const names = own.split('\0').flatMap((entry) => entry.split('=')[0] || []);
    // A Node whose coverage is measured hands that variable on to every child.
    const ours = names.filter((name) => name !== 'NODE_V8_COVERAGE');
    assert.deepEqual(ours.sort(), ['BGTASK_CONFIG', 'BGTASK_STATE', 'HOME', 'PATH']);
    const seen = own + readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    for (const value of Object.values(CREDENTIALS)) assert.ok(!seen.includes(value), `${value} can be read`);
  });

  it('means the same folders as the supervisor when their paths are relative', async () => {
    const here = process.cwd();
    const local = engine({
      BGTASK_STATE: relative(here, state),
      BGTASK_CONFIG: relative(here, join(folder, 'config')),
    });
    await local.ensureController(true);
    const { pid, env } = await started();
    assert.equal(env['BGTASK_STATE'], state);
    assert.equal(env['BGTASK_CONFIG'], join(folder, 'config'));
    assert.equal(new SupervisorLease(local.paths.lease).holder()?.pid, pid);
  });

  it('starts the supervisor’s log again when it is long', async () => {
    mkdirSync(state);
    writeFileSync(join(state, 'supervisor.log'), 'x'.repeat(1_048_577));
    await engine().ensureController(true);
    await started();
    assert.equal(readFileSync(join(state, 'supervisor.log'), 'utf8'), 'started\n');
  });

  it('says that the supervisor cannot be started, and where to look', async () => {
    await assert.rejects(engine({}, [join(folder, 'none')]).ensureController(true), (error) => {
      assert.ok(hasCode(error, 'Unavailable'));
      assert.match(error.message, /^The supervisor could not be started: .*none ENOENT/);
      assert.equal(error.hint, `See ${join(state, 'supervisor.log')}`);
      return true;
    });
  });

  it('offers a task the credentials of this shell, for that task', async () => {
    await engine().offer(task());
    await engine({ BGTASK_STATE: state }).ensureController(true);
    await started();
    await engine({ GITHUB_TOKEN: 'not-a-real-other-token' }).offer(task({ name: 'other' }));
    assert.deepEqual(await handed(), {
      key: 'team/other-00000000',
      env: environment({ GITHUB_TOKEN: 'not-a-real-other-token' }),
    });
  });

  it('leaves starting and ending Jobs to the supervisor', async () => {
    const { jobs } = engine();
    const key = { namespace: 'team', name: 'chore-1' };
    for (const refused of [jobs.stop(key), jobs.remove(key), jobs.keepLog(key), jobs.archive(key)])
      await assert.rejects(refused, (error) => hasCode(error, 'Forbidden'));
    assert.deepEqual(await jobs.list(), []);
    assert.equal(await jobs.observe(key), undefined);
    assert.equal(isThere(state), false);
  });

  it('knows its user', async () =>
    assert.deepEqual(await engine().whoAmI(), { userId: userInfo().username }));
});
