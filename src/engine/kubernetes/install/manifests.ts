import { config } from './config.ts';
import { namespace } from './namespace.ts';
import type { KubernetesObject } from './object.ts';
import { operator } from './operator.ts';
import type { InstallOptions } from './options.ts';
import { policies } from './policy.ts';
import { operatorRoles, serviceAccounts } from './rbac-operator.ts';
import { userRoles } from './rbac-users.ts';
import { server } from './server.ts';

/** The families of the installation, in the order in which they are applied: what others need comes first. */
export const FAMILIES = {
  namespace: (options: InstallOptions) => [namespace(options.namespace)],
  accounts: serviceAccounts,
  'operator-rbac': operatorRoles,
  'user-roles': userRoles,
  policy: policies,
  config: (options: InstallOptions) => (options.settings ? [config(options)] : []),
  operator,
  server: (options: InstallOptions) =>
    options.server && options.server.tlsSecret === undefined ? server(options) : [],
  'server-tls': (options: InstallOptions) =>
    options.server?.tlsSecret === undefined ? [] : server(options, options.server.tlsSecret),
} as const satisfies Record<string, (options: InstallOptions) => KubernetesObject[]>;

/**
 * Every object of an installation, in the order of application; `crds` are those of crds/. Pure: the same options give the same objects, so
 * that stdout, the cluster, the Kustomize base and the chart agree.
 */
export const manifests = (options: InstallOptions, crds: readonly KubernetesObject[]): KubernetesObject[] => {
  const [first = [], ...rest] = Object.values(FAMILIES).map((make) => make(options));
  return [...first, ...crds, ...rest.flat()];
};
