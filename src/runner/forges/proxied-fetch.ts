import type { ProxyAgent as Agent } from 'undici';
import { proxyFromEnv } from '../../engine/proxy-env.ts';

/** Why the way through a proxy failed; holds the proxy's host, and never its password. */
export class ProxyError extends Error {
  override name = 'ProxyError';
  readonly proxy: string;

  constructor(proxy: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.proxy = proxy;
  }
}

/**
 * A fetch that takes the way that HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment ask for, as git does; Node's own knows none of them.
 * Where no proxy is asked for it is Node's, and nothing is loaded. A failure on the way rejects with a ProxyError.
 */
export function proxiedFetch(env: Readonly<NodeJS.ProcessEnv>): typeof fetch {
  const agents = new Map<string, Promise<Agent>>();
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const proxy = proxyFromEnv(url, env);
    if (!proxy) return fetch(input, init);
    const { fetch: fetchBy } = await import('undici');
    const agent = agents.get(proxy) ?? proxyAgent(proxy);
    agents.set(proxy, agent);
    // undici's types are those of Node's fetch under names of its own.
    const options = { ...init, dispatcher: await agent } as Parameters<typeof fetchBy>[1];
    try {
      return await fetchBy(url, options);
    } catch (error) {
      // Only a TypeError is a failure of the connection: an abort and a time limit have errors with other names, which pass unchanged.
      throw error instanceof TypeError ? failure(error, new URL(proxy).host) : error;
    }
  };
}

async function proxyAgent(proxy: string): Promise<Agent> {
  const { ProxyAgent } = await import('undici');
  if (!URL.canParse(proxy)) throw new ProxyError('', 'the proxy that HTTPS_PROXY names is not a URL');
  const { protocol, host } = new URL(proxy);
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new ProxyError(
      host,
      `the proxy ${host} speaks ${protocol.slice(0, -1)}: name one that speaks http or https`,
    );
  return new ProxyAgent(proxy);
}

/** The status with which a proxy answered to CONNECT: undici has it in the text of its innermost error alone. */
function refusedWith(error: unknown): string | undefined {
  let status: string | undefined;
  for (let one = error; one instanceof Error && !status; one = one.cause)
    status = /^Proxy response \((\d+)\)/.exec(one.message)?.[1];
  return status;
}

/** What happened on the way, with the system's code in its cause; what the proxy itself answered is told in words alone. */
function failure(error: TypeError, proxy: string): ProxyError {
  const status = refusedWith(error);
  if (!status) return new ProxyError(proxy, error.message, { cause: error.cause });
  const refused =
    status === '407'
      ? `wants a name and a password (407): give them in HTTPS_PROXY, as http://NAME:PASSWORD@${proxy}`
      : `refuses the way there (${status})`;
  return new ProxyError(proxy, `the proxy ${proxy} ${refused}`);
}
