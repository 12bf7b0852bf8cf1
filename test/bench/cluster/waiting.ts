import { until } from '../../cluster/harness/until.ts';
import { OperatorProcess } from '../../cluster/scenarios/operator-process.ts';
import { BenchCluster } from './bench-cluster.ts';
import { sum } from './objects.ts';

/** Tasks that come to a cluster with room for 50. */
const STEPS = [100, 1000, 10_000];

/** What the operator costs with so many tasks in line. */
export interface Waiting {
  tasks: number;
  /** MiB of resident memory once every task has its verdict, and the most it ever was. */
  memory: number;
  peak: number;
  /** Requests of the operator for each task, from its start until every task has its verdict. */
  requests: number;
  /** Milliseconds of the operator's processor time for each task until then. */
  cpu: number;
}

async function measure(tasks: number): Promise<Waiting> {
  const bench = await BenchCluster.start();
  try {
    await bench.tasks('task', tasks);
    const operator = await OperatorProcess.start(await bench.operatorKubeconfig(), 'bench');
    try {
      await operator.said('reconciling');
      const metrics = async (): Promise<string> => (await operator.get('metrics', '/metrics')).text;
      const text = await until('a verdict on every task', 600, async () => {
        const now = await metrics();
        return (
          sum(now, 'bgtask_reconcile_seconds_count') >= tasks && sum(now, 'bgtask_queue_depth') === 0 && now
        );
      });
      return {
        tasks,
        ...operator.memory(),
        requests: sum(text, 'bgtask_api_requests_total') / tasks,
        cpu: (sum(text, 'process_cpu_seconds_total') * 1000) / tasks,
      };
    } finally {
      await operator.end('SIGKILL');
    }
  } finally {
    await bench.close();
  }
}

/** What the operator costs as tasks pile up in line, at most `most` of them. */
export async function waiting(most = Infinity): Promise<Waiting[]> {
  const all: Waiting[] = [];
  for (const tasks of STEPS.filter((step) => step <= most)) all.push(await measure(tasks));
  return all;
}
