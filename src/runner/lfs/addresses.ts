import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { LfsError } from './lfs-error.ts';

/** Addresses that cannot be reached from the internet (IANA's registries of special-purpose addresses): inner networks, and this machine. */
const INNER = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  INNER.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const)
  INNER.addSubnet(network, bits, 'ipv6');

/** True for an address of an inner network or of this machine; false for a name. */
export function isInnerAddress(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  const family = isIP(bare);
  return family !== 0 && INNER.check(bare, family === 6 ? 'ipv6' : 'ipv4');
}

/** Resolves names as Node does, and refuses one that has an inner address: what was looked up is what is connected to. */
export const outerLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const inner = error ? undefined : addresses.find(({ address }) => isInnerAddress(address));
    const first = addresses?.[0];
    if (error || inner || !first)
      return callback(
        error ?? new LfsError(`${hostname} has an address of an inner network (${inner?.address ?? 'none'})`),
        '',
      );
    if (options.all) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};
