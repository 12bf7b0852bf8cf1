import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './cache.ts';
import { CNI_PROGRAMS } from './containerd.ts';

const run = promisify(execFile);

/** Programs, by name or path, and Debian's package of each. */
type Packages = Readonly<Record<string, string>>;

/** Programs that a node and its images need. */
const PACKAGES: Packages = {
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  [join(CNI_PROGRAMS, 'bridge')]: 'containernetworking-plugins',
  [join(CNI_PROGRAMS, 'host-local')]: 'containernetworking-plugins',
  [join(CNI_PROGRAMS, 'loopback')]: 'containernetworking-plugins',
  buildah: 'buildah',
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  iptables: 'iptables',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  mount: 'mount',
};

/** A user's PATH often lacks these. */
const FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

const isHere = (program: string): boolean =>
  program.startsWith('/')
    ? existsSync(program)
    : [...(process.env.PATH ?? '').split(delimiter), ...FOLDERS].some((folder) =>
        existsSync(join(folder, program)),
      );

/** The Debian packages whose programs this machine lacks, in alphabetical order. */
const missingPackages = (packages: Packages): string[] =>
  [...new Set(Object.entries(packages).flatMap(([program, name]) => (isHere(program) ? [] : [name])))].sort();

const isDebian = (): boolean =>
  existsSync('/etc/os-release') && /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));

/** Why this machine cannot run a node, in a sentence; undefined when it can, perhaps after an installation. */
function nodeObstacle(packages: Packages): string | undefined {
  if (process.platform !== 'linux') return 'a test node needs Linux';
  if (process.getuid?.() !== 0) return 'a test node needs root: it makes namespaces and cgroups';
  const missing = missingPackages(packages);
  if (missing.length > 0 && !isDebian())
    return `a test node needs these Debian packages: ${missing.join(' ')}`;
  return undefined;
}

/**
 * Makes sure that a node's programs, and these besides, are here: installs what is missing with apt-get, once, or throws a sentence that
 * says what is.
 */
export async function ensurePackages(more: Packages = {}): Promise<void> {
  const packages = { ...PACKAGES, ...more };
  const obstacle = nodeObstacle(packages);
  if (obstacle !== undefined) throw new Error(obstacle);
  if (missingPackages(packages).length === 0) return;
  await withLock('packages', async () => {
    const missing = missingPackages(packages);
    if (missing.length === 0) return;
    console.error(`installing Debian packages for the test node: ${missing.join(' ')}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args: string[]): Promise<unknown> => run('apt-get', args, { env, maxBuffer: 2 ** 26 });
    await apt('update');
    await apt('install', '--yes', '--no-install-recommends', ...missing);
  });
}
