import { fileURLToPath } from 'node:url';
import type { StageContext } from '../stage-context.ts';
import type { Operation } from './batch.ts';
import { LFS_CONFIG, type LfsConfig } from './config.ts';
import { hostOf, LfsHosts } from './hosts.ts';
import { LfsError } from './lfs-error.ts';
import type { LfsSource } from './source.ts';

export interface Wanted {
  context: StageContext;
  /** The repository's URL. */
  url: string;
  config: LfsConfig;
  operation: Operation;
  /** The branch that uploads are for. */
  ref?: string;
}

/** What is known of an endpoint before it is asked. */
type Endpoint =
  { kind: 'folder'; path: string } | { kind: 'http'; url: string } | { kind: 'ssh'; url: string };

const isSsh = (url: string): boolean => /^ssh:\/\//i.test(url) || /^[\w.-]+@[\w.-]+:(?!\/\/)/.test(url);

/**
 * The endpoint of a repository, as git-lfs finds it: what `.lfsconfig` says, else `URL.git/info/lfs`; by ssh the server says, and of a
 * repository of this machine it is a folder. Throws an LfsError for one in `.lfsconfig` that a repository may not send a task to.
 */
function endpointOf(url: string, named: string | undefined): Endpoint {
  if (named !== undefined) return namedEndpoint(url, named);
  if (url.startsWith('/')) return { kind: 'folder', path: url };
  if (/^file:/i.test(url)) return { kind: 'folder', path: fileURLToPath(url) };
  if (isSsh(url)) return { kind: 'ssh', url };
  const bare = url.replace(/\/+$/, '');
  return { kind: 'http', url: `${bare}${bare.endsWith('.git') ? '' : '.git'}/info/lfs` };
}

const refusal = (why: string, options?: ErrorOptions): LfsError =>
  new LfsError(`${LFS_CONFIG} sends its files of Git LFS to an endpoint that is refused: ${why}`, options);

function namedEndpoint(url: string, named: string): Endpoint {
  if (/^https?:\/\//i.test(named)) {
    const { search, hash } = URL.canParse(named) ? new URL(named) : { search: '', hash: '' };
    if (search + hash) throw refusal('the URL has a "?" or a "#"');
    return { kind: 'http', url: named.replace(/\/+$/, '') };
  }
  if (!isSsh(named)) throw refusal('it is not an https URL');
  if (hostOf(named) !== hostOf(url)?.replace(/:\d+$/, '')) throw refusal('it is on another host by ssh');
  return { kind: 'ssh', url: named };
}

/** The source of a repository's files. Throws an LfsError for an endpoint that is refused, or that does not say where it is. */
export async function sourceFor({ context, url, config, operation, ref }: Wanted): Promise<LfsSource> {
  const named = operation === 'upload' ? config.pushUrl : config.url;
  const endpoint = endpointOf(url, named);
  if (endpoint.kind === 'folder') {
    const { LocalSource } = await import('./local-source.ts');
    return LocalSource.of(endpoint.path);
  }
  const hosts = new LfsHosts(context, url);
  const { HttpSource } = await import('./http-source.ts');
  const { LfsTransport } = await import('./transport.ts');
  const { authorizer } = await import('./headers.ts');
  const { env, signal } = context;
  const transport = new LfsTransport({ hosts, env, signal });
  if (endpoint.kind === 'http') {
    checkedEndpoint(hosts, endpoint.url, named !== undefined);
    return new HttpSource({
      endpoint: endpoint.url,
      transport,
      authorize: authorizer(context, url),
      signal,
      ref,
    });
  }
  const { askBySsh } = await import('./ssh.ts');
  const { href, header } = await askBySsh(context, endpoint.url, operation);
  const { origin } = hosts.checked(href);
  const own = Object.fromEntries(
    Object.entries(header ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const authorize = async (address: string): Promise<Record<string, string> | undefined> =>
    new URL(address).origin === origin ? own : undefined;
  return new HttpSource({ endpoint: href.replace(/\/+$/, ''), transport, authorize, signal, ref });
}

function checkedEndpoint(hosts: LfsHosts, endpoint: string, isNamed: boolean): void {
  try {
    hosts.checked(endpoint);
  } catch (error) {
    if (isNamed && error instanceof LfsError) throw refusal(error.message, { cause: error });
    throw error;
  }
}
