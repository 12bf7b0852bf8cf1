import { stat } from 'node:fs/promises';
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
  const found: Partial<Identity> = {};
  for (const file of files.toReversed()) Object.assign(found, await identityIn(file));
  const { name, email } = found;
  return name && email ? { name, email } : OURS;
}

async function identityIn(file: string): Promise<Partial<Identity>> {
  if (!(await stat(file).catch(() => undefined))) return {};
  const words = ['config', '--file', file, '--includes', '-z', '--get-regexp', '^user\\.(name|email)$'];
  // It exits with 1 where the file does not have the keys.
  const text = await git(words).catch(() => '');
  return Object.fromEntries(
    text
      .split('\0')
      .map((entry) => entry.split('\n'))
      .flatMap(([key = '', value = '']) => (value ? [[key.slice('user.'.length), value.trim()]] : [])),
  );
}

const quoted = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&')}"`;

/** The lines of a git configuration (git-config(1), Syntax) that name an identity. */
export const identityLines = ({ name, email }: Identity): string =>
  `[user]\n\tname = ${quoted(name)}\n\temail = ${quoted(email)}\n`;
