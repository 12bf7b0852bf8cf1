import { type Abi, type Call, IOCTL, numberIn, REFUSED, TYPING, UNKNOWN } from './seccomp-calls.ts';

/** The interfaces of each architecture that Node runs on, the machine's own first. */
const ABIS: Readonly<Record<string, readonly Abi[]>> = { x64: ['x64', 'ia32'], arm64: ['arm64'] };
/** AUDIT_ARCH_* of linux/audit.h. */
const AUDIT: Readonly<Record<Abi, number>> = { x64: 0xc000003e, arm64: 0xc00000b7, ia32: 0x40000003 };
/** Numbers of the x32 interface have this bit; Linux distributions do not build programs for it. */
const X32 = 0x40000000;

const EPERM = 1;
const ENOSYS = 38;
/** What a filter answers: linux/seccomp.h. */
const ANSWER = { allow: 0x7fff0000, kill: 0x80000000, errno: 0x00050000 } as const;
/** Instructions of classic BPF: linux/bpf_common.h. */
const BPF = { load: 0x20, equal: 0x15, atLeast: 0x35, answer: 0x06 } as const;
/** Places in struct seccomp_data of a little-endian machine. Of the second argument the lower half counts, as the kernel reads ioctl's. */
const DATA = { number: 0, arch: 4, argument1: 24 } as const;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

const load = (at: number): Instruction => [BPF.load, 0, 0, at];
const answer = (value: number): Instruction => [BPF.answer, 0, 0, value];
const refuse = (error: number): Instruction => answer(ANSWER.errno | error);
/** Does `then` if what was loaded is `value`. */
const ifEqual = (value: number, then: readonly Instruction[]): Instruction[] => [
  [BPF.equal, 0, then.length, value],
  ...then,
];

/** The part for the calls of one interface. It ends with an answer for each call. */
function part(abi: Abi): Instruction[] {
  const each = (calls: readonly Call[], error: number): Instruction[] =>
    calls.flatMap((call) => {
      const number = numberIn(abi, call);
      return number === undefined ? [] : ifEqual(number, [refuse(error)]);
    });
  const typing = [
    load(DATA.argument1),
    ...TYPING.flatMap((request) => ifEqual(request, [refuse(EPERM)])),
    answer(ANSWER.allow),
  ];
  return [
    load(DATA.number),
    ...(abi === 'x64' ? ([[BPF.atLeast, 0, 1, X32], refuse(ENOSYS)] as const) : []),
    ...each(REFUSED, EPERM),
    ...each(UNKNOWN, ENOSYS),
    ...ifEqual(numberIn(abi, IOCTL) ?? 0, typing),
    answer(ANSWER.allow),
  ];
}

/**
 * Returns the filter for bwrap's `--seccomp`: a classic BPF program (struct sock_filter, 8 bytes an instruction). It ends programs of a foreign architecture.
 * Returns undefined on an architecture whose call numbers are not in the table.
 */
export function seccompFilter(arch: string = process.arch): Buffer | undefined {
  const abis = ABIS[arch];
  if (!abis) return undefined;
  const program = [
    load(DATA.arch),
    ...abis.flatMap((abi) => ifEqual(AUDIT[abi], part(abi))),
    answer(ANSWER.kill),
  ];
  const bytes = Buffer.alloc(program.length * 8);
  for (const [at, [code, ifTrue, ifFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, at * 8);
    bytes.writeUInt8(ifTrue, at * 8 + 2);
    bytes.writeUInt8(ifFalse, at * 8 + 3);
    bytes.writeUInt32LE(value, at * 8 + 4);
  }
  return bytes;
}
