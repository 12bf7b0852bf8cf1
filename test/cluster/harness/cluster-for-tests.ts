import { haveBuild, isOlder, OLDER_VERSIONS } from './build.ts';
import { haveGo } from './go-build.ts';
import { startCluster, type Cluster, type ClusterOptions } from './cluster.ts';
import { existingCluster } from './existing-cluster.ts';
import { olderPrograms, ownPrograms, programsIn, type Programs } from './programs.ts';

const NONE =
  'there is no Kubernetes for the cluster tests: install Go 1.25 or newer (they build their own once), or set KUBEBUILDER_ASSETS to a ' +
  'folder with etcd and kube-apiserver, or BGTASK_TEST_KUBECONFIG to the kubeconfig of a cluster that they may use';

/** Where a test's cluster comes from. */
export type Source = { kubeconfig: string } | { programs: Programs };

/**
 * The cluster's source, in this order: BGTASK_TEST_KUBERNETES (an older version such as 1.27; control plane only), BGTASK_TEST_KUBECONFIG (an existing cluster), KUBEBUILDER_ASSETS (envtest's programs; control plane
 * only), our own build (needs Go unless it was built before). Throws a sentence when there is none: tests never pass silently.
 */
export async function chooseSource(env: NodeJS.ProcessEnv): Promise<Source> {
  const {
    BGTASK_TEST_KUBERNETES: version,
    BGTASK_TEST_KUBECONFIG: kubeconfig,
    KUBEBUILDER_ASSETS: assets,
  } = env;
  if (version) return { programs: await olderKubernetes(version) };
  if (kubeconfig) return { kubeconfig };
  if (assets) return { programs: programsIn(assets) };
  if ((await haveBuild()) || (await haveGo())) return { programs: await ownPrograms() };
  throw new Error(NONE);
}

/** `1.28`, or `1.28-beta` with the beta of admission policies. */
function olderKubernetes(version: string): Promise<Programs> {
  const [minor = '', beta] = version.split('-');
  if (isOlder(minor) && (beta === undefined || beta === 'beta')) return olderPrograms(minor, beta === 'beta');
  throw new Error(
    `BGTASK_TEST_KUBERNETES is ${version}: the versions are ${Object.keys(OLDER_VERSIONS).join(', ')}`,
  );
}

let said = '';
const say = (description: string): void => {
  if (description !== said) console.error(`cluster tests use ${description}`);
  said = description;
};

/** A cluster for a test file, with a line on stderr that says which one. The caller closes it. */
export async function clusterForTests(options: Omit<ClusterOptions, 'programs'> = {}): Promise<Cluster> {
  const source = await chooseSource(process.env);
  const cluster =
    'kubeconfig' in source
      ? await existingCluster(source.kubeconfig)
      : await startCluster({ ...options, programs: source.programs });
  say(cluster.description);
  if (options.node && cluster.node === undefined) {
    await cluster.close();
    throw new Error(
      `this test needs a node of the tests' own: unset BGTASK_TEST_KUBECONFIG and KUBEBUILDER_ASSETS`,
    );
  }
  return cluster;
}
