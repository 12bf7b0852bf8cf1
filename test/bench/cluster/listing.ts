import { fileURLToPath } from 'node:url';
import { anyKubectl } from '../../cluster/harness/programs.ts';
import { command, type Figure, pair } from '../pair.ts';
import { BenchCluster } from './bench-cluster.ts';
import { FINISHED } from './finished-task.ts';

const bgtask = fileURLToPath(new URL('../../../bin/bgtask', import.meta.url));
const TASKS = 1000;
const RUNS = 9;

/** How long a user waits for the list of a cluster's tasks, with either program. */
export async function listing(): Promise<Figure[]> {
  const bench = await BenchCluster.start();
  try {
    await bench.tasks('old', TASKS, FINISHED);
    const [kubectl = '', ...first] = await anyKubectl();
    const access = ['--kubeconfig', bench.cluster.kubeconfig];
    return [
      pair(
        `list of ${TASKS} tasks on a cluster`,
        command('bgtask list -A', bgtask, ['list', '-A', ...access]),
        command('kubectl get as -A', kubectl, [...first, 'get', 'as', '-A', ...access]),
        RUNS,
      ),
    ];
  } finally {
    await bench.close();
  }
}
