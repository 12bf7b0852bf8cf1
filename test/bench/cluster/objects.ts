import { PretendKubelet } from '../../cluster/jobs/pretend-kubelet.ts';
import { OperatorProcess } from '../../cluster/scenarios/operator-process.ts';
import { until } from '../../cluster/harness/until.ts';
import { hangs } from '../../cluster/jobs/scripts.ts';
import { BenchCluster, PROJECTS } from './bench-cluster.ts';
import { FINISHED } from './finished-task.ts';

/** Finished tasks that are there already. */
const STEPS = [100, 1000, 10_000];
/** Tasks that come on top, one after the other. */
const TASKS = 20;

/** What the operator costs beside so many finished tasks. */
export interface Growth {
  objects: number;
  /** MiB of resident memory once every task is known, and the most it ever was. */
  memory: number;
  peak: number;
  /** Requests of the operator for one task, from its creation until its Job is seen to run. */
  requests: number;
  /** Milliseconds of the operator's processor time for one task. */
  cpu: number;
}

const SILENT = hangs('clone');

/** A sample of a Prometheus text, all its labels summed up. */
export const sum = (text: string, name: string): number =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0);

async function measure(objects: number): Promise<Growth> {
  const bench = await BenchCluster.start();
  const kubelet = await PretendKubelet.start(bench.client);
  try {
    await bench.tasks('old', objects, FINISHED);
    const operator = await OperatorProcess.start(await bench.operatorKubeconfig(), 'bench');
    try {
      await operator.said('reconciling');
      const metrics = async (): Promise<string> => (await operator.get('metrics', '/metrics')).text;
      await until('a queue that is empty', 120, async () => sum(await metrics(), 'bgtask_queue_depth') === 0);
      const running = async (count: number): Promise<string> =>
        until(`${count} tasks to run`, 300, async () => {
          const now = await metrics();
          return now.includes(`bgtask_tasks{phase="Running",reason=""} ${count}`) ? now : undefined;
        });
      // It says nothing: a line of its log is told a second later, and counted with the next task.
      const prompt = JSON.stringify({ ...SILENT, clone: { ...SILENT.clone, lines: [] } });
      // Each project's first task makes the account of its Jobs.
      await bench.tasks('first', PROJECTS, { prompt });
      const before = await running(PROJECTS);
      // One after the other: the requests of a Job that already runs do not count for the next one.
      for (let at = 1; at <= TASKS; at++) {
        await bench.tasks(`new-${at}`, 1, { prompt });
        await running(PROJECTS + at);
      }
      const after = await metrics();
      const grown = (name: string): number => sum(after, name) - sum(before, name);
      return {
        objects,
        ...operator.memory(),
        requests: grown('bgtask_api_requests_total') / TASKS,
        cpu: (grown('process_cpu_seconds_total') * 1000) / TASKS,
      };
    } finally {
      await operator.end('SIGKILL');
    }
  } finally {
    kubelet.close();
    await bench.close();
  }
}

/** What the operator costs as finished tasks pile up, at most `most` of them: flat, were it perfect. */
export async function growth(most = Infinity): Promise<Growth[]> {
  const all: Growth[] = [];
  for (const objects of STEPS.filter((step) => step <= most)) all.push(await measure(objects));
  return all;
}
