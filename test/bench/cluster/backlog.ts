import { Agent, request } from 'node:https';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AgenticSession } from '../../../src/api/types.ts';
import { defaultSettings } from '../../../src/domain/settings.ts';
import { listWatch } from '../../../src/engine/kubernetes/client/list-watch.ts';
import { jobResources } from '../../../src/engine/kubernetes/jobs/direct-reads.ts';
import { buildJob } from '../../../src/engine/kubernetes/jobs/job.ts';
import { defaultJobConfig } from '../../../src/engine/kubernetes/jobs/job-config.ts';
import { JOB_SELECTOR } from '../../../src/engine/kubernetes/jobs/job-names.ts';
import { launchedStatus } from '../../../src/operator/policies/launched.ts';
import { runnerInput } from '../../../src/operator/reconcile.ts';
import { until } from '../../cluster/harness/until.ts';
import { OperatorProcess } from '../../cluster/scenarios/operator-process.ts';
import { median, type Figure } from '../pair.ts';
import { atOnce, BenchCluster } from './bench-cluster.ts';

const TASKS = 1000;
const PAIRS = 3;
/** The operator's passes at once; the bare loop is given as many. */
const WIDTH = 32;

/** Counts Jobs as the API server tells of them. */
class JobCounter {
  readonly #life = new AbortController();
  readonly #names = new Set<string>();
  #goal = Infinity;
  #reached: (at: number) => void = () => undefined;
  readonly #told: Promise<void>;

  constructor(bench: BenchCluster) {
    this.#told = this.#follow(bench);
  }

  /** When that many were there, by performance.now(). */
  reach(goal: number): Promise<number> {
    this.#goal = goal;
    return new Promise((resolve) => (this.#reached = resolve));
  }

  async close(): Promise<void> {
    this.#life.abort();
    await this.#told;
  }

  async #follow(bench: BenchCluster): Promise<void> {
    const options = { labelSelector: JOB_SELECTOR, signal: this.#life.signal };
    for await (const event of listWatch(jobResources(bench.client).jobs, options)) {
      if (event.type !== 'ADDED') continue;
      this.#names.add(`${event.object.metadata.namespace}/${event.object.metadata.name}`);
      if (this.#names.size >= this.#goal) this.#reached(performance.now());
    }
  }
}

/** Ms until every Job was there, and until every task said so. */
interface Taken {
  jobs: number;
  statuses: number;
}

/** From the moment at which the operator has seen every task. */
async function ours(): Promise<Taken> {
  const bench = await BenchCluster.start();
  const counter = new JobCounter(bench);
  try {
    await bench.tasks('task', TASKS);
    const reached = counter.reach(TASKS);
    const operator = await OperatorProcess.start(await bench.operatorKubeconfig(), 'bench');
    try {
      await operator.said('reconciling');
      const began = performance.now();
      const jobs = (await reached) - began;
      await until('every status', 120, async () =>
        (await operator.get('metrics', '/metrics')).text.includes(
          `bgtask_tasks{phase="Creating",reason=""} ${TASKS}`,
        ),
      );
      return { jobs, statuses: performance.now() - began };
    } finally {
      await operator.end('SIGKILL');
    }
  } finally {
    await counter.close();
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

async function make(bare: Bare, session: AgenticSession): Promise<void> {
  const { namespace, name } = session.metadata;
  const input = runnerInput(session, defaultSettings(), startedAt);
  const job = buildJob(session, input, defaultJobConfig('registry.example.com/bgtask:test'));
  await bare.send('POST', `/apis/batch/v1/namespaces/${namespace}/jobs`, job);
  const status = launchedStatus(session, { name: job.metadata.name, startedAt });
  const path = `/apis/vteam.ambient-code/v1alpha1/namespaces/${namespace}/agenticsessions/${name}/status`;
  const conditions = (status.conditions ?? []).map((each) => ({ ...each, lastTransitionTime: startedAt }));
  await bare.send('PATCH', path, { status: { ...status, conditions } }, 'application/merge-patch+json');
}

/** The same writes by a loop that knows every task already: one Job and one status each. */
async function theirs(): Promise<Taken> {
  const bench = await BenchCluster.start();
  const counter = new JobCounter(bench);
  const bare = new Bare(await bench.operatorKubeconfig());
  try {
    const sessions = await bench.tasks('task', TASKS);
    const reached = counter.reach(TASKS);
    const began = performance.now();
    await atOnce(TASKS, WIDTH, async (at) => make(bare, sessions[at] as AgenticSession));
    const statuses = performance.now() - began;
    return { jobs: (await reached) - began, statuses };
  } finally {
    bare.close();
    await counter.close();
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
