import { API_VERSION } from '../../../api/names.ts';
import type { ResourceType } from '../client/objects.ts';

/** A kind's group, version and plural; `true` when its objects live in a namespace. */
const KINDS: Record<string, readonly [apiVersion: string, plural: string, namespaced: boolean]> = {
  Namespace: ['v1', 'namespaces', false],
  ServiceAccount: ['v1', 'serviceaccounts', true],
  ConfigMap: ['v1', 'configmaps', true],
  Secret: ['v1', 'secrets', true],
  Pod: ['v1', 'pods', true],
  Lease: ['coordination.k8s.io/v1', 'leases', true],
  Service: ['v1', 'services', true],
  CustomResourceDefinition: ['apiextensions.k8s.io/v1', 'customresourcedefinitions', false],
  ClusterRole: ['rbac.authorization.k8s.io/v1', 'clusterroles', false],
  ClusterRoleBinding: ['rbac.authorization.k8s.io/v1', 'clusterrolebindings', false],
  Role: ['rbac.authorization.k8s.io/v1', 'roles', true],
  RoleBinding: ['rbac.authorization.k8s.io/v1', 'rolebindings', true],
  ValidatingAdmissionPolicy: ['admissionregistration.k8s.io/v1', 'validatingadmissionpolicies', false],
  ValidatingAdmissionPolicyBinding: [
    'admissionregistration.k8s.io/v1',
    'validatingadmissionpolicybindings',
    false,
  ],
  ValidatingWebhookConfiguration: [
    'admissionregistration.k8s.io/v1',
    'validatingwebhookconfigurations',
    false,
  ],
  NetworkPolicy: ['networking.k8s.io/v1', 'networkpolicies', true],
  PriorityClass: ['scheduling.k8s.io/v1', 'priorityclasses', false],
  Deployment: ['apps/v1', 'deployments', true],
  PodDisruptionBudget: ['policy/v1', 'poddisruptionbudgets', true],
  AgenticSession: [API_VERSION, 'agenticsessions', true],
  TaskTemplate: [API_VERSION, 'tasktemplates', true],
};

/** Where the API server keeps a kind that an installation makes or looks at; in another version than its usual one with `inVersion`, e.g. `example.com/v1beta1`. */
export function resourceType(kind: string, inVersion?: string): ResourceType {
  const known = KINDS[kind];
  if (!known) throw new Error(`${kind} is not a kind that an installation knows: add it to KINDS`);
  const [apiVersion, plural, namespaced] = known;
  const [version = '', group = ''] = (inVersion ?? apiVersion).split('/').reverse();
  return { group, version, plural, namespaced };
}
