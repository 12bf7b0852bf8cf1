import { CONTAINER_SECURITY, placement, POD_SECURITY } from './hardening.ts';
import { type KubernetesObject, LABELS, NAMES, SERVER_LABELS } from './object.ts';
import type { InstallOptions } from './options.ts';

/** Where a pod finds its cluster's certificates, and, were it given one, its token. */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const TLS = '/var/run/secrets/bgtask/tls';
const PORT = 8080;
const METRICS_PORT = 8081;

const labels = { ...LABELS, ...SERVER_LABELS };

/** The certificates of the API server, which every namespace has in this ConfigMap, and no token: callers bring their own. */
const ACCOUNT_VOLUME = { name: 'account', configMap: { name: 'kube-root-ca.crt' } };

const container = ({ image }: InstallOptions, tlsSecret: string | undefined) => {
  const probe = (path: string, periodSeconds: number) => ({
    httpGet: { path, port: 'http', scheme: tlsSecret === undefined ? 'HTTP' : 'HTTPS' },
    periodSeconds,
    timeoutSeconds: 5,
  });
  const certificate = ['--tls-cert', `${TLS}/tls.crt`, '--tls-key', `${TLS}/tls.key`];
  return {
    name: 'server',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: [
      'server',
      '--address=*',
      `--port=${PORT}`,
      `--metrics-port=${METRICS_PORT}`,
      ...(tlsSecret === undefined ? [] : certificate),
    ],
    env: [{ name: 'BGTASK_ENGINE', value: 'kubernetes' }],
    ports: [
      { name: 'http', containerPort: PORT },
      { name: 'metrics', containerPort: METRICS_PORT },
    ],
    livenessProbe: { ...probe('/healthz', 10), failureThreshold: 6 },
    readinessProbe: probe('/readyz', 5),
    resources: { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '512Mi' } },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      { name: 'account', mountPath: ACCOUNT, readOnly: true },
      ...(tlsSecret === undefined ? [] : [{ name: 'tls', mountPath: TLS, readOnly: true }]),
    ],
  };
};

const podSpec = (options: InstallOptions, tlsSecret: string | undefined) => ({
  serviceAccountName: NAMES.server,
  automountServiceAccountToken: false,
  securityContext: POD_SECURITY,
  ...placement(options, SERVER_LABELS),
  containers: [container(options, tlsSecret)],
  volumes: [
    ACCOUNT_VOLUME,
    ...(tlsSecret === undefined ? [] : [{ name: 'tls', secret: { secretName: tlsSecret } }]),
  ],
});

/** The REST server: its Deployment, which holds no credential of the cluster, and its Service. With a Secret it speaks TLS, else HTTP for what stands before it. */
export function server(options: InstallOptions, tlsSecret?: string): KubernetesObject[] {
  const metadata = { name: NAMES.server, namespace: options.namespace, labels };
  const selector = { matchLabels: SERVER_LABELS };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: options.server?.replicas,
        selector,
        template: { metadata: { labels }, spec: podSpec(options, tlsSecret) },
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        selector: SERVER_LABELS,
        ports: [
          {
            name: tlsSecret === undefined ? 'http' : 'https',
            port: tlsSecret === undefined ? 80 : 443,
            targetPort: 'http',
            protocol: 'TCP',
          },
        ],
      },
    },
    // Apart from the Service for users: what exposes that one does not expose the metrics.
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        ...metadata,
        name: `${NAMES.server}-metrics`,
        labels: { ...labels, 'app.kubernetes.io/component': 'server-metrics' },
      },
      spec: {
        selector: SERVER_LABELS,
        ports: [{ name: 'metrics', port: METRICS_PORT, targetPort: 'metrics', protocol: 'TCP' }],
      },
    },
  ];
}
