import type { AgenticSession } from '../../../src/api/types.ts';
import { conditionOf } from '../../../src/domain/conditions.ts';
import { kubernetesEngine } from '../../../src/engine/kubernetes/kubernetes-engine.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { OperatorProcess } from '../../cluster/scenarios/operator-process.ts';
import { ServerProcess } from '../../support/rest/server-process.ts';
import type { RestClient } from '../../support/rest/rest-client.ts';
import { type Figure, pairAsync } from '../pair.ts';
import { BenchCluster, PROJECTS, task } from './bench-cluster.ts';
import { FINISHED } from './finished-task.ts';

/** Tasks that have ended already, over all projects. */
const TASKS = 1000;
const READS = 200;
const CREATES = 60;

interface Parts {
  client: RestClient;
  engine: Engine;
}

/** One task, by the server and by the API server itself. */
function reading({ client, engine }: Parts, old: AgenticSession): Promise<Figure> {
  const { namespace, name } = old.metadata;
  return pairAsync(
    'one task read',
    {
      label: 'GET over REST',
      run: async () => void (await client.call('GET', `/api/projects/${namespace}/background-tasks/${name}`)),
    },
    {
      label: 'GET of the object',
      run: async () => void (await engine.store.get('AgenticSession', old.metadata)),
    },
    READS,
  );
}

async function admitted(engine: Engine, made: AgenticSession): Promise<void> {
  const end = new AbortController();
  const { namespace, name } = made.metadata;
  const options = { namespace, name, signal: end.signal };
  for await (const event of engine.store.watch('AgenticSession', options))
    if (event.type !== 'SYNCED' && conditionOf(event.object.status?.conditions, 'Admitted')) end.abort();
}

/** A task on a repository that no task of before is on. */
const fresh = (name: string, at: number): AgenticSession => task(name, at + PROJECTS);

/** A new task until the operator's verdict, by the server and by the same two requests at the API server. */
function creating({ client, engine }: Parts): Promise<Figure> {
  return pairAsync(
    'one task made, to the verdict',
    {
      label: 'POST over REST',
      run: async (at) => {
        const { metadata, spec } = fresh(`rest-${at + 1}`, at);
        const url = spec.repos?.[0]?.input?.url;
        const body = { name: `rest-${at + 1}`, instructions: 'Do it.', repository: { url, branch: 'main' } };
        const path = `/api/projects/${metadata.namespace}/background-tasks`;
        const { status } = await client.call('POST', path, { body });
        if (status !== 201) throw new Error(`the server answered ${status}`);
      },
    },
    {
      label: 'create and watch of the object',
      run: async (at) => {
        const session = fresh(`bare-${at + 1}`, at);
        const { userId } = await engine.whoAmI();
        const mine = { ...session, spec: { ...session.spec, userContext: { userId } } };
        await admitted(engine, await engine.store.create('AgenticSession', mine));
      },
    },
    CREATES,
  );
}

/** What a client waits for that asks the server and not the API server itself: both by one caller, over kept connections. */
export async function rest(): Promise<Figure[]> {
  const bench = await BenchCluster.start();
  const closing: (() => unknown)[] = [() => bench.close()];
  try {
    const [old] = await bench.tasks('old', TASKS, FINISHED);
    await bench.settings('limits: { perUser: 0, perRepository: 0, perProject: 0, perCluster: 0 }');
    const operator = await OperatorProcess.start(await bench.operatorKubeconfig(), 'bench');
    closing.push(() => operator.end('SIGKILL'));
    await operator.said('reconciling');
    const { kubeconfig, tokens } = bench.cluster;
    const env = { PATH: process.env['PATH'] ?? '', HOME: '/tmp', BGTASK_ENGINE: 'kubernetes' };
    const server = await ServerProcess.start(env, '--kubeconfig', kubeconfig);
    closing.push(() => server.end());
    const engine = await kubernetesEngine({ kubeconfig });
    if (!engine || !old) throw new Error('there is nothing to measure');
    const parts = { engine, client: await server.client(tokens['admin']) };
    return [await reading(parts, old), await creating(parts)];
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}
