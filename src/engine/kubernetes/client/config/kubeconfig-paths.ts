import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { ClusterChoice } from './access.ts';

/** True when a kubeconfig or a pod's credentials are there, whatever they hold. Cheap: reads nothing. */
export const mayHaveCluster = (choice: ClusterChoice): boolean =>
  kubeconfigPaths(choice).some((path) => existsSync(path)) ||
  Boolean((choice.env ?? process.env).KUBERNETES_SERVICE_HOST);

/** The kubeconfig files that kubectl would read, in order; they need not exist. */
export function kubeconfigPaths({ kubeconfig, env = process.env }: ClusterChoice): string[] {
  if (kubeconfig) return [resolve(kubeconfig)];
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter(Boolean);
  const paths = listed.length > 0 ? listed : [join(env.HOME ?? homedir(), '.kube', 'config')];
  return [...new Set(paths.map((path) => resolve(path)))];
}
