/** Any Kubernetes object, as far as installing it goes. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    resourceVersion?: string;
  };
  [field: string]: unknown;
}

/** Names one object; also what the API server needs to find it. */
export type ObjectRef = Pick<KubernetesObject, 'apiVersion' | 'kind'> & {
  metadata: { name: string; namespace?: string };
};

/** By this label an object is known as one that bgtask's installation made. */
export const MANAGED_BY = { key: 'app.kubernetes.io/managed-by', value: 'bgtask' } as const;

/** The labels of everything that is installed. */
export const LABELS = {
  'app.kubernetes.io/name': 'bgtask',
  'app.kubernetes.io/part-of': 'bgtask',
  [MANAGED_BY.key]: MANAGED_BY.value,
} as const;

/** The labels by which the operator's pods are selected; a Deployment's selector can never change. */
export const OPERATOR_LABELS = {
  'app.kubernetes.io/name': 'bgtask',
  'app.kubernetes.io/component': 'operator',
} as const;

/** The same of the server's. */
export const SERVER_LABELS = {
  'app.kubernetes.io/name': 'bgtask',
  'app.kubernetes.io/component': 'server',
} as const;

/** Names that belong together across the manifests. */
export const NAMES = {
  namespace: 'bgtask-system',
  operator: 'bgtask-operator',
  server: 'bgtask-server',
  config: 'bgtask-config',
  lease: 'bgtask-operator',
  webhook: 'bgtask-webhook',
} as const;

/** The key of the settings document in the ConfigMap. */
export const SETTINGS_KEY = 'config.yaml';

/** True for an object that bgtask's installation made. */
export const isOurs = ({ metadata }: KubernetesObject): boolean =>
  metadata.labels?.[MANAGED_BY.key] === MANAGED_BY.value;

/** `deployment.apps/bgtask-operator`, as kubectl names an object. */
export function displayName({ apiVersion, kind, metadata }: ObjectRef): string {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${apiVersion.slice(0, slash)}`;
  return `${kind.toLowerCase()}${group}/${metadata.name}`;
}
