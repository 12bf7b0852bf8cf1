import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Cluster } from '@kubernetes/client-node/dist/config_types.js';

/**
 * An agent that goes through a proxy (http, https, socks4, socks5), which client-node's KubeConfig chooses and makes. Loaded
 * only here: it brings the whole generated API with it.
 */
export async function proxyAgent(cluster: Cluster, proxyUrl: string, tls: RequestOptions): Promise<Agent> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  const { name, server, tlsServerName } = cluster;
  const isPlain = server.startsWith('http:');
  config.loadFromClusterAndUser(
    { name, server, tlsServerName, proxyUrl, skipTLSVerify: cluster.skipTLSVerify || isPlain },
    { name: 'proxied' },
  );
  const options: RequestOptions = { ...tls };
  await config.applyToHTTPSOptions(options);
  const { agent } = options;
  if (!agent || typeof agent === 'boolean')
    throw new Error(`no way through the proxy of the cluster ${name}`);
  return Object.assign(agent, { keepAlive: true, keepAliveMsecs: 15_000 });
}
