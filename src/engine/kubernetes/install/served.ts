import { BgtaskError, hasCode } from '../../../domain/errors.ts';
import type { ClusterObjects } from './cluster-objects.ts';

/** How forged tasks are refused: by admission policies of this API version, by the webhook of the operator, or not at all (`none`). */
type Admission = 'v1' | 'v1beta1' | 'webhook' | 'none';

/** What of an installation depends on the version of the API server. */
export interface Served {
  admission: Admission;
  /** It takes a CRD with selectableFields; older ones refuse the whole CRD. */
  selectableFields: boolean;
}

/** The oldest minor version of Kubernetes 1 that bgtask runs on. */
export const OLDEST_MINOR = 26;
/** The oldest with admission policies by default, and with selectableFields in the schema of CRDs. */
export const POLICIES_MINOR = 30;

/** The versions of the policies' API, the best one first. */
const POLICY_VERSIONS = ['v1', 'v1beta1'] as const;
export type PolicyVersion = (typeof POLICY_VERSIONS)[number];

/** What the API server answers at a path of its discovery; throws NotFound for what it does not serve. */
type Discover = (path: string) => Promise<unknown>;

/** True when the API server serves admission policies in this version. */
export async function servesPolicies(discover: Discover, version: PolicyVersion): Promise<boolean> {
  try {
    const found = await discover(`/apis/admissionregistration.k8s.io/${version}`);
    const { resources = [] } = found as { resources?: { kind: string }[] };
    return resources.some(({ kind }) => kind === 'ValidatingAdmissionPolicy');
  } catch (error) {
    if (hasCode(error, 'NotFound')) return false;
    throw error;
  }
}

/** The newest version of admission policies that the API server serves. Undefined before Kubernetes 1.30, unless the beta is on. */
export async function policyVersion(discover: Discover): Promise<PolicyVersion | undefined> {
  for (const version of POLICY_VERSIONS) if (await servesPolicies(discover, version)) return version;
  return undefined;
}

/** The minor version in `1.28`, `v1.28.15` or `v1.28.15-gke.1`; undefined for another text, and for another major version. */
function minorOf(version: string): number | undefined {
  const [, minor] = /^v?1\.(\d+)(?:[.+-]\S*)?$/.exec(version) ?? [];
  return minor === undefined ? undefined : Number(minor);
}

/** What a version of Kubernetes serves by default. Throws Usage for a text that is not a version, and for a version before 1.26. */
export function servedBy(version: string): Served {
  const minor = minorOf(version);
  if (minor === undefined)
    throw new BgtaskError('Usage', `--kubernetes-version: ${JSON.stringify(version)} is not a version.`, {
      hint: 'For example: --kubernetes-version 1.28',
    });
  if (minor < OLDEST_MINOR)
    throw new BgtaskError(
      'Usage',
      `--kubernetes-version: bgtask needs Kubernetes 1.${OLDEST_MINOR} or newer.`,
    );
  const isNew = minor >= POLICIES_MINOR;
  return { admission: isNew ? 'v1' : 'webhook', selectableFields: isNew };
}

/** What this cluster serves, by its discovery. */
export async function discoverServed(cluster: ClusterObjects): Promise<Served> {
  const minor = minorOf(await cluster.version());
  const selectableFields = minor === undefined || minor >= POLICIES_MINOR;
  return {
    admission: (await policyVersion((path) => cluster.discover(path))) ?? 'webhook',
    selectableFields,
  };
}
