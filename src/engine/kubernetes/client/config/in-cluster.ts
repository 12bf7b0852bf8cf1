import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { Access, ClusterChoice } from './access.ts';

/** Where the kubelet puts the service account's token, CA and namespace. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The cluster whose pod this process runs in; undefined anywhere else, and without a token unless only the address is asked for. */
export async function inClusterAccess(choice: ClusterChoice): Promise<Access | undefined> {
  const { env = process.env, serviceAccountFolder = SERVICE_ACCOUNT } = choice;
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  const tokenFile = join(serviceAccountFolder, 'token');
  const caFile = join(serviceAccountFolder, 'ca.crt');
  if (!host || !port || !existsSync(choice.addressOnly ? caFile : tokenFile)) return undefined;
  const namespace = await readFile(join(serviceAccountFolder, 'namespace'), 'utf8').catch(() => '');
  return {
    cluster: {
      name: 'in-cluster',
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      caFile,
      skipTLSVerify: false,
    },
    user: { name: 'service account', ...(!choice.addressOnly && { tokenFile }) },
    namespace: namespace.trim() || 'default',
  };
}
