import { FORGE_HOST_VARIABLE, forgeHostsOf } from '../../domain/credentials.ts';
import { isForgeUrl } from '../forges/table.ts';
import type { StageContext } from '../stage-context.ts';
import { isInnerAddress } from './addresses.ts';
import { LfsError } from './lfs-error.ts';

/** The hosts that a task may be sent to for its files of Git LFS. */
export class LfsHosts {
  readonly #context: Pick<StageContext, 'env' | 'secrets'>;
  readonly #host: string | undefined;
  readonly #plainOrigin: string | undefined;

  /** @param repository The URL of the repository that the files belong to; the person who made the task chose its host. */
  constructor(context: Pick<StageContext, 'env' | 'secrets'>, repository: string) {
    this.#context = context;
    this.#host = hostOf(repository);
    this.#plainOrigin = /^http:\/\/[^/]+/i.exec(repository)?.[0].toLowerCase();
  }

  /** True for the repository's own host, and for those that are named beside the forge's token. */
  isKnown(url: URL): boolean {
    const { env, secrets } = this.#context;
    const host = this.#host?.includes(':') ? url.host : url.hostname;
    if (host === this.#host) return true;
    return (
      [...(secrets.forgeHosts ?? []), ...forgeHostsOf(env)].includes(url.host) || isForgeUrl(url.href, env)
    );
  }

  /** An address that may be asked. Throws an LfsError for another scheme than https, a credential in it, and an inner address. */
  checked(address: string, from?: URL): URL {
    const base = from?.href;
    if (!URL.canParse(address, base))
      throw new LfsError(`${JSON.stringify(address.slice(0, 200))} is not a URL`);
    const url = new URL(address, base);
    const shown = `${url.protocol}//${url.host}`;
    if (url.username || url.password) throw new LfsError(`the URL at ${shown} holds a credential`);
    // Plain http is for this machine's own servers: where the repository is on one, its files may be.
    if (url.protocol !== 'https:' && url.origin !== this.#plainOrigin)
      throw new LfsError(`${shown} is not https`);
    if (!this.isKnown(url) && (isInnerAddress(url.hostname) || isLocalName(url.hostname)))
      throw new LfsError(
        `${shown} is an address of an inner network. If it is one of yours, name it in ${FORGE_HOST_VARIABLE}`,
      );
    return url;
  }
}

const isLocalName = (host: string): boolean => /(^|\.)localhost\.?$/i.test(host);

/** The host of a repository's URL, with a port where it has one for http; of one by ssh, the host alone. */
export function hostOf(repository: string): string | undefined {
  const scp = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)/.exec(repository)?.[1];
  if (scp !== undefined) return scp.toLowerCase();
  if (!URL.canParse(repository)) return undefined;
  const url = new URL(repository);
  if (url.protocol === 'ssh:') return url.hostname.toLowerCase();
  return /^https?:$/.test(url.protocol) ? url.host : undefined;
}
