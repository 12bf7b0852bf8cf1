import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { reachOf } from './addresses.ts';
import { HostList, type Place } from './host-list.ts';

/** Finds all addresses of a name. */
export type Resolve = (host: string) => Promise<{ address: string }[]>;

export interface PolicyOptions {
  /** `open` lets every host of the internet pass; addresses are still checked. */
  mode: 'list' | 'open';
  /** Entries of a HostList. */
  hosts: readonly string[];
  /** Hosts that the person configured: these may have addresses of the person's own network. They count as `hosts`, too. */
  personHosts: readonly string[];
  /** For tests; the system's resolver when absent. */
  resolve?: Resolve;
}

/** A connection is not allowed. The message says why and what a person can do. */
export class RefusedError extends Error {
  override name = 'RefusedError';
}

const FIX = 'the setting network.allow can add it';

/** What may be reached. */
export class Policy {
  readonly #mode: PolicyOptions['mode'];
  readonly #hosts: HostList;
  readonly #personHosts: HostList;
  readonly #resolve: Resolve;

  constructor({ mode, hosts, personHosts, resolve }: PolicyOptions) {
    this.#mode = mode;
    this.#hosts = new HostList(hosts);
    this.#personHosts = new HostList(personHosts);
    this.#resolve = resolve ?? ((host) => lookup(host, { all: true, verbatim: true }));
  }

  /** Throws RefusedError for a host that is not in the list, or for an IP address that is not allowed. */
  check(place: Place): void {
    const isPersons = this.#personHosts.has(place);
    if (!isPersons && this.#mode === 'list' && !this.#hosts.has(place))
      throw new RefusedError(`it is not in the list of this phase; ${FIX}`);
    if (isIP(place.host)) refuseReach(place.host, isPersons);
  }

  /**
   * The addresses of a place that may be connected to, all of them checked: one that is not allowed refuses the name, since it may be an attempt. A connection must
   * go to one of these, without a second look-up. Rejects with RefusedError, or with the resolver's error.
   */
  async addresses(place: Place): Promise<string[]> {
    this.check(place);
    if (isIP(place.host)) return [place.host];
    const isPersons = this.#personHosts.has(place);
    const found = (await this.#resolve(place.host)).map(({ address }) => address);
    for (const address of found) refuseReach(address, isPersons);
    if (found.length === 0) throw new Error('the name does not have an address');
    return found;
  }
}

function refuseReach(address: string, isPersons: boolean): void {
  const reach = reachOf(address);
  if (reach === 'never')
    throw new RefusedError(
      `${address} is a link-local, metadata or multicast address, which no setting opens`,
    );
  if (reach === 'own' && !isPersons)
    throw new RefusedError(
      `${address} is an address of this machine or its network; only hosts that your own configuration or the setting network.allow names may have one`,
    );
}
