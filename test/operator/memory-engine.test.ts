import { failedReport, type Stage, STAGES } from '../../src/domain/report.ts';
import { type Behaviour, jobEngineContract } from '../contract/job-engine.ts';
import { taskStoreContract } from '../contract/task-store.ts';
import { session } from '../contract/task-store-objects.ts';
import { task } from '../domain/builders.ts';
import { runnerInput } from '../../src/operator/runner-input.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import { type MemoryJob, MemoryJobs } from '../support/memory-jobs.ts';
import { MemoryStore } from '../support/memory-store.ts';

taskStoreContract('the store in memory, which tests use', async () => ({
  store: new MemoryStore(),
  namespace: 'team',
  close: () => Promise.resolve(),
}));

const PROGRESS = { clone: 10, work: 50, prove: 60, publish: 90 };

/** Plays a Job's stages, a turn of the event loop each, as the contract's behaviours want them. */
function play(job: MemoryJob, behaviour: Behaviour): void {
  const [stage, ...rest] = STAGES.filter((each) => each !== 'prove');
  const step = (at: Stage | undefined, left: readonly Stage[]): void => {
    if (!at || job.finished) return;
    job.begin(at, { progress: PROGRESS[at], line: `hello from ${at}` });
    if (behaviour === 'work hangs' && at === 'work') return;
    setImmediate(() => {
      if (job.finished) return;
      if (behaviour === 'clone fails') return job.end(at, failedReport(at, 5, 'CloneFailed', 'as told'));
      job.end(at, { stage: at, ok: true, progress: PROGRESS[at] });
      setImmediate(() => step(left[0], left.slice(1)));
    });
  };
  setImmediate(() => step(stage, rest));
}

let serial = 0;
jobEngineContract('the Jobs in memory, which tests use', async () => {
  const engine = new MemoryJobs();
  const behaviours = new Map<string, Behaviour>();
  engine.onStart = (job) => play(job, behaviours.get(job.key.name) ?? 'passes');
  return {
    engine,
    task: (behaviour) => {
      const name = `task-${serial++}`;
      const made = {
        ...task({ name }),
        ...session({ namespace: 'team', name }, { meta: { uid: `uid-${name}` } }),
      };
      behaviours.set(name, behaviour);
      return { session: made, input: runnerInput(made, defaultSettings(), new Date().toISOString()) };
    },
    close: async () => {
      for (const job of engine.unfinished) job.finish();
    },
  };
});
