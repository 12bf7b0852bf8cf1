import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { kubeBinaries, KUBERNETES_VERSION, OLDER_VERSIONS, type OlderVersion, olderKube } from './build.ts';
import { haveGo } from './go-build.ts';

export type Program =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubelet'
  | 'kube-proxy'
  | 'kubectl';

/** Where a cluster's programs come from. */
export interface Programs {
  /** For the line that says what the tests run on. */
  description: string;
  /** The file and first arguments of a program; undefined when it is not among them. */
  command(program: Program): string[] | undefined;
  /** The program that a node's sandboxes and first process run; without it there is no node. */
  pause?: string;
  /** Flags of the control plane that these programs do not know yet. */
  lacks?: readonly string[];
  /** Further flags. */
  flags?: Partial<Record<Program, readonly string[]>>;
}

/** All programs, built from source by Go once a machine. */
export async function ownPrograms(): Promise<Programs> {
  const { kube, pause } = await kubeBinaries();
  return {
    description: `our own build of Kubernetes ${KUBERNETES_VERSION} (${kube})`,
    command: (program) => [kube, program],
    pause,
  };
}

/** Switches the beta of admission policies on (Kubernetes 1.28 and 1.29). */
const GATE = '--feature-gates=ValidatingAdmissionPolicy=true';
const BETA = {
  'kube-apiserver': [GATE, '--runtime-config=admissionregistration.k8s.io/v1beta1=true'],
  'kube-controller-manager': [GATE],
};

/** The control plane and kubectl of an older version, built from source by Go once a machine. */
export async function olderPrograms(minor: OlderVersion, beta = false): Promise<Programs> {
  const kube = await olderKube(minor);
  return {
    description: `our own build of Kubernetes ${OLDER_VERSIONS[minor]}${beta ? ' with the beta of admission policies' : ''} (${kube})`,
    flags: beta ? BETA : {},
    lacks: minor === '1.26' || minor === '1.27' ? ['--concurrent-job-syncs'] : [],
    command: (program) => (program === 'kubelet' || program === 'kube-proxy' ? undefined : [kube, program]),
  };
}

/** The programs in a folder such as envtest's. */
export function programsIn(folder: string): Programs {
  for (const name of ['etcd', 'kube-apiserver']) {
    if (!existsSync(join(folder, name))) {
      throw new Error(
        `KUBEBUILDER_ASSETS is ${folder}, which has no ${name}: name a folder that has, or unset it`,
      );
    }
  }
  return {
    description: `the programs in KUBEBUILDER_ASSETS (${folder}; control plane only)`,
    command: (program) => (existsSync(join(folder, program)) ? [join(folder, program)] : onPath(program)),
  };
}

/** kubectl may be the user's own; servers of unknown versions are not mixed in. */
function onPath(program: Program): string[] | undefined {
  if (program !== 'kubectl') return undefined;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const file = folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
  return file === undefined ? undefined : [file];
}

/** A kubectl for a cluster that is not ours: from the PATH, else our own build. */
export async function anyKubectl(): Promise<string[]> {
  const found = onPath('kubectl');
  if (found !== undefined) return found;
  if (await haveGo()) return (await ownPrograms()).command('kubectl') ?? [];
  throw new Error('kubectl is missing: install it, or install Go so that the tests can build their own');
}
