import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { socketOf } from './containerd.ts';
import { componentKubeconfig } from './control-plane-arguments.ts';
import type { Subnets } from './node-namespace.ts';

/** The node's name. */
export const NODE_NAME = 'node';

/**
 * Anybody on the link may use the kubelet: only this machine and the pods are on it. Nothing is evicted for a full disk of the tests'
 * machine.
 */
const config = (folder: string, cgroup: string, subnets: Subnets): unknown => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: 'AlwaysAllow' },
  address: subnets.node,
  containerRuntimeEndpoint: `unix://${socketOf(folder)}`,
  podLogsDir: join(folder, 'pod-logs'),
  resolvConf: join(folder, 'resolv.conf'),
  volumePluginDir: join(folder, 'volume-plugins'),
  cgroupDriver: 'cgroupfs',
  cgroupRoot: cgroup,
  enforceNodeAllocatable: [],
  failCgroupV1: false,
  failSwapOn: false,
  oomScoreAdj: 0,
  evictionHard: {
    'memory.available': '0%',
    'nodefs.available': '0%',
    'nodefs.inodesFree': '0%',
    'imagefs.available': '0%',
    'imagefs.inodesFree': '0%',
  },
  imageGCHighThresholdPercent: 100,
  imageGCLowThresholdPercent: 99,
  maxPods: 250,
  serializeImagePulls: false,
});

/** Writes the kubelet's configuration; returns its arguments. */
export function prepareKubelet(folder: string, cgroup: string, subnets: Subnets): string[] {
  const path = join(folder, 'kubelet.json');
  mkdirSync(join(folder, 'pod-logs'), { recursive: true });
  // Names resolve nowhere, at once: this machine refuses on that address.
  writeFileSync(join(folder, 'resolv.conf'), `nameserver ${subnets.host}\n`);
  writeFileSync(path, JSON.stringify(config(folder, cgroup, subnets)));
  return [
    `--config=${path}`,
    `--kubeconfig=${componentKubeconfig(folder, `system:node:${NODE_NAME}`)}`,
    `--root-dir=${join(folder, 'kubelet')}`,
    `--cert-dir=${join(folder, 'kubelet-certificates')}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${subnets.node}`,
  ];
}

/** The arguments of kube-proxy; the connection table's size is this machine's, so it stays. */
export const proxyArguments = (folder: string, { pods }: Subnets): string[] => [
  `--kubeconfig=${componentKubeconfig(folder, 'system:kube-proxy')}`,
  `--hostname-override=${NODE_NAME}`,
  `--cluster-cidr=${pods}`,
  '--proxy-mode=iptables',
  '--conntrack-max-per-core=0',
  '--oom-score-adj=0',
];
