import type { InstallOptions } from './options.ts';

/** What Pod Security's level restricted asks of a pod. The image names its user; a number here would collide with the ranges that OpenShift gives out. */
export const POD_SECURITY = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } as const;

/** The same of a container, and a root file system that nothing can be written to. */
export const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** Where the pods with these labels run: as the installer chose, and one beside the other rather than on one node. */
export const placement = (options: InstallOptions, matchLabels: Readonly<Record<string, string>>) => ({
  nodeSelector: options.nodeSelector,
  tolerations: options.tolerations,
  imagePullSecrets: options.imagePullSecrets,
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels },
    },
  ],
});
