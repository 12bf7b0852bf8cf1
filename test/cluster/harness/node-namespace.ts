import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './cache.ts';
import { SERVICE_RANGE } from './control-plane-arguments.ts';
import { cgroupFolders, cgroupOf, linkOf, type Claim } from './registry.ts';
import { daemon, type Daemon } from './daemon.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/**
 * The addresses of one cluster, all in 198.18.0.0/15, which RFC 2544 reserves for benchmarks: no network uses it and no router passes it
 * on. A link of two addresses between this machine and the node, and the node's pods behind a bridge.
 */
export interface Subnets {
  host: string;
  node: string;
  pods: string;
}

const subnets = (index: number): Subnets => ({
  host: `198.18.${index}.1`,
  node: `198.18.${index}.2`,
  pods: `198.19.${index}.0/24`,
});

/**
 * Namespaces of a node's own for mounts, network and processes. All that containerd, the kubelet and kube-proxy mount, route and filter
 * happens in there, and the kernel removes it with the first process.
 */
export interface NodeNamespace {
  subnets: Subnets;
  /** Puts a command into the namespaces: for a daemon with `entered: true`. */
  enter(command: readonly string[]): string[];
}

/** What the kubelet demands of the kernel (setupKernelTunables in pkg/kubelet/cm): it reads these files of ours, and changes nothing. */
const TUNABLES: Readonly<Record<string, number>> = {
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
  'kernel/keys/root_maxkeys': 1_000_000,
  'kernel/keys/root_maxbytes': 25_000_000,
};

/** Runs in the new namespaces as process 1. Folders where node programs write at fixed places become empty ones of the node's own. */
const SETUP = `set -eu
folder=$1
cd "$folder/tunables"
for file in */* */*/*; do if [ -f "$file" ]; then mount --bind "$file" "/proc/sys/$file"; fi; done
for name in run var/lib var/log; do mount -t tmpfs -o mode=755 bgtask "/$name"; done
mount --make-rshared /
echo 1 > /proc/sys/net/ipv4/ip_forward
if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables; fi
ip link set lo up
touch "$folder/namespace-ready"
exec "$folder/bin/pause"
`;

const HIDDEN = ['/run/', '/var/run/', '/var/lib/', '/var/log/'];

function writeSetup(folder: string): string {
  if (HIDDEN.some((path) => `${folder}/`.startsWith(path))) {
    throw new Error(
      `a test node cannot keep its files in ${folder}: set TMPDIR to a folder outside ${HIDDEN.join(', ')}`,
    );
  }
  for (const [name, value] of Object.entries(TUNABLES)) {
    const path = join(folder, 'tunables', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, `${value}\n`);
  }
  const script = join(folder, 'namespace.sh');
  writeFileSync(script, SETUP);
  return script;
}

/** The cgroup for the cluster's pods, which the kubelet wants to find. */
function makeCgroups(id: string): void {
  for (const folder of cgroupFolders(cgroupOf(id))) mkdirSync(folder, { recursive: true });
}

const taken = (): Set<string> =>
  new Set(Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address)));

const ip = (...args: string[]): Promise<unknown> => run('ip', args);

/** Adds the link between this machine and the node, with the first addresses that are free here. */
const connect = (id: string, pid: number): Promise<Subnets> =>
  withLock('addresses', async () => {
    const addresses = taken();
    const index = Array.from({ length: 256 }, (_, each) => each).find(
      (each) => !addresses.has(subnets(each).host),
    );
    if (index === undefined)
      throw new Error('all 256 address ranges of test nodes are in use: end other test runs');
    const { host, node, pods } = subnets(index);
    const inside = (...args: string[]): Promise<unknown> =>
      run('nsenter', [`--net=/proc/${pid}/ns/net`, 'ip', ...args]);
    await ip('link', 'add', linkOf(id), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid));
    await ip('address', 'add', `${host}/30`, 'dev', linkOf(id));
    await ip('link', 'set', linkOf(id), 'up');
    await ip('route', 'add', pods, 'via', node);
    await inside('address', 'add', `${node}/30`, 'dev', 'eth0');
    await inside('link', 'set', 'eth0', 'up');
    // There is no default route: nothing in the cluster reaches beyond this machine.
    await inside('route', 'add', SERVICE_RANGE, 'via', host);
    return { host, node, pods };
  });

/** Makes the namespaces and the link. */
export async function startNamespace({ id, folder }: Claim): Promise<NodeNamespace> {
  makeCgroups(id);
  const flags = [
    '--mount',
    '--net',
    '--pid',
    '--fork',
    '--mount-proc',
    '--kill-child',
    '--propagation=private',
  ];
  const log = join(folder, 'logs/namespace.log');
  const first: Daemon = daemon({
    name: 'unshare',
    command: ['unshare', ...flags, 'sh', writeSetup(folder), folder],
    id,
    log,
  });
  const pid = first.start();
  await until('the node’s namespaces', 10, () => {
    first.assertRunning();
    return existsSync(join(folder, 'namespace-ready'));
  });
  const connected = await connect(id, pid);
  const spaces = [
    `--mount=/proc/${pid}/ns/mnt`,
    `--net=/proc/${pid}/ns/net`,
    `--pid=/proc/${pid}/ns/pid_for_children`,
  ];
  return { subnets: connected, enter: (command) => ['nsenter', ...spaces, ...command] };
}
