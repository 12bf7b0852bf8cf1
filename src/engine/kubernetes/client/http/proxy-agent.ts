import type { Agent, ClientRequest } from 'node:http';
import { checkServerIdentity, type ConnectionOptions, type PeerCertificate } from 'node:tls';

/** An agent of the proxy packages, whose `connect` gets the options of one connection. */
interface Connecting<O> {
  connect(request: ClientRequest, options: O): Promise<unknown>;
}

/**
 * Gives the TLS options to each connection, for the packages take only those of the request; and checks the certificate for the host that was asked for, for
 * they let Node check an IP address as `localhost`.
 */
function withTls<O extends { host?: string | null }, A extends Agent & Connecting<O>>(
  agent: A,
  tls: ConnectionOptions,
): A {
  const connect = agent.connect.bind(agent);
  return Object.assign(agent, {
    connect: (request: ClientRequest, options: O) =>
      connect(request, {
        ...options,
        ...tls,
        checkServerIdentity: (_: string, certificate: PeerCertificate) =>
          checkServerIdentity(tls.servername ?? options.host ?? '', certificate),
      }),
  });
}

/**
 * An agent that goes through a proxy: by CONNECT through http and https ones, as SOCKS through socks, socks4, socks4a, socks5 and socks5h ones. The TLS
 * options are those of the connection to the server; an https proxy is checked with the same authorities. Throws an Error that names the proxy for another
 * kind; a proxy that refuses fails the request with its host and status. The packages are loaded only here: few clusters have a proxy.
 */
export async function proxyAgent(proxyUrl: string, tls: ConnectionOptions): Promise<Agent> {
  const kept = { keepAlive: true, keepAliveMsecs: 15_000 };
  const { protocol, host } = new URL(proxyUrl);
  if (protocol.startsWith('socks')) {
    const { SocksProxyAgent } = await import('socks-proxy-agent');
    return withTls(new SocksProxyAgent(proxyUrl, kept), tls);
  }
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new Error(`proxy ${host} must be http, https or socks, not ${protocol.slice(0, -1)}`);
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  const { ca, rejectUnauthorized } = tls;
  const agent = new HttpsProxyAgent(proxyUrl, { ...kept, ca, rejectUnauthorized });
  agent.on('proxyConnect', ({ statusCode }: { statusCode: number }, request: ClientRequest) => {
    if (statusCode !== 200) request.destroy(new Error(`the proxy ${host} answered ${statusCode}`));
  });
  return withTls(agent, tls);
}
