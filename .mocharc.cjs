// In CI a test that fails is tried once more: its machines are shared, and a test of processes can lose a race against the machine.
module.exports = {
  'node-option': ['import=tsx', 'no-experimental-require-module'],
  extension: ['ts', 'tsx'],
  require: ['./test/support/temp-root.ts'],
  timeout: 60_000,
  reporter: './test/support/reporter.cjs',
  retries: process.env.CI ? 1 : 0,
};
