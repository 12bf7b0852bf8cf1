import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createJob } from '../../../../src/engine/local/jobs/job-creation.ts';
import { finished, observeUntil, running } from '../../../contract/job-engine.ts';
import { bundledPrograms, type Task, task, Workplace } from './support.ts';

const kill = async (child: ChildProcess): Promise<void> => {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
};

describe('Jobs outlive their supervisor', () => {
  let place: Workplace;
  let supervisors: ChildProcess[];
  beforeEach(async () => {
    place = await Workplace.make();
    supervisors = [];
  });
  afterEach(async () => {
    for (const supervisor of supervisors) supervisor.kill('SIGKILL');
    await place.close();
  });

  const supervise = async (tasks: Task[]): Promise<ChildProcess> => {
    const { stage, supervisor } = await bundledPrograms();
    const file = join(place.paths.state, 'tasks.json');
    writeFileSync(file, JSON.stringify(tasks));
    const child = spawn(process.execPath, [supervisor, stage, file], {
      env: { PATH: process.env['PATH'], BGTASK_STATE: place.paths.state },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    supervisors.push(child);
    return child;
  };
  it('each stage runs exactly once however often the supervisor is killed', async () => {
    const tasks = Array.from({ length: 4 }, () =>
      task({ clone: ['print:a'], work: ['long:200000'], publish: ['print:b'] }),
    );
    const moments: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const supervisor = await supervise(tasks);
      moments.push(Math.round(Math.random() * 250));
      await delay(moments.at(-1));
      await kill(supervisor);
    }
    const last = place.runner();
    await last.resume();
    for (const job of tasks) {
      await last.start(job.session, job.input);
      const seen = await observeUntil(last, job.session.metadata, finished);
      assert.deepEqual(place.begun(job), ['clone', 'work', 'publish'], `killed at ${moments.join()} ms`);
      for (const stage of ['clone', 'work', 'publish'] as const)
        assert.ok(
          seen.stages[stage].state === 'ended' && seen.stages[stage].report?.ok,
          `${stage}, killed at ${moments.join()} ms`,
        );
    }
  });

  it('two supervisors at once run each stage once', async () => {
    const tasks = Array.from({ length: 3 }, () => task({ clone: ['crash:0'], work: ['escape'] }));
    const pair = [await supervise(tasks), await supervise(tasks)];
    const reader = place.runner();
    await Promise.all(pair.map((child) => once(child.stdout!, 'data')));
    await reader.resume();
    for (const job of tasks) {
      await observeUntil(reader, job.session.metadata, finished);
      assert.deepEqual(place.begun(job), ['clone', 'clone', 'work', 'publish']);
    }
  });

  it('a stage whose supervisor is gone is followed by the next, and stopped by it', async () => {
    const [followed, stopped] = [task({ work: ['await:go'] }), task({ work: ['stubborn'] })];
    const first = place.runner();
    for (const job of [followed, stopped]) {
      await first.start(job.session, job.input);
      await observeUntil(first, job.session.metadata, running('work'));
    }
    await first.close();
    const second = place.runner();
    await second.resume();
    writeFileSync(join(place.dir(followed), 'go'), '');
    await second.stop(stopped.session.metadata);
    const ended = await observeUntil(second, followed.session.metadata, finished);
    assert.ok(ended.stages.publish.state === 'ended' && ended.stages.publish.report?.ok);
    await observeUntil(second, stopped.session.metadata, finished);
    assert.deepEqual(place.begun(followed), ['clone', 'work', 'publish']);
    assert.deepEqual(place.begun(stopped), ['clone', 'work']);
  });

  it('a Job that was stopped while no supervisor ran is ended by the next supervisor', async () => {
    const job = task({ work: ['escape', 'hang'] });
    const first = place.runner();
    await first.start(job.session, job.input);
    await observeUntil(first, job.session.metadata, running('work'));
    await first.close();
    writeFileSync(join(place.dir(job), 'stop'), '');
    const second = place.runner();
    await second.resume();
    await observeUntil(second, job.session.metadata, finished);
  });

  it('a Job whose start was its supervisor’s last act is taken up', async () => {
    const job = task({});
    const { namespace, name } = job.session.metadata;
    const record = {
      jobName: `${name}-job`,
      startedAt: new Date().toISOString(),
      session: { namespace, name },
      cookie: crypto.randomUUID(),
    };
    assert.equal(createJob(place.dir(job), { record, input: job.input }), true);
    assert.equal(createJob(place.dir(job), { record, input: job.input }), false);
    const runner = place.runner();
    await runner.resume();
    await observeUntil(runner, job.session.metadata, finished);
    assert.deepEqual(place.begun(job), ['clone', 'work', 'publish']);
  });
});
