import { Agent, request } from 'node:https';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AgenticSession } from '../../../src/api/types.ts';
import { defaultSettings } from '../../../src/domain/settings.ts';
import { jobResources } from '../../../src/engine/kubernetes/jobs/direct-reads.ts';
import { buildJob } from '../../../src/engine/kubernetes/jobs/job.ts';
import { defaultJobConfig } from '../../../src/engine/kubernetes/jobs/job-config.ts';
import { agentKeys } from '../../../src/runner/agents/model-keys.ts';
import { JOB_SELECTOR } from '../../../src/engine/kubernetes/jobs/job-names.ts';
import { launchedStatus } from '../../../src/operator/policies/launched.ts';
import { runnerInput } from '../../../src/operator/runner-input.ts';
import { until } from '../../cluster/harness/until.ts';
import { type LogLine, OperatorProcess } from '../../cluster/scenarios/operator-process.ts';
import { median, type Figure } from '../pair.ts';
import { atOnce, BenchCluster } from './bench-cluster.ts';

const TASKS = 1000;
const PAIRS = 3;
/** The operator's passes at once; the bare loop is given as many. */
const WIDTH = 32;

/** Ms until every Job was there, and until every task said so: when the API server had answered the last of either write. */
interface Taken {
  jobs: number;
  statuses: number;
}

/** Throws unless there is a Job for each task. */
async function countJobs({ client }: BenchCluster): Promise<void> {
  const { items } = await jobResources(client).jobs.list({ labelSelector: JOB_SELECTOR });
  if (items.length !== TASKS) throw new Error(`${items.length} Jobs of ${TASKS} are there`);
}

const timeOf = (line: LogLine | undefined): number => Date.parse(String(line?.['time']));

/** When the operator said last that this rule had decided a pass, in ms since it had seen every task, by its own clock. */
function lastOf({ lines }: OperatorProcess, rule: string): number {
  const began = timeOf(lines.find(({ message }) => message === 'reconciling'));
  return timeOf(lines.findLast((line) => line['rule'] === rule)) - began;
}

/** From the moment at which the operator has seen every task. */
async function ours(): Promise<Taken> {
  const bench = await BenchCluster.start();
  try {
    await bench.settings('limits: { perProject: 0, perCluster: 0 }\n');
    await bench.tasks('task', TASKS);
    const operator = await OperatorProcess.start(await bench.operatorKubeconfig(), 'bench');
    try {
      await operator.said('reconciling');
      await until('every status', 120, async () =>
        (await operator.get('metrics', '/metrics')).text.includes(
          `bgtask_tasks{phase="Creating",reason=""} ${TASKS}`,
        ),
      );
      await countJobs(bench);
      return { jobs: lastOf(operator, 'admitted'), statuses: lastOf(operator, 'launched') };
    } finally {
      await operator.end('SIGKILL');
    }
  } finally {
    await bench.close();
  }
}

/** Plain requests on kept-alive connections, as a shell script of the best kind would send them. */
class Bare {
  readonly #agent: Agent;
  readonly #server: string;
  readonly #token: string;

  constructor(kubeconfig: string) {
    const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as {
      clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
      users: { user: { token: string } }[];
    };
    this.#server = clusters[0]?.cluster.server ?? '';
    this.#token = users[0]?.user.token ?? '';
    const ca = Buffer.from(clusters[0]?.cluster['certificate-authority-data'] ?? '', 'base64');
    this.#agent = new Agent({ keepAlive: true, ca });
  }

  async send(method: string, path: string, body: object, type = 'application/json'): Promise<void> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': type };
    const sent = request(new URL(path, this.#server), { method, headers, agent: this.#agent });
    sent.end(JSON.stringify(body));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const answer = await text(response);
    if ((response.statusCode ?? 0) >= 300)
      throw new Error(`${method} ${path}: ${response.statusCode} ${answer}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}

const startedAt = new Date().toISOString();

/** Makes a Job and then its status; by performance.now(), when each had been answered. */
async function make(bare: Bare, session: AgenticSession): Promise<{ job: number; status: number }> {
  const { namespace, name } = session.metadata;
  const input = runnerInput(session, defaultSettings(), startedAt);
  const made = buildJob(
    session,
    input,
    defaultJobConfig('registry.example.com/bgtask:test'),
    await agentKeys(),
  );
  await bare.send('POST', `/apis/batch/v1/namespaces/${namespace}/jobs`, made);
  const job = performance.now();
  const status = launchedStatus(session, { name: made.metadata.name, startedAt });
  const path = `/apis/vteam.ambient-code/v1alpha1/namespaces/${namespace}/agenticsessions/${name}/status`;
  const conditions = (status.conditions ?? []).map((each) => ({ ...each, lastTransitionTime: startedAt }));
  await bare.send('PATCH', path, { status: { ...status, conditions } }, 'application/merge-patch+json');
  return { job, status: performance.now() };
}

/** The same writes by a loop that knows every task already: one Job and one status each. */
async function theirs(): Promise<Taken> {
  const bench = await BenchCluster.start();
  const bare = new Bare(await bench.operatorKubeconfig());
  try {
    const sessions = await bench.tasks('task', TASKS);
    const taken = { jobs: 0, statuses: 0 };
    const began = performance.now();
    await atOnce(TASKS, WIDTH, async (at) => {
      const { job, status } = await make(bare, sessions[at] as AgenticSession);
      taken.jobs = Math.max(taken.jobs, job - began);
      taken.statuses = Math.max(taken.statuses, status - began);
    });
    await countJobs(bench);
    return taken;
  } finally {
    bare.close();
    await bench.close();
  }
}

/** A backlog of 1,000 tasks of 1,000 users, each on a fresh control plane: until every Job is there, and until every status says so. */
export async function backlog(): Promise<Figure[]> {
  const pairs: { mine: Taken; other: Taken }[] = [];
  for (let round = 0; round < PAIRS; round++) pairs.push({ mine: await ours(), other: await theirs() });
  const figure = (name: string, of: (taken: Taken) => number): Figure => ({
    name,
    ours: 'bgtask operator',
    theirs: 'a loop of the same writes',
    oursMs: median(pairs.map(({ mine }) => of(mine))),
    theirsMs: median(pairs.map(({ other }) => of(other))),
    ratio: median(pairs.map(({ mine, other }) => of(mine) / of(other))),
    runs: PAIRS,
  });
  return [
    figure(`${TASKS} waiting tasks, until every Job`, ({ jobs }) => jobs),
    figure(`${TASKS} waiting tasks, until every status`, ({ statuses }) => statuses),
  ];
}
