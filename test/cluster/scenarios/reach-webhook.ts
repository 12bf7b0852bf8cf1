import type { Cluster } from '../harness/cluster.ts';
import { LABELS, NAMES } from '../../../src/engine/kubernetes/install/object.ts';

const { webhook: NAME, namespace: NAMESPACE } = NAMES;

/**
 * Lets the API server of a control plane without a node reach a webhook that a process of this machine serves: its Service leads to this machine, as
 * ExternalName. The name that the certificate is for, and who is trusted, stay as they are.
 */
export async function reachWebhook(cluster: Cluster, port: number): Promise<void> {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS },
    spec: { type: 'ExternalName', externalName: 'localhost' },
  };
  await cluster.ok(['replace', '--force', '-f', '-'], { input: JSON.stringify(service) });
  const { webhooks } = JSON.parse(
    await cluster.ok(['get', 'validatingwebhookconfiguration', NAME, '-o', 'json']),
  ) as { webhooks: object[] };
  const patch = webhooks.map((_, index) => ({
    op: 'replace',
    path: `/webhooks/${index}/clientConfig/service/port`,
    value: port,
  }));
  await cluster.ok([
    'patch',
    'validatingwebhookconfiguration',
    NAME,
    '--type=json',
    '-p',
    JSON.stringify(patch),
  ]);
}
