import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostOf } from '../../checks/registry-hosts.ts';
import { MIRROR_ADDRESSES } from '../environment.ts';
import { MIRRORS } from '../home/mirrors.ts';

/** Variables of package managers that name hosts: Go's own, besides those that pass as mirrors. */
const NAMING = [...MIRROR_ADDRESSES, 'GOPROXY', 'GOPRIVATE', 'GOSUMDB'];

/** An address, or the pattern of a private module: `git.example.com/team/*`. */
const ADDRESS = /\bhttps?:\/\/[^\s"'<>,|]{1,500}|(?<![\w./@-])[a-z0-9-]+(?:\.[a-z0-9-]+)+(?=[/,\s]|$)/gi;

/** The hosts in a text of a person's configuration. */
const hostsIn = (text: string): string[] => [
  ...new Set([...text.matchAll(ADDRESS)].flatMap(([address]) => hostOf(address) ?? [])),
];

/** Only addresses: a file has words with dots that are not hosts. */
const addressesIn = (text: string): string[] =>
  [...text.matchAll(/\bhttps?:\/\/[^\s"'<>,|]{1,500}/gi)].flatMap(([address]) => hostOf(address) ?? []);

/**
 * The hosts that the person's own configuration names: a company's mirrors. Read from what a task sees of it (see furnishHome) and from the environment, so it must
 * be called before anything untrusted ran in that home.
 */
export async function personHosts(home: string, env: Readonly<NodeJS.ProcessEnv>): Promise<string[]> {
  const texts = await Promise.all(MIRRORS.map(({ to }) => readFile(join(home, to), 'utf8').catch(() => '')));
  const variables = NAMING.flatMap((name) => hostsIn(env[name] ?? ''));
  return [...new Set([...texts.flatMap(addressesIn), ...variables])].sort();
}
