import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runProcess } from '../../../src/runner/process.ts';
import { seccompFilter } from '../../../src/runner/room/seccomp.ts';
import { type Abi, numberIn, REFUSED, TYPING, UNKNOWN } from '../../../src/runner/room/seccomp-calls.ts';
import { needs } from '../../support/needs.ts';
import { roomsHere, taskFolder } from './sandbox.ts';

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const errno = (code: number): number => 0x00050000 | code;
const [EPERM, ENOSYS] = [1, 38];

/** What the kernel's interpreter of classic BPF answers: the four instructions that the filter has. */
function answerOf(filter: Buffer, data: { nr: number; arch: number; argument1?: number }): number {
  const words: Record<number, number> = { 0: data.nr, 4: data.arch, 24: data.argument1 ?? 0 };
  let loaded = 0;
  for (let at = 0; at < filter.length / 8; at++) {
    const code = filter.readUInt16LE(at * 8);
    const value = filter.readUInt32LE(at * 8 + 4);
    if (code === 0x06) return value;
    if (code === 0x20) loaded = words[value] ?? assert.fail(`loads ${value}`);
    else at += filter.readUInt8(at * 8 + ((code === 0x15 ? loaded === value : loaded >= value) ? 2 : 3));
  }
  return assert.fail('the program ends without an answer');
}

const refusedIn = (abi: Abi): [name: string, nr: number, code: number][] =>
  [
    ...REFUSED.map((call) => [call, EPERM] as const),
    ...UNKNOWN.map((call) => [call, ENOSYS] as const),
  ].flatMap(([call, code]) => {
    const nr = numberIn(abi, call);
    return nr === undefined ? [] : [[call[0], nr, code]];
  });

describe('the seccomp filter of a room', () => {
  const ABIS: [arch: string, abi: Abi, audit: number, common: number[]][] = [
    ['x64', 'x64', 0xc000003e, [0, 1, 16, 39, 56, 59, 101, 135, 257, 435]],
    ['x64', 'ia32', 0x40000003, [3, 4, 11, 20, 26, 54, 120, 136]],
    ['arm64', 'arm64', 0xc00000b7, [29, 56, 63, 64, 92, 117, 172, 220, 221, 435]],
  ];
  for (const [arch, abi, audit, common] of ABIS) {
    const filter = seccompFilter(arch) ?? assert.fail();
    const answers = (nr: number, argument1 = 0): number => answerOf(filter, { nr, arch: audit, argument1 });

    for (const [name, nr, code] of refusedIn(abi))
      it(`${abi}: refuses ${name}`, () => assert.equal(answers(nr), errno(code)));

    it(`${abi}: lets the calls of every program pass`, () => {
      for (const nr of common) assert.equal(answers(nr), ALLOW, String(nr));
    });

    it(`${abi}: refuses to type into a terminal, and passes other requests of ioctl`, () => {
      const ioctl = abi === 'x64' ? 16 : abi === 'arm64' ? 29 : 54;
      for (const request of TYPING) assert.equal(answers(ioctl, request), errno(EPERM));
      assert.equal(answers(ioctl, 0x5401), ALLOW);
    });
  }

  it('ends programs of another architecture', () => {
    const filter = seccompFilter('arm64') ?? assert.fail();
    assert.equal(answerOf(filter, { nr: 0, arch: 0xc000003e }), KILL);
  });

  it('refuses the x32 interface', () => {
    const filter = seccompFilter('x64') ?? assert.fail();
    assert.equal(answerOf(filter, { nr: 0x40000000, arch: 0xc000003e }), errno(ENOSYS));
  });

  it('does not exist on an architecture whose calls are not known', () =>
    assert.equal(seccompFilter('riscv64'), undefined));

  const ROWS: [what: string, call: string, code: number][] = [
    ['the keyring', 'keyctl: 250, 0, -3, 0', EPERM],
    ['BPF programs', 'bpf: 321, 0, 0, 0', EPERM],
    ['io_uring', 'io_uring_setup: 425, 1, 0', ENOSYS],
    ['new namespaces', 'unshare: 272, 0', EPERM],
    ['the log of the kernel', 'syslog: 103, 3, 0, 0', EPERM],
    ['its own number', 'getpid: 39', 0],
  ];
  for (const [what, call, code] of ROWS)
    it(`answers ${code} to a program in a room that asks for ${what}`, async function () {
      const rooms = await roomsHere(this);
      needs(this, process.arch === 'x64', 'the numbers are those of x86-64');
      const { dir, view } = taskFolder();
      const script = `my $r = syscall(${call.replace(/^.*: /, '')}); print $r == -1 ? $!+0 : 0, "\\n"`;
      const outcome = await runProcess(
        rooms.make(view).enter({
          command: 'perl',
          args: ['-e', script],
          cwd: join(dir, 'checkout'),
          env: { PATH: process.env['PATH'] ?? '' },
        }),
      );
      assert.equal(outcome.tail.trim(), String(code));
    });
});
