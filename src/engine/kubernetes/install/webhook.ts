import { type AdmissionRules, identityRules, statusRules } from './admission-rules.ts';
import { type KubernetesObject, LABELS, NAMES, OPERATOR_LABELS } from './object.ts';
import type { InstallOptions } from './options.ts';

/** The port on which the operator serves the webhook. */
export const WEBHOOK_PORT = 9443;

/** Seconds that the API server waits; the rules take milliseconds. */
const TIMEOUT_SECONDS = 10;

/** What the webhook refuses, by the last part of the path at which it is asked. */
export const WEBHOOK_RULES = {
  identity: identityRules,
  status: statusRules,
} as const satisfies Record<string, (namespace: string) => AdmissionRules>;

/** The domain that the webhooks' names end with: errors of the API server quote them. */
const DOMAIN = 'bgtask.ambient-code.io';

/** The name of a webhook in the configuration. */
export const webhookName = (rules: string): string => `${rules}.${DOMAIN}`;

/** The path at which the API server asks for rules. */
export const webhookPath = (rules: string): string => `/admission/${rules}`;

/** The name by which the API server knows the webhook's certificate. */
export const webhookHost = (namespace: string): string => `${NAMES.webhook}.${namespace}.svc`;

function configuration(namespace: string): KubernetesObject {
  const webhooks = Object.entries(WEBHOOK_RULES).map(([name, rules]) => ({
    name: webhookName(name),
    // The operator adds the certificates of its pods: caBundle.
    clientConfig: { service: { name: NAMES.webhook, namespace, path: webhookPath(name), port: 443 } },
    rules: rules(namespace).resourceRules,
    failurePolicy: 'Fail',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    timeoutSeconds: TIMEOUT_SECONDS,
  }));
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: NAMES.webhook, labels: LABELS },
    webhooks,
  };
}

/** The objects of the admission webhook. An empty list for an installation with policies. */
export function webhook({ admission, namespace }: InstallOptions): KubernetesObject[] {
  if (admission !== 'webhook') return [];
  const metadata = { name: NAMES.webhook, labels: LABELS };
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, namespace },
      spec: {
        selector: OPERATOR_LABELS,
        ports: [{ name: 'webhook', port: 443, targetPort: 'webhook', protocol: 'TCP' }],
      },
    },
    {
      apiVersion,
      kind: 'ClusterRole',
      metadata,
      rules: [
        {
          apiGroups: ['admissionregistration.k8s.io'],
          resources: ['validatingwebhookconfigurations'],
          verbs: ['get', 'patch'],
          resourceNames: [NAMES.webhook],
        },
      ],
    },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NAMES.webhook },
      subjects: [{ kind: 'ServiceAccount', name: NAMES.operator, namespace }],
    },
    configuration(namespace),
  ];
}
