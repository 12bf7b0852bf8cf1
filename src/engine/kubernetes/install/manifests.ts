import { config } from './config.ts';
import { namespace } from './namespace.ts';
import type { KubernetesObject } from './object.ts';
import { operator } from './operator.ts';
import type { InstallOptions } from './options.ts';
import { policies } from './policy.ts';
import { operatorRoles, serviceAccounts } from './rbac-operator.ts';
import { userRoles } from './rbac-users.ts';
import { server } from './server.ts';
import { webhook } from './webhook.ts';

/** The families of the installation, in the order in which they are applied: what others need comes first. */
export const FAMILIES = {
  namespace: (options: InstallOptions) => [namespace(options.namespace)],
  accounts: serviceAccounts,
  'operator-rbac': operatorRoles,
  'user-roles': userRoles,
  policy: policies,
  webhook,
  config: (options: InstallOptions) => (options.settings ? [config(options)] : []),
  operator,
  server: (options: InstallOptions) =>
    options.server && options.server.tlsSecret === undefined ? server(options) : [],
  'server-tls': (options: InstallOptions) =>
    options.server?.tlsSecret === undefined ? [] : server(options, options.server.tlsSecret),
} as const satisfies Record<string, (options: InstallOptions) => KubernetesObject[]>;

/** A version of a CRD, as far as selectableFields go. */
type CrdVersion = Record<string, unknown>;

/** The CRD without selectableFields, where the API server does not know them. */
function crdFor({ selectableFields }: InstallOptions, crd: KubernetesObject): KubernetesObject {
  if (selectableFields) return crd;
  const { versions, ...spec } = crd['spec'] as { versions: CrdVersion[] };
  const plain = versions.map((version) => ({ ...version, selectableFields: undefined }));
  return JSON.parse(JSON.stringify({ ...crd, spec: { ...spec, versions: plain } })) as KubernetesObject;
}

/**
 * Every object of an installation, in the order of application; `crds` are those of crds/. Pure: the same options give the same objects, so
 * that stdout, the cluster, the Kustomize base and the chart agree.
 */
export const manifests = (options: InstallOptions, crds: readonly KubernetesObject[]): KubernetesObject[] => {
  const [first = [], ...rest] = Object.values(FAMILIES).map((make) => make(options));
  return [...first, ...crds.map((crd) => crdFor(options, crd)), ...rest.flat()];
};
