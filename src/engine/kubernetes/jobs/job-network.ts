import { LABEL } from '../../../api/names.ts';
import { NEVER_RANGES, OWN_RANGES, TRANSLATED_RANGES } from '../../../domain/address-ranges.ts';
import type { JobConfig } from './job-config.ts';
import type { ObjectMeta } from './objects.ts';

/** The name of the NetworkPolicy of a project's Jobs. */
export const JOB_NETWORK = 'bgtask-jobs';

/** A NetworkPolicy of networking.k8s.io/v1. */
export interface NetworkPolicyObject {
  apiVersion: 'networking.k8s.io/v1';
  kind: 'NetworkPolicy';
  metadata: ObjectMeta;
  spec: {
    podSelector: LabelSelector;
    policyTypes?: readonly string[];
    ingress?: readonly unknown[];
    egress?: readonly unknown[];
  };
}

/** A label selector of meta/v1. */
export interface LabelSelector {
  matchLabels?: Readonly<Record<string, string>>;
  matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

/** Labels that every pod of a Job has. */
export const JOB_POD_LABELS = {
  [LABEL.mode]: 'background',
  'app.kubernetes.io/component': 'runner',
} as const;

const CLOSED = [...NEVER_RANGES, ...OWN_RANGES, ...TRANSLATED_RANGES];
const block = (cidr: '0.0.0.0/0' | '::/0') => ({
  ipBlock: { cidr, except: CLOSED.filter((range) => range.includes(':') === cidr.includes(':')) },
});

/**
 * What the pods of a project's Jobs may reach: name servers, these TCP ports of public addresses, and what the settings add. Nothing
 * reaches them. The cluster's own addresses (the API server, other pods, the metadata of nodes) are private ones, and closed. Pure.
 */
export const jobNetwork = (
  namespace: string,
  { ports, egress }: JobConfig['networkPolicy'],
): NetworkPolicyObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: {
    name: JOB_NETWORK,
    namespace,
    labels: {
      'app.kubernetes.io/name': 'bgtask',
      'app.kubernetes.io/part-of': 'bgtask',
      'app.kubernetes.io/managed-by': 'bgtask',
    },
  },
  spec: {
    podSelector: { matchLabels: JOB_POD_LABELS },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [],
    egress: [
      // Of any address: the name server of a node has a link-local one.
      { ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 })) },
      ...(ports.length > 0
        ? [
            {
              to: [block('0.0.0.0/0'), block('::/0')],
              ports: ports.map((port) => ({ protocol: 'TCP', port })),
            },
          ]
        : []),
      ...egress,
    ],
  },
});
