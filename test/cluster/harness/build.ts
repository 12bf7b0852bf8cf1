import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { built, type GoBuild, isBuilt } from './go-build.ts';

/** The version of Kubernetes in kube/go.mod: the binary says it of itself. */
export const KUBERNETES_VERSION = 'v1.35.4';

/** Older versions, by the name of their go.mod in kube/ (older-module.ts writes it): control planes alone. */
export const OLDER_VERSIONS = {
  '1.26': 'v1.26.5',
  '1.27': 'v1.27.16',
  '1.28': 'v1.28.15',
  '1.30': 'v1.30.14',
} as const;
export type OlderVersion = keyof typeof OLDER_VERSIONS;
export const isOlder = (version: string): version is OlderVersion => version in OLDER_VERSIONS;

/** Two static programs of this machine's cache. */
export interface KubeBinaries {
  /** All of Kubernetes and etcd: the first argument names the program. */
  kube: string;
  /** Waits and reaps. */
  pause: string;
}

/** The packages that hold a version: older API servers say the one of client-go. */
const SAYS = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];

function linkerOf(version: string): string {
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor };
  return SAYS.flatMap((says) =>
    Object.entries(values).map(([name, value]) => `-X ${says}.${name}=${value}`),
  ).join(' ');
}

const buildOf = (version: string): GoBuild => ({
  title: `Kubernetes ${version}`,
  name: 'kube',
  version,
  module: fileURLToPath(new URL('./kube', import.meta.url)),
  sources: ['go.mod', 'go.sum', 'main.go', 'node.go', 'pause/main.go'],
  packages: ['.', './pause'],
  program: 'kube',
  linker: linkerOf(version),
  withoutGo: 'Go is missing: install Go 1.25 or newer to build the test cluster, or set KUBEBUILDER_ASSETS',
});

const KUBERNETES = buildOf(KUBERNETES_VERSION);

const olderBuild = (minor: OlderVersion): GoBuild => ({
  ...buildOf(OLDER_VERSIONS[minor]),
  sources: [`${minor}.mod`, `${minor}.sum`, 'main.go'],
  packages: ['.'],
  modfile: `${minor}.mod`,
  // The node's programs have other arguments there; the providers of clouds are large.
  tags: ['controlplane', 'providerless'],
});

/** True when this machine has built these sources before. */
export const haveBuild = (): Promise<boolean> => isBuilt(KUBERNETES);

/** The cluster's programs: a build of about 6 minutes on 2 cores the first time, which needs 2.5 GB for Go's own caches. */
export async function kubeBinaries(): Promise<KubeBinaries> {
  const folder = await built(KUBERNETES);
  return { kube: join(folder, 'kube'), pause: join(folder, 'pause') };
}

/** etcd, the control plane and kubectl of an older Kubernetes: a build as long as that of the newest. */
export const olderKube = async (minor: OlderVersion): Promise<string> =>
  join(await built(olderBuild(minor)), 'kube');
