import { LABEL } from '../../../api/names.ts';
import { type KubernetesObject, LABELS } from './object.ts';
import type { NetworkPolicyOptions } from './options.ts';

/** Nothing reaches the Jobs' pods of a project, and they reach what the rules name. */
export const networkPolicy = (project: string, egress: NetworkPolicyOptions['egress']): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'bgtask-jobs', namespace: project, labels: LABELS },
  spec: {
    podSelector: { matchLabels: { [LABEL.mode]: 'background', 'app.kubernetes.io/component': 'runner' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [],
    egress,
  },
});
