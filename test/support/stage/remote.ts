import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Git without the configuration of any user. */
export const GIT_ENV: Record<string, string> = {
  PATH: process.env['PATH'] ?? '',
  LC_ALL: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Example',
  GIT_AUTHOR_EMAIL: 'dev@example.com',
  GIT_COMMITTER_NAME: 'Example',
  GIT_COMMITTER_EMAIL: 'dev@example.com',
};

/** Runs git in a folder and gives its output without the last line break. */
export async function git(dir: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', dir, ...args], { env: GIT_ENV, maxBuffer: 67_108_864 });
  return stdout.replace(/\n$/, '');
}

/** As git, with standard input. */
export async function gitInput(dir: string, input: string | Buffer, ...args: string[]): Promise<string> {
  const child = run('git', ['-C', dir, ...args], { env: GIT_ENV });
  child.child.stdin?.end(input);
  return (await child).stdout.trim();
}

/** What a file of a commit is: its text, or its text and a mode of git's (`100755`, `120000` for a link, `160000` for a commit). */
export type Content = string | { mode: string; text: string };

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;

const change = (path: string, content: Content | undefined): string => {
  const name = JSON.stringify(path);
  if (content === undefined) return `D ${name}\n`;
  const { mode, text } = typeof content === 'string' ? { mode: '100644', text: content } : content;
  return mode === '160000' ? `M 160000 ${text} ${name}\n` : `M ${mode} inline ${name}\n${data(text)}`;
};

/** Commits files to a branch of a repository, on top of what is there; undefined deletes one. The new commit. */
export async function commit(
  dir: string,
  files: Record<string, Content | undefined>,
  branch = 'main',
): Promise<string> {
  const ref = `refs/heads/${branch}`;
  const tip = await git(dir, 'rev-parse', '--verify', '--quiet', ref).catch(() => undefined);
  const head = `commit ${ref}\ncommitter Example <dev@example.com> 1700000000 +0000\n${data('A commit')}`;
  const from = tip ? `from ${tip}\n` : '';
  const entries = Object.entries(files).map(([path, content]) => change(path, content));
  const child = spawn('git', ['-C', dir, 'fast-import', '--quiet', '--force'], {
    env: GIT_ENV,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(`${head}${from}${entries.join('')}\n`);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`git fast-import exited with code ${code}`);
  return git(dir, 'rev-parse', ref);
}

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed when the tests end. */
export function tempFolder(name = 'bgtask-stage-'): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  folders.push(folder);
  return folder;
}

export interface RemoteOptions {
  /** The repository's path; a new folder's `remote.git` when absent. */
  path?: string;
  objectFormat?: 'sha1' | 'sha256';
}

/** A bare repository of this machine with a first commit of the files on `main`; without files it is empty. Its path. */
export async function makeRemote(
  files: Record<string, Content> | undefined,
  { path = join(tempFolder('bgtask-remote-'), 'remote.git'), objectFormat = 'sha1' }: RemoteOptions = {},
): Promise<string> {
  const format = `--object-format=${objectFormat}`;
  await run('git', ['init', '--quiet', '--bare', '--template=', format, '--initial-branch=main', path], {
    env: GIT_ENV,
  });
  if (files) await commit(path, files);
  return path;
}

/** The paths of a commit, with what `git ls-tree` says of each: mode and object. */
export async function treeOf(dir: string, commitish: string): Promise<Map<string, string>> {
  const lines = (await git(dir, 'ls-tree', '-r', '-z', commitish)).split('\0').filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [facts = '', path = ''] = line.split('\t');
      return [path, facts];
    }),
  );
}

/** Every file below a folder. */
export async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
