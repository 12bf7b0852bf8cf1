import type { CiCommand } from './check.ts';

/** Emulators and devices: what they run was built for another machine. */
const EMULATOR = /(^|[\s/])(qemu-\w+|wine(64)?|wasmtime\S*|wasm32-\S+|adb|emulator|simctl)(\s|$)/;
/** A build for another machine, by the words of its configuration. */
const CROSS =
  /-DCMAKE_TOOLCHAIN_FILE[=:]|--cross-file[= ]|-DCMAKE_C(XX)?_COMPILER=\S+-linux-\S+-(gcc|g\+\+|clang)|\b(CC|CXX)=["']?(?!x86_64-linux-gnu-)\S*-(linux|mingw\w*|w64|none|elf|apple)(-\S*)?-(gcc|g\+\+|clang|cc)|\b(configure|autogen)\S* .*--host=(?!x86_64|amd64)\S|-DQEMU=ON|\bcargo\b.* --target[= ](?!x86_64-unknown-linux)|\bCARGO_BUILD_TARGET=(?!x86_64-unknown-linux)\w|\bCROSS_COMPILE=\S/;
/** Go compiles for any machine; only what it runs needs that one. 386 runs on x86. */
const GO_RUNS =
  /^(?=.*\b(GOOS=["']?(?!linux\b)\w|GOARCH=["']?(?!(amd64|386)\b)\w)).*\bgo (test|run)\b(?!.* -(c|run[= ]["']?\^?(\$|NONE|XXX)))/;

/** True for a command that builds for another machine, or runs what was. */
export const runsElsewhere = (text: string): boolean =>
  EMULATOR.test(text) || CROSS.test(text) || GO_RUNS.test(text);

/** True for a command of CI that needs an emulator, or that stands behind a build for another machine. */
export function isForOtherMachine({
  run,
  before = [],
  env,
}: Pick<CiCommand, 'run' | 'before' | 'env'>): boolean {
  const variables = Object.entries(env ?? {})
    .map(([name, value]) => `${name}=${value} `)
    .join('');
  return runsElsewhere(variables + run) || before.some((step) => CROSS.test(step.run));
}
