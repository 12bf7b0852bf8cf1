import { readGlob } from '../../domain/glob.ts';

/** A host and a port that a program asked for. */
export interface Place {
  /** In lower case, an IPv6 address without brackets. */
  host: string;
  port: number;
}

/** The ports of http and https: an entry without a port means these two. */
const WEB_PORTS = [80, 443];

/** Reads `host:port`, `[v6]:port` or a host alone. Returns undefined for what is not one: the text is untrusted. */
export function readPlace(text: string, defaultPort?: number): Place | undefined {
  const [, v6, name, digits] =
    /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9_.-]{1,253}))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const port = digits === undefined ? defaultPort : Number(digits);
  // A dot at the end is the same name.
  const host = (v6 ?? name ?? '').toLowerCase().replace(/\.$/, '');
  if (host === '' || port === undefined || port < 1 || port > 65_535) return undefined;
  return { host, port };
}

/** The hosts that may be reached: names, addresses or globs of them, with a port where it is neither 80 nor 443. */
export class HostList {
  readonly #entries: readonly { isMatch: (host: string) => boolean; port?: number }[];

  constructor(entries: readonly string[]) {
    this.#entries = entries.map((entry) => {
      const [, host = entry, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(entry) ?? [];
      const glob = readGlob(host.toLowerCase().replace(/^\[(.*)\]$/, '$1'));
      return { isMatch: (name) => glob.matches(name), ...(port !== undefined && { port: Number(port) }) };
    });
  }

  has({ host, port }: Place): boolean {
    return this.#entries.some(
      (entry) =>
        (entry.port === undefined ? WEB_PORTS.includes(port) : entry.port === port) && entry.isMatch(host),
    );
  }
}
