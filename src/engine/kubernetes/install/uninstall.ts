import { setTimeout as sleep } from 'node:timers/promises';
import type { AgenticSession } from '../../../api/types.ts';
import { BgtaskError } from '../../../domain/errors.ts';
import { isFinished, isTask } from '../../../domain/task.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { manifests } from './manifests.ts';
import { policies } from './policy.ts';
import { webhook } from './webhook.ts';
import { displayName, isOurs, type KubernetesObject, MANAGED_BY } from './object.ts';
import type { InstallOptions } from './options.ts';
import { settingsDocument } from './settings-document.ts';

/** What became of one object. */
export interface Removed {
  object: KubernetesObject;
  action: 'deleted' | 'left as it is';
  why?: string;
}

/** What an uninstallation would meet. */
export interface Inventory {
  /** Tasks before their end: without the operator they would never end. */
  active: number;
  /** Tasks, other sessions of agents, and templates, in all projects: they go with the CRDs. */
  sessions: number;
  templates: number;
  projects: number;
}

export interface UninstallOptions {
  /** The CRDs too, and with them every session and template of the cluster. */
  crds: boolean;
  /** Returns only when everything is gone. */
  wait: boolean;
  onRemoved: (removed: Removed) => void;
  signal?: AbortSignal;
}

/** Milliseconds that a deletion may take; namespaces and CRDs are emptied first. */
const GONE_LIMIT = 120_000;
const GONE_POLL = 200;

/** Counts what is in the cluster. */
export async function inventory(cluster: ClusterObjects): Promise<Inventory> {
  const [sessions, templates] = await Promise.all([
    cluster.list('AgenticSession'),
    cluster.list('TaskTemplate'),
  ]);
  const tasks = (sessions as unknown as AgenticSession[]).filter(isTask);
  return {
    active: tasks.filter((task) => !isFinished(task)).length,
    sessions: sessions.length,
    templates: templates.length,
    projects: new Set([...sessions, ...templates].map(({ metadata }) => metadata.namespace)).size,
  };
}

async function namespaceInUse(cluster: ClusterObjects, namespace: string): Promise<boolean> {
  const [sessions, templates] = await Promise.all(
    ['AgenticSession', 'TaskTemplate'].map((kind) => cluster.list(kind, { namespace })),
  );
  return [...(sessions ?? []), ...(templates ?? [])].length > 0;
}

/** Why an object that is there stays. */
async function reasonToLeave(
  cluster: ClusterObjects,
  object: KubernetesObject,
  { crds }: UninstallOptions,
): Promise<string | undefined> {
  if (object.kind === 'CustomResourceDefinition' && !crds)
    return 'tasks and templates stay; --crds removes them too';
  if (!isOurs(object)) return 'bgtask did not make it';
  if (object.kind === 'Namespace' && (await namespaceInUse(cluster, object.metadata.name)))
    return 'it holds tasks or templates';
  return undefined;
}

async function untilGone(
  cluster: ClusterObjects,
  object: KubernetesObject,
  signal?: AbortSignal,
): Promise<void> {
  for (let waited = 0; waited < GONE_LIMIT; waited += GONE_POLL) {
    if (!(await cluster.get(object))) return;
    await sleep(GONE_POLL, undefined, { signal });
  }
  throw new BgtaskError(
    'Unavailable',
    `${displayName(object)} is still there ${GONE_LIMIT / 1000} s after its deletion.`,
    {
      hint: `Something holds it: kubectl get ${object.kind.toLowerCase()} ${object.metadata.name} -o yaml`,
    },
  );
}

/** The CRDs come after the operator, which would see its tasks vanish one by one; the namespace comes last. */
function inOrder(install: InstallOptions, crds: readonly KubernetesObject[]): KubernetesObject[] {
  const all = {
    ...install,
    settings: settingsDocument(),
    server: { replicas: 1 },
  };
  // The policies in both versions of their API, and the webhook: which of them are there shows the cluster.
  const others = [
    ...policies({ ...all, admission: 'v1beta1' }),
    ...webhook({ ...all, admission: 'webhook' }),
  ];
  return [...manifests({ ...all, admission: 'v1' }, crds), ...others].toReversed();
}

/** Removes an installation, last applied first. May be repeated; what is not there is passed over. */
export async function removeInstallation(
  cluster: ClusterObjects,
  install: InstallOptions,
  crds: readonly KubernetesObject[],
  options: UninstallOptions,
): Promise<Removed[]> {
  const policies = await cluster.list('NetworkPolicy', {
    labelSelector: `${MANAGED_BY.key}=${MANAGED_BY.value}`,
  });
  const typed = policies.map((policy) => ({
    ...policy,
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
  }));
  const done: Removed[] = [];
  for (const wanted of [...typed, ...inOrder(install, crds)]) {
    const object = await cluster.get(wanted);
    if (!object) continue;
    const why = await reasonToLeave(cluster, object, options);
    if (!why) await cluster.delete(object);
    if (!why && options.wait) await untilGone(cluster, object, options.signal);
    const removed: Removed = why ? { object, action: 'left as it is', why } : { object, action: 'deleted' };
    done.push(removed);
    options.onRemoved(removed);
  }
  return done;
}
