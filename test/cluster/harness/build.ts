import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { built, type GoBuild, isBuilt } from './go-build.ts';

/** The version of Kubernetes in kube/go.mod: the binary says it of itself. */
export const KUBERNETES_VERSION = 'v1.35.4';

/** Two static programs of this machine's cache. */
export interface KubeBinaries {
  /** All of Kubernetes and etcd: the first argument names the program. */
  kube: string;
  /** Waits and reaps. */
  pause: string;
}

const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(KUBERNETES_VERSION) ?? [];
const says = 'k8s.io/component-base/version';

const KUBERNETES: GoBuild = {
  title: `Kubernetes ${KUBERNETES_VERSION}`,
  name: 'kube',
  version: KUBERNETES_VERSION,
  module: fileURLToPath(new URL('./kube', import.meta.url)),
  sources: ['go.mod', 'go.sum', 'main.go', 'pause/main.go'],
  packages: ['.', './pause'],
  program: 'kube',
  linker: `-X ${says}.gitVersion=${KUBERNETES_VERSION} -X ${says}.gitMajor=${major} -X ${says}.gitMinor=${minor}`,
  withoutGo: 'Go is missing: install Go 1.25 or newer to build the test cluster, or set KUBEBUILDER_ASSETS',
};

/** True when this machine has built these sources before. */
export const haveBuild = (): Promise<boolean> => isBuilt(KUBERNETES);

/** The cluster's programs: a build of about 6 minutes on 2 cores the first time, which needs 2.5 GB for Go's own caches. */
export async function kubeBinaries(): Promise<KubeBinaries> {
  const folder = await built(KUBERNETES);
  return { kube: join(folder, 'kube'), pause: join(folder, 'pause') };
}
