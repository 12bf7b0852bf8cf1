import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Machine, machine, supervisorPid } from '../support/command-line.ts';
import { SAMPLE } from '../scenarios/sample-app.ts';

const RUNS = 20;
const VICTIMS = ['supervisor', 'clone', 'work', 'publish'] as const;
type Victim = (typeof VICTIMS)[number];

/** The process of a stage, by the claim in its Job's folder. */
function stagePid(state: string, stage: string): number | undefined {
  try {
    const jobs = join(state, 'jobs', 'default');
    const [job] = readdirSync(jobs);
    return (JSON.parse(readFileSync(join(jobs, job ?? '', `${stage}.pid`), 'utf8')) as { pid: number }).pid;
  } catch {
    return undefined;
  }
}

/** Waits until a victim is there, then some more milliseconds, and kills it; false when the task ended before. */
async function kill(here: Machine, victim: Victim, after: number, ended: () => boolean): Promise<boolean> {
  const find = (): Promise<number | undefined> | number | undefined =>
    victim === 'supervisor' ? supervisorPid(here.state) : stagePid(here.state, victim);
  for (;;) {
    const pid = await find();
    if (pid !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, after));
      try {
        process.kill(pid, 'SIGKILL');
        return true;
      } catch {
        return false;
      }
    }
    if (ended()) return false;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe(`kill -9 at ${RUNS} random moments`, () => {
  let here: Machine;
  before(async () => (here = await machine()));
  after(() => here.close());

  for (let run = 0; run < RUNS; run++) {
    const victim = VICTIMS[run % VICTIMS.length] ?? 'supervisor';
    const delay = Math.floor(Math.random() * (victim === 'supervisor' ? 1500 : 300));
    it(`of the ${victim}, ${delay} ms after it began: the task ends in its right phase, the agent ran once at most, one pull request at most`, async () => {
      const app = await here.repository(`app-${run}`, SAMPLE);
      const name = `run-${run}`;
      await here.ok(
        'create',
        name,
        '--repo',
        app,
        '-m',
        'Change a file.',
        '--run',
        `echo the agent ran; sleep 0.3; echo "// changed" >> src/encode.js`,
      );
      let ended = false;
      const victimDied = kill(here, victim, delay, () => ended);
      const { code } = await here.bgtask('wait', name, '--for=ended', '--timeout=60s');
      ended = true;
      const killed = await victimDied;
      assert.equal(code, 0);
      const { status } = await here.task(name);
      // A room writes nothing outside of it, so the log is what tells.
      const runs = (await here.ok('logs', name)).match(/^the agent ran$/gm)?.length ?? 0;
      const branches = (
        await here.git(
          app,
          'for-each-ref',
          '--format=%(refname:short) %(objectname)',
          'refs/heads/background-task-*',
        )
      )
        .split('\n')
        .filter(Boolean);
      // The agent's work is lost with its stage and is not paid for twice; everything else is taken up again.
      if (killed && victim === 'work' && status?.phase === 'Failed') {
        assert.equal(status.reason, 'RunnerLost');
        assert.deepEqual(branches, []);
      } else {
        assert.equal(status?.phase, 'Completed', JSON.stringify(status));
        assert.equal(runs, 1);
        assert.equal(branches.length, 1);
        assert.equal(await here.git(app, 'rev-list', '--count', `main..background-task-${name}`), '1');
      }
      assert.ok(runs <= 1, `the agent ran ${runs} times`);
    });
  }
});
