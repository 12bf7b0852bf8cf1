import { jobEngineContract, type Behaviour } from '../../contract/job-engine.ts';
import { inputOf, JobsCluster } from './jobs-cluster.ts';
import type { Script } from './pretend-kubelet.ts';
import { hangs, PASSES } from './scripts.ts';

const SCRIPTS: Record<Behaviour, Script> = {
  passes: PASSES,
  'clone fails': {
    ...PASSES,
    clone: { ...PASSES.clone, report: { stage: 'clone', ok: false, reason: 'CloneFailed', progress: 5 } },
  },
  'work hangs': hangs('work'),
};
/** Tasks of each behaviour that a test may ask for. */
const AHEAD = 2;

describe('on a real control plane', () => {
  let cluster: JobsCluster;
  before(async () => {
    cluster = await JobsCluster.start();
  });
  after(() => cluster?.close());

  jobEngineContract('KubernetesJobs', async () => {
    const project = await cluster.project();
    const behaviours = Object.entries(SCRIPTS) as [Behaviour, Script][];
    const stored = behaviours.flatMap(([behaviour, script]) =>
      Array.from({ length: AHEAD }, async (_, index) => ({
        behaviour,
        session: await project.task(`${behaviour.replace(' ', '-')}-${index}`, script),
      })),
    );
    const tasks = await Promise.all(stored);
    return {
      engine: await project.operator(),
      task(behaviour) {
        const found = tasks.findIndex((each) => each.behaviour === behaviour);
        const [task] = tasks.splice(found, 1);
        if (!task || found < 0) throw new Error(`this test needs more than ${AHEAD} tasks: raise AHEAD`);
        return { session: task.session, input: inputOf(task.session) };
      },
      close: () => project.close(),
    };
  });
});
