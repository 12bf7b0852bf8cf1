import { BgtaskError, hasCode } from '../../domain/errors.ts';
import type { Identity } from '../engine.ts';
import type { KubeClient } from './client/kube-client.ts';

/** Groups of an identity that are kept: what the CRD takes. */
const GROUPS_MAX = 256;

/** A way to learn who the caller is. Undefined where the API server does not know it. */
type Ask = (client: KubeClient) => Promise<Identity | undefined>;

interface UserInfo {
  username?: string;
  groups?: string[];
}

const identityOf = ({ username, groups }: UserInfo): Identity | undefined =>
  username ? { userId: username, ...(groups && { groups: groups.slice(0, GROUPS_MAX) }) } : undefined;

/** SelfSubjectReview: v1 since Kubernetes 1.28; before it the alpha (1.26) and the beta (1.27), where a feature gate turns them on. */
const review =
  (version: string): Ask =>
  async (client) => {
    const body = { apiVersion: `authentication.k8s.io/${version}`, kind: 'SelfSubjectReview' };
    const path = `/apis/authentication.k8s.io/${version}/selfsubjectreviews`;
    const found = (await client.json({ method: 'POST', path, body })) as { status?: { userInfo?: UserInfo } };
    return identityOf(found.status?.userInfo ?? {});
  };

/** OpenShift's own name for the caller: what `oc whoami` asks. */
const openshiftUser: Ask = async (client) => {
  const path = '/apis/user.openshift.io/v1/users/~';
  const found = (await client.json({ path })) as { metadata?: { name?: string }; groups?: string[] | null };
  return identityOf({ username: found.metadata?.name, groups: found.groups ?? undefined });
};

/** A request that is well formed; its key was thrown away, and nothing signs it: it is sent as a dry run. */
const CSR = `-----BEGIN CERTIFICATE REQUEST-----
MIHTMHwCAQAwGjEYMBYGA1UEAwwPYmd0YXNrLXdoby1hbS1pMFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEFTLRRJ5fOfXFIDo/XT+Flp2fM7UFvK/KC2QeJc2UDlJP
UqdPCA9Aie1ZzRH1kCCLRReGOj9endiLITljkFqE4aAAMAoGCCqGSM49BAMCA0cA
MEQCIGFc2B0vm0OzFrOALHh+XSK2IuqvFdi3DEvzgVx5L38FAiBCkMCklzGNTI+6
YfyUniobf7fPlxuA0mt0Bi6+k30zww==
-----END CERTIFICATE REQUEST-----
`;

/**
 * What every Kubernetes writes into a CertificateSigningRequest: who made it. The dry run stores nothing, and who may not make one is named by the
 * refusal.
 */
export const identityByDryRun: Ask = async (client) => {
  const body = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { generateName: 'bgtask-who-am-i-' },
    spec: {
      request: Buffer.from(CSR).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth'],
    },
  };
  const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
  try {
    const made = (await client.json({ method: 'POST', path, query: { dryRun: 'All' }, body })) as {
      spec?: UserInfo;
    };
    return identityOf(made.spec ?? {});
  } catch (error) {
    const name = hasCode(error, 'Forbidden') && /\bUser ("(?:[^"\\]|\\.)+") cannot /.exec(error.message)?.[1];
    if (!name) throw error;
    return identityOf({ username: JSON.parse(name) as string });
  }
};

/** To a person without rights an API server refuses what it does not even have. */
const unlessRefused =
  (ask: Ask): Ask =>
  (client) =>
    ask(client).catch((error: unknown) => {
      if (hasCode(error, 'Forbidden')) return undefined;
      throw error;
    });

/** In this order; the first that answers counts. */
const ASKS: readonly Ask[] = [
  ...[review('v1'), review('v1beta1'), review('v1alpha1'), openshiftUser].map(unlessRefused),
  identityByDryRun,
];

/** The caller as the API server knows it, on every Kubernetes from 1.26 on. Throws Unavailable where none of its APIs names the caller. */
export async function identity(client: KubeClient): Promise<Identity> {
  for (const ask of ASKS) {
    try {
      const found = await ask(client);
      if (found) return found;
    } catch (error) {
      if (!hasCode(error, 'NotFound')) throw error;
    }
  }
  throw new BgtaskError('Unavailable', 'The API server does not say who you are.', {
    hint: 'It needs SelfSubjectReview (Kubernetes 1.28), or certificates.k8s.io/v1. Ask an administrator of the cluster.',
  });
}
