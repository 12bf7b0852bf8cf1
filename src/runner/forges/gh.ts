import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ForgeSignIn } from './forge.ts';

/** The GitHub command line, for people who signed in there and set no variable. */
export const gh: ForgeSignIn = {
  title: 'the GitHub command line (gh)',
  command: 'gh auth login',
  async token(env, host) {
    const flags = host === undefined ? [] : ['--hostname', host];
    try {
      const { stdout } = await promisify(execFile)('gh', ['auth', 'token', ...flags], {
        // If this variable is set, gh gives its token for any host, also one that the task names.
        env: host === undefined ? env : { ...env, GITHUB_ENTERPRISE_TOKEN: '' },
        timeout: 10_000,
      });
      return stdout.trim() || undefined;
    } catch {
      // Not installed, or not signed in there: git's own helpers may still know.
      return undefined;
    }
  },
};
