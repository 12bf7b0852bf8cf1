/**
 * Skips a test, or every test of a suite in its `before`, if this machine lacks what the test needs. The title then says why.
 * In CI, which installs all of it, the test fails instead.
 */
export function needs(context: Mocha.Context, isHere: boolean, lack: string): void {
  if (isHere) return;
  if (process.env['CI']) throw new Error(`CI lacks what this test needs: ${lack}`);
  const test = context.test as Mocha.Test | Mocha.Hook | undefined;
  const titled = test?.type === 'hook' ? test.parent : test;
  if (titled) titled.title += ` (skipped: ${lack})`;
  context.skip();
}

/** Skips a test on another system than Linux. */
export const needsLinux = (context: Mocha.Context): void =>
  needs(context, process.platform === 'linux', 'it needs Linux');

/** Skips a test for a user who may not mount disks or change the owner of files. */
export const needsRoot = (context: Mocha.Context): void =>
  needs(context, process.platform === 'linux' && process.getuid?.() === 0, 'it needs root on Linux');
