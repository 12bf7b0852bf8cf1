import { BlockList, isIP } from 'node:net';
import { NEVER_RANGES, OWN_RANGES, TRANSLATED_RANGES } from '../../domain/address-ranges.ts';

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits = ''] = range.split('/');
    list.addSubnet(network, Number(bits), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

const NEVER = listOf(NEVER_RANGES);
const OWN = listOf(OWN_RANGES);
const TRANSLATED = listOf(TRANSLATED_RANGES);

/** What an address leads to: `public`; `own`, the machine and its network; `never`, what no setting opens. */
export type Reach = 'public' | 'own' | 'never';

/** What an IP address leads to. A text that is not one, and an address that stands for another, are `never`. */
export function reachOf(address: string): Reach {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  // A zone (fe80::1%eth0) is of a link.
  if (isIP(address) === 0 || address.includes('%') || NEVER.check(address, family)) return 'never';
  if (OWN.check(address, family)) return 'own';
  return family === 'ipv6' && TRANSLATED.check(address, family) ? 'never' : 'public';
}
