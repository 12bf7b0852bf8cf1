import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { identify } from '../../../../src/engine/local/process-identity.ts';
import { pidsWithCookie, stageCookie } from '../../../../src/engine/local/jobs/cookie.ts';
import { endProcesses, processesOf } from '../../../../src/engine/local/jobs/job-processes.ts';

describe('Processes with a cookie', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  const program = async (env: Record<string, string>, code = ''): Promise<ChildProcess & { pid: number }> => {
    const child = spawn(process.execPath, ['-e', `${code};setTimeout(()=>{},1e5);console.log('up')`], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(child.stdout, 'data');
    return Object.assign(child, { pid: child.pid ?? 0 });
  };

  it('are those whose environment has that very entry', async () => {
    const [ours, others] = [crypto.randomUUID(), crypto.randomUUID()];
    const clone = await program({ BGTASK_JOB_COOKIE: stageCookie(ours, 'clone', 0) });
    const work = await program({ BGTASK_JOB_COOKIE: stageCookie(ours, 'work', 0) });
    await program({ BGTASK_JOB_COOKIE: others });
    await program({ BGTASK_JOB_COOKIE: `${ours}x` });
    await program({ XBGTASK_JOB_COOKIE: ours, OTHER: `BGTASK_JOB_COOKIE=${ours}` });
    assert.deepEqual(new Set(pidsWithCookie(ours)), new Set([clone.pid, work.pid]));
    assert.deepEqual(pidsWithCookie(stageCookie(ours, 'work', 0)), [work.pid]);
    for (const nothing of ['', ours.slice(0, 15), stageCookie(ours, 'work', 1)])
      assert.deepEqual(pidsWithCookie(nothing), []);
  });

  it('are ended, members of their session too that hide the cookie', async () => {
    const cookie = crypto.randomUUID();
    const hidden = `require('child_process').spawn(process.execPath,['-e','process.on("SIGTERM",()=>{});setTimeout(()=>{},1e5)'],{env:{},stdio:'ignore'})`;
    const leader = await program({ BGTASK_JOB_COOKIE: cookie }, hidden);
    const identity = identify(leader.pid);
    assert.ok(identity);
    const scope = { cookie, leaders: [identity] };
    assert.equal(processesOf(scope).length, 2);
    const exit = once(leader, 'exit');
    await endProcesses(scope, 1500);
    assert.deepEqual(processesOf(scope), []);
    assert.deepEqual((await exit)[1], 'SIGTERM');
  });

  it('are not those of a later process with a leader’s pid', async () => {
    const bystander = await program({});
    const scope = { cookie: crypto.randomUUID(), leaders: [{ pid: bystander.pid, startTime: 'long ago' }] };
    assert.deepEqual(processesOf(scope), []);
  });

  it('are never this process', () => {
    const identity = identify(process.pid);
    assert.ok(identity);
    assert.ok(!processesOf({ cookie: crypto.randomUUID(), leaders: [identity] }).includes(process.pid));
  });
});
