import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gitEnv } from './git-backend.ts';

export interface RepoOptions {
  /** Content of `main`, path to text: two commits and a tag; without it the repository is empty. */
  files?: Record<string, string>;
  /** False on plans that know no draft pull requests. True by default. */
  drafts?: boolean;
  archived?: boolean;
  /** Who may review and be assigned; everyone when absent. */
  collaborators?: string[];
}

export interface StandInRepo {
  owner: string;
  name: string;
  /** The bare repository. */
  directory: string;
  /** For git: no credential in it. */
  cloneUrl: string;
  drafts: boolean;
  archived: boolean;
  collaborators: string[] | undefined;
}

const run = promisify(execFile);

/** A git command in a repository; its output without the line break at the end. */
export async function git(directory: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', directory, ...args], { env: gitEnv() });
  return stdout.trimEnd();
}

/** The commit of a branch; undefined when there is no such branch. */
export const headOf = (repo: StandInRepo, branch: string): Promise<string | undefined> =>
  git(repo.directory, 'rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`).catch(
    () => undefined,
  );

/** True when the head has commits that the base has not. */
export const isAhead = async (repo: StandInRepo, base: string, head: string): Promise<boolean> =>
  (await git(repo.directory, 'rev-list', '--count', `refs/heads/${base}..refs/heads/${head}`)) !== '0';

/** Makes a bare repository `<root>/<owner>/<name>.git`. */
export async function makeBare(root: string, [owner, name]: [string, string], files?: RepoOptions['files']) {
  const directory = join(root, owner, `${name}.git`);
  await run('git', ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', directory], {
    env: gitEnv(),
  });
  if (files) await commit(directory, files);
  return directory;
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;

async function commit(directory: string, files: Record<string, string>): Promise<void> {
  const entries = Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`);
  const [first, second] = ['Begin', 'First commit'].map(
    (text, at) =>
      `commit refs/heads/main\nmark :${at + 1}\ncommitter Example <dev@example.com> 170000000${at} +0000\n${data(text)}`,
  );
  const tag = `tag v1.0.0\nfrom :1\ntagger Example <dev@example.com> 1700000000 +0000\n${data('The first release')}`;
  const child = spawn('git', ['-C', directory, 'fast-import', '--quiet'], {
    env: gitEnv(),
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(`${first}\n${tag}${second}${entries.join('')}\n`);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`git fast-import exited with code ${code}`);
}
