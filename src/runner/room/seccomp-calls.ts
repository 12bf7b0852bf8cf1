/** A binary interface of Linux: what programs of one architecture call the kernel by. */
export type Abi = 'x64' | 'arm64' | 'ia32';

/** A system call and its number in each interface: asm/unistd_64.h, asm-generic/unistd.h (arm64), asm/unistd_32.h. */
export type Call = readonly [name: string, x64: number, arm64: number, ia32: number];

/** An interface does not have the call. */
const ABSENT = -1;

/**
 * What a program of a repository does not need, and what most faults of the kernel were in. From flatpak's list (common/flatpak-run.c, setup_seccomp) and from
 * what Docker's default profile leaves out. `ptrace` and `personality` are not in it, because debuggers and sanitizers use them. These answer EPERM.
 */
// prettier-ignore
export const REFUSED: readonly Call[] = [
  ['syslog', 103, 116, 103], ['acct', 163, 89, 51], ['quotactl', 179, 60, 131], ['quotactl_fd', 443, 443, 443],
  ['add_key', 248, 217, 286], ['request_key', 249, 218, 287], ['keyctl', 250, 219, 288],
  ['mount', 165, 40, 21], ['umount', ABSENT, ABSENT, 22], ['umount2', 166, 39, 52], ['pivot_root', 155, 41, 217], ['chroot', 161, 51, 61],
  ['unshare', 272, 97, 310], ['setns', 308, 268, 346], ['open_by_handle_at', 304, 265, 342],
  ['swapon', 167, 224, 87], ['swapoff', 168, 225, 115], ['reboot', 169, 142, 88],
  ['kexec_load', 246, 104, 283], ['kexec_file_load', 320, 294, ABSENT],
  ['init_module', 175, 105, 128], ['finit_module', 313, 273, 350], ['delete_module', 176, 106, 129],
  ['bpf', 321, 280, 357], ['perf_event_open', 298, 241, 336], ['userfaultfd', 323, 282, 374],
  ['modify_ldt', 154, ABSENT, 123], ['uselib', 134, ABSENT, 86], ['iopl', 172, ABSENT, 110], ['ioperm', 173, ABSENT, 101],
  ['vm86', ABSENT, ABSENT, 166], ['vm86old', ABSENT, ABSENT, 113],
];

const everywhere = (name: string, number: number): Call => [name, number, number, number];

/** As above, with ENOSYS: libraries try these first, and then use an older call. */
export const UNKNOWN: readonly Call[] = [
  everywhere('io_uring_setup', 425),
  everywhere('io_uring_enter', 426),
  everywhere('io_uring_register', 427),
  everywhere('open_tree', 428),
  everywhere('move_mount', 429),
  everywhere('fsopen', 430),
  everywhere('fsconfig', 431),
  everywhere('fsmount', 432),
  everywhere('fspick', 433),
  everywhere('mount_setattr', 442),
];

export const IOCTL: Call = ['ioctl', 16, 29, 54];

/** Requests of ioctl that type into a terminal: TIOCSTI and TIOCLINUX (CVE-2017-5226, CVE-2023-28100). */
export const TYPING: readonly number[] = [0x5412, 0x541c];

/** The call's number in an interface, or undefined if the interface does not have the call. */
export function numberIn(abi: Abi, [, x64, arm64, ia32]: Call): number | undefined {
  const number = { x64, arm64, ia32 }[abi];
  return number === ABSENT ? undefined : number;
}
