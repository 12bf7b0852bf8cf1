import { FORWARDER, forwarded, forwarderFile, SOCKETS } from '../egress/room-network.ts';
import type { ProcessOptions } from '../process.ts';
import { isOnPath } from '../../engine/on-path.ts';
import type { Layer, Rooms, RoomView } from './room.ts';
import type { SystemView } from './system-view.ts';

/** The machine's side of each room: looked at once. */
export interface Machine {
  system: SystemView;
  /** Further folders and files that programs need: see tool-folders.ts. */
  tools: readonly string[];
  /** The user and the group that files belong to. */
  uid: number;
  gid: number;
  /** True where folders can be seen in layers (overlayfs in a user namespace: Linux 5.11). Without them the folders themselves are written. */
  hasLayers: boolean;
  /** The seccomp filter of all programs; absent on an architecture without one. */
  filter?: Buffer;
}

/**
 * Namespaces of their own; no further user namespaces, which are the way to most of the kernel's faults; no
 * capabilities; the end with the process that started it. A new session is not asked for: the caller makes one, so that no terminal is
 * in reach (TIOCSTI), and signals to the process group still arrive.
 */
// prettier-ignore
const APART: readonly string[] = [
  '--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try', '--disable-userns',
  '--die-with-parent', '--cap-drop', 'ALL',
];

/** bwrap writes the first process and the program's exit code here, one JSON object a line. */
const STATUS_FD = 3;
/** bwrap reads the seccomp filter here, and closes it. */
const FILTER_FD = 4;

/** Rooms of bubblewrap, of which version 0.8 or newer is needed (`--disable-userns`). */
export const bwrapRooms = (machine: Machine): Rooms => ({
  kind: 'bwrap',
  hasLayers: machine.hasLayers,
  make: (view) => ({ kind: 'bwrap', tmp: '/tmp', enter: (options) => entered(machine, view, options) }),
});

function entered(machine: Machine, view: RoomView, options: ProcessOptions): ProcessOptions {
  const { command, args = [], cwd, env } = options;
  // bwrap reports a program that does not exist as a failure of its own. It is never started outside of the room instead.
  if (!isOnPath(command, { dir: cwd, path: env['PATH'] ?? '' })) return { ...options, missing: true };
  const called = { command: [command, ...args], env };
  const run = view.sockets ? forwarded(view.sockets.ports, called) : called;
  const inside = [...bwrapArgs(machine, view), '--chdir', cwd, '--', ...run.command];
  const [program = '', ...rest] =
    machine.hasLayers && view.layers.length > 0 ? layered(view.layers, inside) : ['bwrap', ...inside];
  return { ...options, command: program, args: rest, env: run.env, sandboxed: { filter: machine.filter } };
}

const read = (path: string): string[] => ['--ro-bind-try', path, path];
const write = (path: string): string[] => ['--bind', path, path];

/**
 * Files of /proc that set or command the kernel. Without them read-only, root in a room is root for their permissions (proc_sys(5)), whatever its
 * capabilities. The first five are what containerd makes read-only by default (oci.DefaultSpec, `ReadonlyPaths`).
 */
// prettier-ignore
const KERNEL: readonly string[] = [
  '/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger', '/proc/mtrr', '/proc/pressure', '/proc/acpi', '/proc/scsi',
];

/** The arguments that make the room; pure. What is named later lies over what was named before. */
// prettier-ignore
const bwrapArgs = ({ system, tools, uid, gid, filter }: Machine, view: RoomView): string[] => [
  ...APART,
  '--uid', String(uid), '--gid', String(gid), '--json-status-fd', String(STATUS_FD),
  ...(filter ? ['--seccomp', String(FILTER_FD)] : []),
  ...system.links.flatMap(([path, to]) => ['--symlink', to, path]),
  ...system.folders.flatMap(read),
  ...system.hidden.folders.flatMap((path) => ['--tmpfs', path]),
  ...system.hidden.files.flatMap((path) => ['--ro-bind', '/dev/null', path]),
  '--proc', '/proc', ...KERNEL.flatMap(read), '--dev', '/dev', '--tmpfs', '/run', '--symlink', '/run', '/var/run',
  ...(view.sockets ? ['--ro-bind', view.sockets.folder, SOCKETS, '--ro-bind', forwarderFile(), FORWARDER] : []),
  '--bind', view.tmp, '/tmp', '--bind', view.tmp, '/var/tmp',
  ...system.files.flatMap(read),
  ...tools.flatMap(read),
  ...view.layers.flatMap(({ path }) => write(path)),
  ...view.readable.flatMap(read),
  ...view.writable.flatMap(write),
];

/** Text for sh: mounts each layer over its folder in a mount namespace of its own, and becomes the program that follows. */
const MOUNT_ALL =
  'while [ "$1" != -- ]; do mount -t overlay overlay -o "$1" "$2" || exit 125; shift 2; done; shift; exec "$@"';

/**
 * The command that has bwrap see folders in layers. An outer user namespace may mount; the inner one, the room, may not.
 */
function layered(layers: readonly Layer[], inside: readonly string[]): string[] {
  const mounts = layers.flatMap((layer) => [overlayOptions(layer), layer.path]);
  return [
    'unshare',
    '--user',
    '--map-root-user',
    '--mount',
    '--',
    'sh',
    '-c',
    MOUNT_ALL,
    'sh',
    ...mounts,
    '--',
    'bwrap',
    ...inside,
  ];
}

/** The kernel splits its options at commas and its folders at colons; a backslash takes their meaning away. */
const escaped = (path: string): string => path.replace(/[\\:,]/g, '\\$&');

/** Options of overlayfs (Documentation/filesystems/overlayfs.rst); `userxattr` is what a user namespace may use. */
export const overlayOptions = ({ path, below, upper, work }: Layer): string =>
  `lowerdir=${[...below, path].map(escaped).join(':')},upperdir=${escaped(upper)},workdir=${escaped(work)},userxattr`;
