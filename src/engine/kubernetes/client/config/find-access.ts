import type { Context } from '@kubernetes/client-node/dist/config_types.js';
import { BgtaskError } from '../../../../domain/errors.ts';
import type { Access, ClusterChoice } from './access.ts';
import { inClusterAccess } from './in-cluster.ts';
import { readKubeconfigFile, type Kubeconfig } from './kubeconfig-file.ts';
import { kubeconfigPaths } from './kubeconfig-paths.ts';

const GET_CONTEXTS = 'kubectl config get-contexts shows those there are';

/**
 * Finds the cluster as kubectl does: --kubeconfig, else the files of KUBECONFIG (the first to name a thing wins), else
 * ~/.kube/config, else the cluster whose pod this is. Undefined when none is configured. Usage when what was asked for
 * is not there, Invalid when a file is broken.
 */
export async function findAccess(choice: ClusterChoice): Promise<Access | undefined> {
  const paths = kubeconfigPaths(choice);
  const found: Kubeconfig[] = [];
  for (const path of paths) {
    const one = await readKubeconfigFile(path);
    if (one) found.push(one);
  }
  if (choice.kubeconfig && found.length === 0)
    throw new BgtaskError('Usage', `the kubeconfig ${choice.kubeconfig} does not exist`, {
      hint: 'name another one with --kubeconfig or KUBECONFIG',
    });
  return accessOf(merged(found), choice.context, paths) ?? (await inClusterAccess(choice));
}

function merged(all: readonly Kubeconfig[]): Kubeconfig {
  return {
    clusters: firstOfEachName(all.flatMap(({ clusters }) => clusters)),
    users: firstOfEachName(all.flatMap(({ users }) => users)),
    contexts: firstOfEachName(all.flatMap(({ contexts }) => contexts)),
    currentContext: all.map(({ currentContext }) => currentContext).find(Boolean),
  };
}

const firstOfEachName = <T extends { name: string }>(all: readonly T[]): T[] => {
  const byName = new Map<string, T>();
  for (const one of all) if (!byName.has(one.name)) byName.set(one.name, one);
  return [...byName.values()];
};

function accessOf(config: Kubeconfig, asked: string | undefined, paths: string[]): Access | undefined {
  const name = asked ?? config.currentContext;
  if (!name) return undefined;
  const where = paths.join(', ');
  const context = config.contexts.find((one) => one.name === name);
  if (!context)
    throw new BgtaskError('Usage', `the context ${JSON.stringify(name)} does not exist in ${where}`, {
      hint: GET_CONTEXTS,
    });
  const cluster = config.clusters.find((one) => one.name === context.cluster);
  const user = config.users.find((one) => one.name === context.user);
  if (!cluster) throw missing(context, 'cluster', where);
  if (context.user && !user) throw missing(context, 'user', where);
  if (!URL.canParse(cluster.server))
    throw new BgtaskError(
      'Invalid',
      `the cluster ${JSON.stringify(cluster.name)} in ${where} has no URL: ${cluster.server}`,
    );
  return { context: name, cluster, user: user ?? { name: '' }, namespace: context.namespace ?? 'default' };
}

const missing = (context: Context, what: 'cluster' | 'user', where: string): BgtaskError =>
  new BgtaskError(
    'Invalid',
    `the context ${JSON.stringify(context.name)} names the ${what} ${JSON.stringify(context[what])}, which is not in ${where}`,
    { hint: GET_CONTEXTS },
  );
