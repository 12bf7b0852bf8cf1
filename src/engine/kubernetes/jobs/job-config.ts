import type { Stage } from '../../../domain/report.ts';

/** Requests and limits of one container, in Kubernetes' quantities. */
interface StageResources {
  requests: Record<string, string>;
  limits: Record<string, string>;
}

interface Toleration {
  key?: string;
  operator?: 'Exists' | 'Equal';
  value?: string;
  effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  tolerationSeconds?: number;
}

/** What the administrator of bgtask decides about every Job. Of these, a task can choose only its image. */
export interface JobConfig {
  /** The runner's image. */
  image: string;
  /** What the runner's image runs; `runner <stage>` follows. Its own entrypoint when absent. */
  command?: readonly string[];
  imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  /** Names of Secrets in the task's namespace. */
  imagePullSecrets: readonly string[];
  /** The service account of every pod, in the task's namespace. It needs no rights and no token of it is mounted. */
  serviceAccount: string;
  resources: Readonly<Record<Stage, StageResources>>;
  /** The size limits of the pod's emptyDirs; `tmp` is each stage's own. */
  volumes: { pristine: string; workspace: string; tmp: string; tools: string };
  /** Secrets in the task's namespace, mounted as files where they are needed; a pod starts without them too. */
  secrets: { forge: string; model: string };
  /** What pods may reach: these TCP ports of public addresses, and rules as NetworkPolicy has them. `off`: the operator makes no policy. */
  networkPolicy: { mode: 'managed' | 'off'; ports: readonly number[]; egress: readonly unknown[] };
  /** A ConfigMap in the task's namespace with certificate authorities that every stage trusts besides the public ones. */
  ca?: { configMap: string; key: string };
  nodeSelector: Readonly<Record<string, string>>;
  tolerations: readonly Toleration[];
  runtimeClassName?: string;
  /** True where the cluster gives each namespace user and group ids of its own and refuses others (OpenShift's restricted-v2): the pod names none. */
  assignsIds?: boolean;
  /** True where an init container may run beside the ones after it (Kubernetes 1.29, SidecarContainers): the model's key gets a container of its own. */
  hasSidecars?: boolean;
  /** Seconds that a Job may wait for its pod to begin. */
  waiting: number;
  /** Further labels of the Job and its pod; bgtask's own win. */
  labels: Readonly<Record<string, string>>;
  /** Further variables of every stage, for proxies and registries. Not for secrets: they stand in the Job. */
  env: Readonly<Record<string, string>>;
}

/** What the model gateway takes: requests of up to 32 MiB, a few at a time. */
export const GATEWAY_RESOURCES: StageResources = {
  requests: { cpu: '50m', memory: '128Mi' },
  limits: { cpu: '500m', memory: '512Mi' },
};

/** What a medium build and a coding agent take together. */
const WORK: StageResources = {
  requests: { cpu: '500m', memory: '1Gi' },
  limits: { cpu: '2', memory: '4Gi' },
};

/**
 * The settings of Jobs when only the image is set. Stages that run a repository's programs get what a build takes; the other two only run git.
 */
export const defaultJobConfig = (image: string): JobConfig => ({
  image,
  imagePullSecrets: [],
  serviceAccount: 'bgtask-runner',
  resources: {
    clone: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '1Gi' } },
    work: WORK,
    prove: WORK,
    publish: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '1Gi' } },
  },
  volumes: { pristine: '2Gi', workspace: '10Gi', tmp: '2Gi', tools: '500Mi' },
  secrets: { forge: 'bgtask-forge', model: 'bgtask-model' },
  networkPolicy: { mode: 'managed', ports: [443, 22], egress: [] },
  nodeSelector: {},
  tolerations: [],
  waiting: 86_400,
  labels: {},
  env: {},
});
