import { join } from 'node:path';
import { git } from '../git.ts';

/** Who commits in a task's home when the person's own configuration does not say. */
const OURS: Identity = { name: 'bgtask', email: 'bgtask@localhost' };

export interface Identity {
  name: string;
  email: string;
}

/**
 * The name and the e-mail address of the person's own git configuration, both or ours. Files alone are read, never a repository's
 * configuration.
 */
export async function identityOf(env: NodeJS.ProcessEnv): Promise<Identity> {
  const home = env['HOME'];
  if (!home) return OURS;
  const files = [
    join(home, '.gitconfig'),
    join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'git/config'),
  ];
  const [name, email] = await Promise.all(['user.name', 'user.email'].map((key) => firstOf(files, key)));
  return name && email ? { name, email } : OURS;
}

async function firstOf(files: readonly string[], key: string): Promise<string | undefined> {
  for (const file of files) {
    // It exits with 1 where there is no such file or key.
    const value = await git(['config', '--file', file, '--includes', '--get', key]).catch(() => '');
    if (value) return value;
  }
  return undefined;
}

/** Writes an identity into the git configuration of a home. */
export async function writeIdentity(home: string, { name, email }: Identity): Promise<void> {
  const file = join(home, '.gitconfig');
  await git(['config', '--file', file, 'user.name', name]);
  await git(['config', '--file', file, 'user.email', email]);
}
