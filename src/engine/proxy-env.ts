import { BlockList, isIP } from 'node:net';

/**
 * The proxy that the environment asks for, by the rules of Go's net/http, so that kubectl and bgtask take the same way:
 * HTTPS_PROXY or HTTP_PROXY by the server's scheme, unless NO_PROXY names the host; loopback addresses never.
 */
export function proxyFromEnv(server: URL, env: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const value = (name: string): string | undefined => env[name] || env[name.toLowerCase()] || undefined;
  const proxy = server.protocol === 'https:' ? value('HTTPS_PROXY') : value('HTTP_PROXY');
  if (!proxy) return undefined;
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.')))
    return undefined;
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  const spared = (value('NO_PROXY') ?? '').split(',').map((entry) => entry.trim().toLowerCase());
  if (spared.some((entry) => entry !== '' && spares(entry, host, port))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** Does an entry of NO_PROXY mean this host: `*`, an address or a range of them, a domain with all below it, or `.domain` for those below alone. */
function spares(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInRange(entry, host);
  const [, name = entry, only] = /^\[?(.*?)\]?:(\d+)$/.exec(isIP(entry) ? '' : entry) ?? [];
  if (only !== undefined && only !== port) return false;
  if (isIP(name)) return name === host;
  const below = name.startsWith('*.') ? name.slice(1) : name.startsWith('.') ? name : `.${name}`;
  return host === name || host.endsWith(below);
}

function isInRange(range: string, host: string): boolean {
  const [network = '', bits = ''] = range.split('/');
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  if (!isIP(network) || !isIP(host) || !/^\d+$/.test(bits) || Number(bits) > (family === 'ipv6' ? 128 : 32))
    return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}
