import { CONTAINER_SECURITY, placement, POD_SECURITY } from './hardening.ts';
import type { InstallOptions } from './options.ts';
import { CHOICES_ANNOTATION } from './remembered.ts';
import { type KubernetesObject, LABELS, NAMES, OPERATOR_LABELS } from './object.ts';
import { WEBHOOK_PORT } from './webhook.ts';

/** The ports of `bgtask operator`. */
const PORTS = { metrics: 8080, health: 8081, webhook: WEBHOOK_PORT } as const;

/**
 * Node's of the operator. Its youngest objects take 8 MiB a half at most, not 16: with 10,000 tasks that made 117 MiB of resident memory out of
 * 143, and it took no more of the processor.
 */
export const NODE_OPTIONS = '--max-semi-space-size=8';

const labels = { ...LABELS, ...OPERATOR_LABELS };
const probe = (path: string, periodSeconds: number) => ({
  httpGet: { path, port: 'health' },
  periodSeconds,
  timeoutSeconds: 5,
});

const container = ({ image, resources, admission }: InstallOptions) => ({
  name: 'operator',
  image,
  imagePullPolicy: 'IfNotPresent',
  args: ['operator'],
  env: [
    { name: 'BGTASK_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'BGTASK_POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'BGTASK_RUNNER_IMAGE', value: image },
    { name: 'BGTASK_ADMISSION', value: admission },
    { name: 'NODE_OPTIONS', value: NODE_OPTIONS },
  ],
  ports: Object.entries(PORTS).map(([name, containerPort]) => ({ name, containerPort })),
  livenessProbe: { ...probe('/healthz', 10), failureThreshold: 6 },
  readinessProbe: probe('/readyz', 5),
  resources,
  securityContext: CONTAINER_SECURITY,
  volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
});

const podSpec = (options: InstallOptions) => ({
  serviceAccountName: NAMES.operator,
  automountServiceAccountToken: true,
  priorityClassName: NAMES.operator,
  securityContext: POD_SECURITY,
  terminationGracePeriodSeconds: 30,
  ...placement(options, OPERATOR_LABELS),
  containers: [container(options)],
  // Holds the logs of running tasks until they are archived: 512 MiB at most (jobs/job-watcher.ts).
  volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '1Gi' } }],
});

/** The operator: its Deployment, what keeps it running, and the Service that its metrics are read from. */
export function operator(options: InstallOptions): KubernetesObject[] {
  const metadata = { name: NAMES.operator, namespace: options.namespace, labels };
  const selector = { matchLabels: OPERATOR_LABELS };
  return [
    {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: NAMES.operator, labels: LABELS },
      value: 100_000,
      description: 'The bgtask operator: without it no task starts or ends.',
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        ...metadata,
        ...(options.choices && { annotations: { [CHOICES_ANNOTATION]: options.choices } }),
      },
      spec: {
        replicas: options.replicas,
        selector,
        // The old one may go first: a standby that is ready only as the leader would wait for ever.
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
        template: { metadata: { labels }, spec: podSpec(options) },
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      // Not minAvailable: with one replica that would keep its node from being drained.
      spec: { maxUnavailable: 1, selector },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        selector: OPERATOR_LABELS,
        ports: [{ name: 'metrics', port: PORTS.metrics, targetPort: 'metrics', protocol: 'TCP' }],
      },
    },
  ];
}
