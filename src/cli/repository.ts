import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { BgtaskError } from '../domain/errors.ts';

/** Says that a folder is meant, and not the repository that it was cloned from. */
const FOLDER = 'path:';

/** True for `path:DIR`. */
export const isOwnFolder = (text: string): boolean => text.startsWith(FOLDER);

/** A path on the command line as an absolute one, `path:DIR` too; URLs and `git@host:path` as they are. */
export function absoluteRepository(text: string, cwd: string, home = homedir()): string {
  if (isOwnFolder(text)) return resolve(cwd, absoluteRepository(text.slice(FOLDER.length), cwd, home));
  if (/^~(\/|$)/.test(text)) return join(home, text.slice(1));
  const isPath = text === '.' || text === '..' || /^\.{0,2}\//.test(text) || !/[:@]/.test(text);
  return isPath && text !== '' && !text.startsWith('-') ? resolve(cwd, text) : text;
}

const isRepository = (folder: string): boolean =>
  existsSync(join(folder, '.git')) ||
  (existsSync(join(folder, 'HEAD')) && existsSync(join(folder, 'objects')));

/** The repository that a folder is in: the folder itself or the nearest one above it. Throws Usage. */
export function repositoryRoot(path: string): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new BgtaskError('Usage', `--repo: there is no folder ${JSON.stringify(path)}.`, {
      hint: 'Give the path of a git repository, or its URL.',
    });
  const root = repositoryAbove(path);
  if (root !== undefined) return root;
  throw new BgtaskError('Usage', `--repo: ${JSON.stringify(path)} is in no git repository.`, {
    hint: 'Make it one with git init and a first commit, or give another path or URL.',
  });
}

/** Returns the repository that contains a folder: the folder itself or the nearest parent. Undefined outside of a repository. */
export function repositoryAbove(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (isRepository(folder)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The repository that a path or URL names, for comparing: a path that is in none stays as it is. */
export function namedRepository(text: string, cwd: string): string {
  const url = absoluteRepository(text, cwd);
  if (!url.startsWith('/')) return url;
  try {
    return repositoryRoot(url);
  } catch {
    return url;
  }
}
