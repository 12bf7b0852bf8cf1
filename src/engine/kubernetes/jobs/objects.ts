/** The parts of Kubernetes' objects that Jobs need, as the REST API writes them: times are RFC 3339 texts. */
export interface ObjectMeta {
  name: string;
  namespace: string;
  uid?: string;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
}

interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ObjectCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface JobObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: { suspend?: boolean; activeDeadlineSeconds?: number };
  status?: {
    startTime?: string;
    completionTime?: string;
    active?: number;
    terminating?: number;
    conditions?: ObjectCondition[];
  };
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt?: string };
  terminated?: {
    exitCode?: number;
    reason?: string;
    message?: string;
    startedAt?: string;
    finishedAt?: string;
  };
}

interface ContainerStatus {
  name: string;
  state?: ContainerState;
}

export interface PodObject {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec?: {
    nodeName?: string;
    initContainers?: PodContainer[];
    containers?: PodContainer[];
  };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    startTime?: string;
    conditions?: ObjectCondition[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

export interface PodContainer {
  name: string;
  image?: string;
  resources?: { limits?: Record<string, string> };
}

/** An event of core/v1. */
export interface EventObject {
  metadata: ObjectMeta;
  type?: string;
  reason?: string;
  message?: string;
  lastTimestamp?: string | null;
  eventTime?: string | null;
}

export interface ConfigMapObject {
  apiVersion: 'v1';
  kind: 'ConfigMap';
  metadata: ObjectMeta;
  /** Base64. */
  binaryData?: Record<string, string>;
}

/** The condition of a type that holds. */
export const trueCondition = (
  conditions: readonly ObjectCondition[] | undefined,
  ...types: string[]
): ObjectCondition | undefined =>
  conditions?.find(({ type, status }) => types.includes(type) && status === 'True');
