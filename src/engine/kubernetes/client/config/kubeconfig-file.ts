import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
// Deep imports: the package's own entry, and its KubeConfig, load the whole generated API (1 MB, 120 ms).
import {
  newClusters,
  newContexts,
  newUsers,
  type Cluster,
  type Context,
} from '@kubernetes/client-node/dist/config_types.js';
import { parse } from 'yaml';
import { BgtaskError, messageOf } from '../../../../domain/errors.ts';
import type { ClusterUser, Impersonation } from './access.ts';
import { isRecord } from '../../../../api/record.ts';
import { records, text, texts, type Json } from './json.ts';

/** What one or several kubeconfigs say. */
export interface Kubeconfig {
  clusters: Cluster[];
  users: ClusterUser[];
  contexts: Context[];
  currentContext?: string;
}

/**
 * Reads one kubeconfig. Returns undefined if the file is missing. Throws Invalid if it is not a kubeconfig. Relative paths in it
 * count from its folder.
 */
export async function readKubeconfigFile(path: string): Promise<Kubeconfig | undefined> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new BgtaskError('Usage', `cannot read the kubeconfig ${path}: ${messageOf(error)}`, {
      hint: 'name another one with --kubeconfig or KUBECONFIG',
      cause: error,
    });
  }
  try {
    return kubeconfigOf(parse(content), path);
  } catch (error) {
    throw new BgtaskError('Invalid', `${path} is not a valid kubeconfig: ${messageOf(error)}`, {
      hint: `look at it with: kubectl config view --kubeconfig=${path}`,
      cause: error,
    });
  }
}

function kubeconfigOf(document: unknown, path: string): Kubeconfig {
  // An empty file is an empty kubeconfig, as for kubectl.
  if (document === null) return { clusters: [], users: [], contexts: [] };
  if (!isRecord(document)) throw new Error('it holds no mapping');
  const at = <T extends string | undefined>(file: T): T =>
    file ? (resolve(dirname(path), file) as T) : file;
  const raw = new Map(
    records(document.users).map((one) => [text(one.name), isRecord(one.user) ? one.user : {}]),
  );
  return {
    clusters: newClusters(document.clusters).map((cluster) => ({ ...cluster, caFile: at(cluster.caFile) })),
    contexts: newContexts(document.contexts),
    users: newUsers(document.users).map((user) => ({
      ...user,
      file: path,
      certFile: at(user.certFile),
      keyFile: at(user.keyFile),
      tokenFile: at(text(raw.get(user.name)?.tokenFile)),
      impersonate: impersonation(raw.get(user.name) ?? {}),
    })),
    currentContext: text(document['current-context']),
  };
}

function impersonation(user: Json): Impersonation | undefined {
  const name = text(user.as);
  if (!name) return undefined;
  const extra = isRecord(user['as-user-extra']) ? user['as-user-extra'] : {};
  return {
    user: name,
    groups: texts(user['as-groups']),
    uid: text(user['as-uid']),
    extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, texts(values)])),
  };
}
