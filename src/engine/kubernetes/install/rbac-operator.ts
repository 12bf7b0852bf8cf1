import { GROUP } from '../../../api/names.ts';
import { JOB_NETWORK } from '../jobs/job-network.ts';
import type { InstallOptions } from './options.ts';
import { type KubernetesObject, LABELS, NAMES } from './object.ts';

/** A rule of RBAC. */
export interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}

const RBAC = 'rbac.authorization.k8s.io';

/** What the operator may do in every project. It reads no Secret: Jobs name Secrets, the kubelet reads them. */
export const OPERATOR_RULES: readonly PolicyRule[] = [
  // Tasks: seen, ended by retention, never made or changed.
  { apiGroups: [GROUP], resources: ['agenticsessions'], verbs: ['get', 'list', 'watch', 'delete'] },
  { apiGroups: [GROUP], resources: ['agenticsessions/status'], verbs: ['patch'] },
  { apiGroups: [GROUP], resources: ['tasktemplates'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [GROUP], resources: ['tasktemplates/status'], verbs: ['patch'] },
  // An owner reference that blocks its owner's deletion needs this where OwnerReferencesPermissionEnforcement is on (OpenShift).
  { apiGroups: [GROUP], resources: ['agenticsessions/finalizers'], verbs: ['update'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'delete'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  // Its own; and those of others say why a Job gets no pod.
  { apiGroups: [''], resources: ['events'], verbs: ['list', 'create'] },
  // A task that waits for room in a project's quota is tried again when the quota has changed.
  { apiGroups: [''], resources: ['resourcequotas'], verbs: ['list', 'watch'] },
  // A task's archived log.
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'delete'] },
  // The settings, and a project's own that narrow them: a list by this very name counts as a look at that name.
  { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'], resourceNames: [NAMES.config] },
  // The account of a project's Jobs, which has no rights; it is made where it is missing.
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['create'] },
  // The network policy of a project's Jobs: applied before a Job starts. A name cannot be demanded of what is not there yet.
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['create'] },
  {
    apiGroups: ['networking.k8s.io'],
    resources: ['networkpolicies'],
    verbs: ['get', 'patch'],
    resourceNames: [JOB_NETWORK],
  },
];

/** What it may do in its own namespace besides: its lease. A name cannot be demanded of what is not there yet. */
export const OPERATOR_HOME_RULES: readonly PolicyRule[] = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    verbs: ['get', 'patch'],
    resourceNames: [NAMES.lease],
  },
];

const serviceAccount = (name: string, namespace: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace, labels: LABELS },
  // Only a pod that asks for it gets the account's token.
  automountServiceAccountToken: false,
});

/** The accounts: the operator's, and the server's, which has no rights: each of its requests acts with the caller's own. */
export const serviceAccounts = ({ namespace }: InstallOptions): KubernetesObject[] =>
  [NAMES.operator, NAMES.server].map((name) => serviceAccount(name, namespace));

/** Roles and bindings of the operator. */
export function operatorRoles({ namespace }: InstallOptions): KubernetesObject[] {
  const subjects = [{ kind: 'ServiceAccount', name: NAMES.operator, namespace }];
  const bound = (kind: string) => ({ roleRef: { apiGroup: RBAC, kind, name: NAMES.operator }, subjects });
  const wide = { name: NAMES.operator, labels: LABELS };
  const home = { ...wide, namespace };
  const apiVersion = `${RBAC}/v1`;
  return [
    { apiVersion, kind: 'ClusterRole', metadata: wide, rules: OPERATOR_RULES },
    { apiVersion, kind: 'ClusterRoleBinding', metadata: wide, ...bound('ClusterRole') },
    { apiVersion, kind: 'Role', metadata: home, rules: OPERATOR_HOME_RULES },
    { apiVersion, kind: 'RoleBinding', metadata: home, ...bound('Role') },
  ];
}
