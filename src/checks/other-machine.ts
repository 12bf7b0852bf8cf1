import type { CiCommand } from './check.ts';

/** Emulators and devices: what they run was built for another machine. */
const EMULATOR = /(^|[\s/])(qemu-\w+|wine(64)?|wasmtime\S*|wasm32-\S+|adb|emulator|simctl)(\s|$)/;
/** A build for another machine, by the words of its configuration. */
const CROSS =
  /-DCMAKE_TOOLCHAIN_FILE[=:]|--cross-file[= ]|-DCMAKE_C(XX)?_COMPILER=\S+-linux-\S+-(gcc|g\+\+|clang)|\bCC=\S+-linux-\S+-gcc|--host=(?!x86_64|amd64)\S|-DQEMU=ON|\bcargo\b.* --target[= ](?!x86_64-unknown-linux)/;

/** True for a command of CI that needs an emulator, or that stands behind a build for another machine. */
export const isForOtherMachine = ({ run, before = [] }: Pick<CiCommand, 'run' | 'before'>): boolean =>
  EMULATOR.test(run) || [run, ...before.map((step) => step.run)].some((text) => CROSS.test(text));
