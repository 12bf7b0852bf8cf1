import type { KubernetesObject } from './object.ts';
import { LABELS } from './object.ts';

const POD_SECURITY = 'pod-security.kubernetes.io';

/** The operator's namespace: it takes no pod that could harm its node. */
export const namespace = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name,
    labels: {
      ...LABELS,
      ...Object.fromEntries(
        ['enforce', 'audit', 'warn'].map((mode) => [`${POD_SECURITY}/${mode}`, 'restricted']),
      ),
    },
  },
});
