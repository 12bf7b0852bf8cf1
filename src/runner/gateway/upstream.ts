import http, { type Agent, type ClientRequest, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { proxyAgent } from '../../engine/kubernetes/client/http/proxy-agent.ts';
import { proxyFromEnv } from '../../engine/proxy-env.ts';
import type { Target } from './endpoints.ts';

/** Milliseconds in which a provider must say something: the longest that the programs themselves wait for an answer (Claude Code, 600 s). */
const SILENCE = 600_000;
/** Bytes of the headers of one message: Node's own limit of 16 KiB, twice. */
export const HEADER_BYTES = 32 * 1024;

/** The provider of a model. Requests go to its host alone; a redirect is an answer like any other. */
export interface Upstream {
  begin(method: string, target: Target, headers: OutgoingHttpHeaders): ClientRequest;
  close(): void;
}

/**
 * The provider behind a base URL, reached as HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment ask for. Connections are kept for further requests.
 * Throws an Error about a proxy of a kind that is not known; never the proxy's password.
 */
export async function openUpstream(base: URL, env: Readonly<NodeJS.ProcessEnv>): Promise<Upstream> {
  const isTls = base.protocol === 'https:';
  const proxy = proxyFromEnv(base, env);
  const own = (): Agent => new (isTls ? https : http).Agent({ keepAlive: true });
  const agent = proxy ? await proxyAgent(proxy, {}) : own();
  const folder = base.pathname.replace(/\/+$/, '');
  const { username, password } = base;
  const named = username !== '' && `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    begin(method, { path, query }, headers) {
      const all = new URLSearchParams([...base.searchParams, ...query]).toString();
      const request = (isTls ? https : http).request({
        agent,
        method,
        host: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port || undefined,
        path: `${folder}${path}${all === '' ? '' : `?${all}`}`,
        headers: {
          ...headers,
          host: base.host,
          // A compressed answer could not be read for its tokens.
          'accept-encoding': 'identity',
          ...(named &&
            headers['authorization'] === undefined && {
              authorization: `Basic ${Buffer.from(named).toString('base64')}`,
            }),
        },
        maxHeaderSize: HEADER_BYTES,
        timeout: SILENCE,
      });
      return request.on('timeout', () => request.destroy(new Error('it said nothing for 600 s')));
    },
    close: () => agent.destroy(),
  };
}
