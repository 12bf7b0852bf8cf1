import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Subnets } from './node-namespace.ts';

/** The sandbox image's name; it is imported before the first pod. */
export const PAUSE_IMAGE = 'localhost/bgtask-test-pause:1';

/** Where Debian's containernetworking-plugins puts its programs. */
export const CNI_PROGRAMS = '/usr/lib/cni';

export const socketOf = (folder: string): string => join(folder, 'containerd.sock');

/** An overlay cannot lie on an overlay (statfs(2): OVERLAYFS_SUPER_MAGIC), as in a container. */
export const onOverlay = (folder: string): boolean => statfsSync(folder).type === 0x79_4c_76_30;

const config = (folder: string): string => `version = 2
root = "${folder}/containerd/root"
state = "${folder}/containerd/state"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]

[grpc]
  address = "${socketOf(folder)}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  restrict_oom_score_adj = true

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${CNI_PROGRAMS}"
    conf_dir = "${folder}/cni"

  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "${onOverlay(folder) ? 'native' : 'overlayfs'}"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"

      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
`;

const network = (pods: string, more: readonly object[]): unknown => ({
  cniVersion: '0.4.0',
  name: 'bgtask',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: { type: 'host-local', ranges: [[{ subnet: pods }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
    ...more,
  ],
});

/** Writes containerd's and CNI's configuration, with further plugins of CNI; returns containerd's command line. */
export function prepareContainerd(
  folder: string,
  { pods }: Subnets,
  plugins: readonly object[] = [],
): string[] {
  const path = join(folder, 'containerd.toml');
  mkdirSync(join(folder, 'cni'), { recursive: true });
  writeFileSync(path, config(folder));
  writeFileSync(join(folder, 'cni/10-bgtask.conflist'), JSON.stringify(network(pods, plugins)));
  return ['containerd', '--config', path];
}
