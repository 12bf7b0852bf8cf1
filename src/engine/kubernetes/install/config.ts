import type { InstallOptions } from './options.ts';
import { type KubernetesObject, LABELS, NAMES, SETTINGS_KEY } from './object.ts';

/** The settings. Once it is there it is the platform team's: an upgrade without settings neither names nor touches it. */
export const config = ({ namespace, settings }: InstallOptions): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: NAMES.config, namespace, labels: LABELS },
  data: { [SETTINGS_KEY]: settings },
});
