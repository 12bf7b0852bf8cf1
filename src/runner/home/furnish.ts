import { appendFile, lstat, mkdir, readFile, stat, symlink, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeTree } from '../../engine/local/jobs/remove-tree.ts';
import { cacheLinks, cacheSettings } from './caches.ts';
import { identityLines, identityOf } from './identity.ts';
import { writeLargeFileFilter } from './large-files.ts';
import { MIRRORS, type PersonFolders } from './mirrors.ts';

/** Bytes of a configuration file that is read. */
const LARGEST = 262_144;

/** Files of a home that shells and git read besides what is furnished. */
// prettier-ignore
const STEERING: readonly string[] = [
  '.gitconfig', '.config/git', '.bgtask', '.npmrc', '.netrc', '.ssh', '.curlrc',
  '.profile', '.bashrc', '.bash_profile', '.zshenv', '.zshrc',
];

/**
 * Makes a task's home, in place of what is there, with what programs expect of one: who commits, which mirrors packages come from, and where the caches are.
 * No credential is among it: see `keep` of each file. `env` is the stage's own environment, whose HOME is the person's (in a pod an empty
 * folder).
 */
export async function furnishHome(home: string, env: NodeJS.ProcessEnv): Promise<void> {
  await removeTree(home);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await fill(home, env);
}

/**
 * Puts the settings of a home back to what furnishHome makes, after install scripts ran there: what they installed stays. `agentFolders` are removed:
 * nothing that a repository installs instructs an agent. Call it when nothing of the task runs.
 */
export async function refurnishHome(
  home: string,
  env: NodeJS.ProcessEnv,
  agentFolders: readonly string[],
): Promise<void> {
  const settings = [...MIRRORS.map(({ to }) => to), ...cacheSettings(env).map(([path]) => path)];
  const links = cacheLinks(env).map(([path]) => path);
  for (const path of [...STEERING, ...settings, ...links, ...agentFolders]) {
    await realFolder(home, dirname(path));
    await removeTree(join(home, path));
  }
  await fill(home, env);
}

async function fill(home: string, env: NodeJS.ProcessEnv): Promise<void> {
  await appendFile(await within(home, '.gitconfig'), identityLines(await identityOf(env)), { mode: 0o600 });
  await writeLargeFileFilter(home);
  const own = env['HOME'];
  if (!own) return;
  const folders = { home: own, config: env['XDG_CONFIG_HOME'] || join(own, '.config'), env };
  for (const [path, text] of [...(await mirrorFiles(folders)), ...cacheSettings(env)]) {
    const file = await within(home, path);
    await appendFile(file, text, { mode: 0o600 });
  }
  for (const [path, to] of cacheLinks(env)) await symlink(to, await within(home, path));
}

/** Removes what is in the place of a folder, a link to the person's own files for example, in each part of a path. */
async function realFolder(home: string, path: string): Promise<void> {
  let folder = home;
  for (const part of path.split('/')) {
    folder = join(folder, part);
    const there = await lstat(folder).catch(() => undefined);
    if (!there) return;
    if (!there.isDirectory()) await unlink(folder);
  }
}

async function mirrorFiles(folders: PersonFolders): Promise<[path: string, text: string][]> {
  const files: [string, string][] = [];
  for (const { from, to, keep } of MIRRORS) {
    const text = await firstText(from(folders));
    const kept = text === undefined ? '' : keep(text);
    if (kept) files.push([to, kept]);
  }
  return files;
}

async function firstText(paths: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const path of paths) {
    const there = path ? await stat(path).catch(() => undefined) : undefined;
    if (path && there?.isFile() && there.size <= LARGEST) return readFile(path, 'utf8');
  }
  return undefined;
}

async function within(home: string, path: string): Promise<string> {
  const file = join(home, path);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  return file;
}
