import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { BgtaskError } from '../../../domain/errors.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { manifests } from './manifests.ts';
import { displayName, isOurs, type KubernetesObject, NAMES } from './object.ts';
import type { InstallOptions } from './options.ts';
import { preflight } from './preflight.ts';
import { settingsDocument } from './settings-document.ts';
import { webhook } from './webhook.ts';

/** What became of one object. */
export interface Applied {
  object: KubernetesObject;
  action: 'created' | 'configured' | 'unchanged' | 'left as it is' | 'deleted';
  /** Why it was left as it is, or deleted. */
  why?: string;
}

export interface ApplyOptions {
  /** Told of each object when it is done. */
  onApplied: (applied: Applied) => void;
  signal?: AbortSignal;
}

/** Milliseconds that a new kind may take until the API server serves it; it is usually a few hundred. */
const ESTABLISH_LIMIT = 30_000;
const ESTABLISH_POLL = 100;

/** Why an object that is there is not to be touched. */
function reasonToLeave(
  object: KubernetesObject,
  before: KubernetesObject,
  { settings }: InstallOptions,
): string | undefined {
  if (object.kind === 'Namespace' && !isOurs(before)) return 'bgtask did not make this namespace';
  if (object.kind === 'ConfigMap' && object.metadata.name === NAMES.config && !settings)
    return 'the settings are yours; --settings FILE replaces them';
  return undefined;
}

/** What an apply can change: not the status, which controllers write meanwhile, nor the counters that follow any write. */
function applicable(object: KubernetesObject): object {
  return {
    ...object,
    status: undefined,
    metadata: { ...object.metadata, resourceVersion: undefined, generation: undefined },
  };
}

async function applyOne(
  cluster: ClusterObjects,
  object: KubernetesObject,
  install: InstallOptions,
): Promise<Applied> {
  const before = await cluster.get(object);
  const why = before && reasonToLeave(object, before, install);
  if (before && why) return { object: before, action: 'left as it is', why };
  const after = await cluster.apply(object);
  if (!before) return { object: after, action: 'created' };
  const isSame = isDeepStrictEqual(applicable(before), applicable(after));
  return { object: after, action: isSame ? 'unchanged' : 'configured' };
}

interface Condition {
  type: string;
  status: string;
  message?: string;
}

function conditionsOf({ status }: KubernetesObject): Condition[] {
  const conditions: unknown =
    typeof status === 'object' && status !== null && 'conditions' in status ? status.conditions : [];
  return Array.isArray(conditions) ? (conditions as Condition[]) : [];
}

/** Returns when the API server serves a CRD's objects. */
async function established(
  cluster: ClusterObjects,
  crd: KubernetesObject,
  signal?: AbortSignal,
): Promise<void> {
  for (let waited = 0; waited < ESTABLISH_LIMIT; waited += ESTABLISH_POLL) {
    const conditions = conditionsOf((await cluster.get(crd)) ?? crd);
    if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) return;
    const clash = conditions.find(({ type, status }) => type === 'NamesAccepted' && status === 'False');
    if (clash)
      throw new BgtaskError(
        'Conflict',
        `The API server takes ${crd.metadata.name} not under its names: ${clash.message ?? 'another kind has them'}.`,
      );
    await sleep(ESTABLISH_POLL, undefined, { signal });
  }
  throw new BgtaskError(
    'Unavailable',
    `${displayName(crd)} is not served ${ESTABLISH_LIMIT / 1000} s after it was applied.`,
    {
      hint: 'Run the command again; what is there already stays.',
    },
  );
}

/** Deletes the webhook of an earlier installation when it is not used any more: while the operator is down, a webhook refuses all new tasks. */
async function removeWebhook(cluster: ClusterObjects, install: InstallOptions): Promise<Applied[]> {
  if (install.admission === 'webhook') return [];
  const removed: Applied[] = [];
  for (const wanted of webhook({ ...install, admission: 'webhook' }).toReversed()) {
    const object = await cluster.get(wanted);
    if (!object || !isOurs(object)) continue;
    await cluster.delete(wanted);
    removed.push({ object, action: 'deleted', why: 'the webhook of an earlier installation' });
  }
  return removed;
}

/**
 * Installs or upgrades: checks first that nothing breaks, then applies one object after the other, and stops at the first that is refused.
 * May be repeated. Objects of an older installation stay; fields that others set are left alone where the manifests do not name them.
 */
export async function applyInstallation(
  cluster: ClusterObjects,
  install: InstallOptions,
  crds: readonly KubernetesObject[],
  options: ApplyOptions,
): Promise<Applied[]> {
  await preflight(cluster, install, crds);
  const done: Applied[] = [];
  // Without settings of the caller's a first installation gets a document to edit, and a later one leaves what is there.
  const wanted = { ...install, settings: install.settings || settingsDocument() };
  for (const object of manifests(wanted, crds)) {
    const applied = await applyOne(cluster, object, install);
    if (object.kind === 'CustomResourceDefinition') await established(cluster, object, options.signal);
    done.push(applied);
    options.onApplied(applied);
  }
  for (const removed of await removeWebhook(cluster, install)) {
    done.push(removed);
    options.onApplied(removed);
  }
  return done;
}
