import { BgtaskError } from '../../../domain/errors.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { type KubernetesObject, NAMES } from './object.ts';
import type { InstallOptions } from './options.ts';
import { type PolicyVersion, servesPolicies } from './served.ts';
import { isRecord } from '../../../api/record.ts';

type Json = Record<string, unknown>;
/** The value at a path of fields and indices; undefined where the path ends early. */
const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (here, key) => (isRecord(here) || Array.isArray(here) ? (here as Json)[key] : undefined),
    value,
  );
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Fields that every release of bgtask's CRDs has had; a CRD of that name without them belongs to another program. */
const OWN_FIELDS: Record<string, readonly string[]> = {
  AgenticSession: ['mode', 'prompt', 'repos', 'userContext', 'cancel'],
  TaskTemplate: ['instructionsTemplate', 'parameters'],
};

/**
 * Says why a CRD that the cluster serves is not bgtask's, in words that follow "it". Undefined if it is bgtask's, of this release or an older one.
 * To replace another program's CRD would break the objects of that program.
 */
export function foreignReason(crd: KubernetesObject): string | undefined {
  const versions = list(at(crd, 'spec', 'versions'));
  const ours = versions.find((version) => at(version, 'name') === 'v1alpha1');
  if (!ours || at(ours, 'served') !== true) return 'does not serve version v1alpha1';
  if (at(crd, 'spec', 'scope') !== 'Namespaced') return 'is not namespaced';
  const others = list(at(crd, 'status', 'storedVersions')).filter((version) => version !== 'v1alpha1');
  if (others.length > 0) return `keeps objects of version ${others.join(', ')}`;
  const schema = at(ours, 'schema', 'openAPIV3Schema', 'properties', 'spec', 'properties');
  const missing = (OWN_FIELDS[String(at(crd, 'spec', 'names', 'kind'))] ?? []).filter(
    (field) => at(schema, field) === undefined,
  );
  if (missing.length > 0) return `has no ${missing.map((field) => `spec.${field}`).join(', ')}`;
  const modes = at(schema, 'mode', 'enum');
  return modes !== undefined && !list(modes).includes('background')
    ? 'does not know spec.mode background'
    : undefined;
}

async function refuseForeignCrds(cluster: ClusterObjects, crds: readonly KubernetesObject[]): Promise<void> {
  for (const crd of crds) {
    const served = await cluster.get(crd);
    const reason = served && foreignReason(served);
    if (reason)
      throw new BgtaskError(
        'Conflict',
        `The cluster has a CustomResourceDefinition ${crd.metadata.name} of another program: it ${reason}.`,
        {
          hint: `Nothing was changed: replacing it would break that program's objects. Look at it with: kubectl get crd ${crd.metadata.name} -o yaml`,
        },
      );
  }
}

async function refuseSecondOperator(cluster: ClusterObjects, namespace: string): Promise<void> {
  const binding = await cluster.get({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: NAMES.operator },
  });
  const other = at(binding, 'subjects', 0, 'namespace');
  if (typeof other === 'string' && other !== namespace)
    throw new BgtaskError(
      'Conflict',
      `bgtask is installed in namespace ${other} already; one cluster has one operator.`,
      {
        hint: `Upgrade it with -n ${other}, or remove it first: bgtask uninstall -n ${other}`,
      },
    );
}

async function refuseUnservedPolicies(cluster: ClusterObjects, version: PolicyVersion): Promise<void> {
  if (!(await servesPolicies((path) => cluster.discover(path), version)))
    throw new BgtaskError(
      'Unavailable',
      `The API server does not serve ValidatingAdmissionPolicy of admissionregistration.k8s.io/${version}, and so is older than --kubernetes-version.`,
      { hint: 'Leave --kubernetes-version out: --apply asks the cluster what it serves.' },
    );
}

/** Throws Conflict or Unavailable, with the reason and what to do, when this installation would break something. Changes nothing. */
export async function preflight(
  cluster: ClusterObjects,
  options: InstallOptions,
  crds: readonly KubernetesObject[],
): Promise<void> {
  await refuseForeignCrds(cluster, crds);
  await refuseSecondOperator(cluster, options.namespace);
  const { admission } = options;
  if (admission === 'v1' || admission === 'v1beta1') await refuseUnservedPolicies(cluster, admission);
}
