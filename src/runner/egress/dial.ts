import http from 'node:http';
import https from 'node:https';
import { connect, type Socket } from 'node:net';
import { proxyFromEnv } from '../../engine/proxy-env.ts';
import type { Place } from './host-list.ts';
import type { Policy } from './policy.ts';

/** Milliseconds that a connection may take to be there: what Linux takes for six tries of TCP is 127 s, and npm and pip wait less than half of that. */
const CONNECT_TIME = 30_000;

/** Opens connections as the policy allows, through the person's proxy where the environment names one. */
export interface Dial {
  policy: Policy;
  env: Readonly<NodeJS.ProcessEnv>;
  signal: AbortSignal;
}

/** The person's own proxy for a place. */
function proxyOf({ env }: Dial, { host, port }: Place): URL | undefined {
  const name = host.includes(':') ? `[${host}]` : host;
  const proxy = proxyFromEnv(new URL(`${port === 80 ? 'http' : 'https'}://${name}:${port}`), env);
  if (proxy === undefined) return undefined;
  const url = new URL(proxy);
  if (!/^https?:$/.test(url.protocol)) throw new Error(`the proxy ${url.host} must speak http or https`);
  return url;
}

/** The header that signs in to a proxy whose URL has a name and a password. */
const proxyCredential = ({ username, password }: URL): Record<string, string> =>
  username === ''
    ? {}
    : {
        'proxy-authorization': `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`,
      };

/**
 * A connection to a place: to exactly an address that was checked, or through the person's proxy, which finds the address itself. Rejects with RefusedError,
 * or with the error of the network.
 */
export async function dial(options: Dial, place: Place): Promise<Socket> {
  const proxy = proxyOf(options, place);
  if (proxy) {
    options.policy.check(place);
    return throughProxy(options, proxy, place);
  }
  let last: unknown;
  for (const address of await options.policy.addresses(place)) {
    try {
      return await connected(connect({ host: address, port: place.port }), options.signal);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/** Waits for a connection. */
function connected(socket: Socket, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    const abort = (): void => fail(new Error('the task ends'));
    socket.setTimeout(CONNECT_TIME, () => fail(new Error(`it did not answer for ${CONNECT_TIME / 1000} s`)));
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

function throughProxy({ signal }: Dial, proxy: URL, { host, port }: Place): Promise<Socket> {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const request = (proxy.protocol === 'https:' ? https : http).request({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...proxyCredential(proxy) },
      timeout: CONNECT_TIME,
      signal,
    });
    request.on('timeout', () => request.destroy(new Error(`the proxy ${proxy.host} did not answer`)));
    request.once('error', reject);
    request.once('connect', (response: http.IncomingMessage, socket: Socket, head: Buffer) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        return reject(new Error(`the proxy ${proxy.host} answered ${response.statusCode}`));
      }
      socket.setTimeout(0);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.end();
  });
}
