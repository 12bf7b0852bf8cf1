import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

const AUTHOR = ['-c', 'user.name=World', '-c', 'user.email=world@example.com'];
/** One date for all commits, so that a tree gives the same commits each time. */
const DATE = '2024-01-01T00:00:00Z';

/**
 * Makes a bare repository `<folder>/<name>.git` of a tree: the files are unchanged, those that its .gitignore names too; two commits on
 * `main`, of which the first lacks the documents in the root, and a tag of the version. Returns its path.
 */
export async function makeRepository(
  tree: string,
  { folder, name, version }: { folder: string; name: string; version: string },
): Promise<string> {
  const work = join(folder, `${name}-work`);
  await cp(tree, work, { recursive: true, verbatimSymlinks: true });
  const git = (...args: string[]) =>
    execa('git', [...AUTHOR, ...args], {
      cwd: work,
      env: { GIT_AUTHOR_DATE: DATE, GIT_COMMITTER_DATE: DATE },
    });
  await git('init', '--quiet', '--initial-branch=main');
  const documents = (await readdir(work)).filter((file) => /^(readme|changelog|changes|license)/i.test(file));
  await git('add', '--all', '--force');
  if (documents.length > 0) await git('rm', '--quiet', '-r', '--cached', ...documents);
  await git('commit', '--quiet', '--no-verify', '--allow-empty', '-m', 'Import the sources');
  await git('add', '--all', '--force');
  await git('commit', '--quiet', '--no-verify', '--allow-empty', '-m', 'Add the documents');
  await git('tag', '-a', `v${version.replace(/[^\w.-]/g, '-')}`, '-m', version);
  const bare = join(folder, `${name}.git`);
  await execa('git', ['clone', '--quiet', '--bare', work, bare]);
  return bare;
}
