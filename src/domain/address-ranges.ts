/**
 * Where no host leads, whatever a person configures: the addresses at which clouds hand out credentials (AWS, Google, Azure and Oracle at 169.254.169.254,
 * AWS also at fd00:ec2::254 and 169.254.170.2, Alibaba at 100.100.100.200, Azure's wire server at 168.63.129.16), all other link-local ones, and
 * what is not an address of one machine (RFC 6890).
 */
// prettier-ignore
export const NEVER_RANGES: readonly string[] = [
  '169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32', '100.100.100.200/32', '168.63.129.16/32',
  '0.0.0.0/8', '::/128', '224.0.0.0/4', '240.0.0.0/4', 'ff00::/8',
];

/** Where a machine and its network are: loopback, private, shared (CGNAT) and unique local addresses, and those for tests and protocols (RFC 6890). */
// prettier-ignore
export const OWN_RANGES: readonly string[] = [
  '127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '192.0.0.0/24',
  '192.0.2.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '192.88.99.0/24',
  '::1/128', 'fc00::/7', 'fec0::/10', '100::/64', '2001::/23', '2001:db8::/32', '5f00::/16',
];

/** IPv6 addresses that stand for an IPv4 address, which the network may translate: NAT64, 6to4 and the compatible ones. */
export const TRANSLATED_RANGES: readonly string[] = ['64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '::/96'];
