import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SERVICE_RANGE } from './control-plane-arguments.ts';
import { daemon } from './daemon.ts';
import { built } from './go-build.ts';
import { NODE_NAME } from './kubelet.ts';
import type { NodeNamespace } from './node-namespace.ts';
import type { Claim } from './registry.ts';
import { until } from './until.ts';
import { kubeconfigText, type Access } from './users.ts';

const run = promisify(execFile);

const PROGRAM = 'kube-router';
const VERSION = 'v2.1.0';

/** Programs that kube-router runs, besides those of every node, and Debian's package of each. */
export const ENFORCER_PACKAGES = { ipset: 'ipset' } as const;

/** The path of kube-router, which puts NetworkPolicies in force: a build of about 2 minutes on 2 cores the first time. */
export async function enforcerProgram(): Promise<string> {
  const folder = await built({
    title: `kube-router ${VERSION}`,
    name: PROGRAM,
    version: VERSION,
    module: fileURLToPath(new URL('./kube-router', import.meta.url)),
    sources: ['go.mod', 'go.sum'],
    packages: ['github.com/cloudnativelabs/kube-router/v2/cmd/kube-router'],
    program: PROGRAM,
    withoutGo: 'Go is missing: install Go 1.25 or newer to build kube-router, which enforces NetworkPolicies',
  });
  return join(folder, PROGRAM);
}

/**
 * kube-router refuses with an ICMP message; most networks drop what a policy closes, and the client waits. The first rule drops these
 * messages too. The second one drops what a pod sends before kube-router knows the pod, as other networks do: kube-router accepts in a rule
 * before it what the policies open.
 */
const RULES = (pods: string): string[][] => [
  ['-t', 'mangle', '-A', 'OUTPUT', '-p', 'icmp', '--icmp-type', 'port-unreachable', '-j', 'DROP'],
  ['-A', 'FORWARD', '-s', pods, '-j', 'DROP'],
];

/** Of CNI: a client in a pod gives up after 7 s, because it sends a connection's first packet three times. */
export const POD_PLUGIN = { type: 'tuning', sysctl: { 'net.ipv4.tcp_syn_retries': '2' } } as const;

interface Enforced {
  claim: Claim;
  space: NodeNamespace;
  admin: Access;
  /** kube-router, where the node sees it. */
  program: string;
}

/** Starts kube-router in the node's network; resolves when its chains are there. Each policy is in force a moment after it is written. */
export async function enforcePolicies({ claim, space, admin, program }: Enforced): Promise<void> {
  const { id, folder } = claim;
  const kubeconfig = join(folder, 'kube-router.kubeconfig');
  writeFileSync(kubeconfig, kubeconfigText(admin), { mode: 0o600 });
  const iptables = async (...args: string[]): Promise<void> => {
    const [file = '', ...all] = space.enter(['iptables', '--wait', ...args]);
    await run(file, all);
  };
  for (const rule of RULES(space.subnets.pods)) await iptables(...rule);
  const router = daemon({
    name: PROGRAM,
    // It ends itself when kube-proxy changes the rules at the same moment; a DaemonSet would start it again.
    command: space.enter([
      'sh',
      '-c',
      'while :; do "$@"; echo "kube-router ended with $?"; sleep 1; done',
      'sh',
      program,
      '--run-firewall=true',
      '--run-router=false',
      '--run-service-proxy=false',
      '--enable-cni=false',
      '--health-port=0',
      '--iptables-sync-period=10s',
      `--hostname-override=${NODE_NAME}`,
      `--service-cluster-ip-range=${SERVICE_RANGE}`,
      `--kubeconfig=${kubeconfig}`,
      '--v=1',
    ]),
    id,
    log: join(folder, 'logs', `${PROGRAM}.log`),
    entered: true,
  });
  router.start();
  await until('a network that enforces policies', 60, async () => {
    router.assertRunning();
    await iptables('-S', 'KUBE-NWPLCY-DEFAULT');
    return true;
  });
}
