import { join } from 'node:path';
import { StageError } from '../domain/reasons.ts';
import { git, gitFailure, readable } from './git.ts';
import { readGitmodules } from './gitmodules.ts';
import { withheldHint } from './repository.ts';
import type { StageContext } from './stage-context.ts';
import { submoduleRemote } from './submodule-remote.ts';
import { linksOf } from './links.ts';
import { submoduleUrl } from './submodule-url.ts';

/** Submodules of a repository, those of submodules included, and how deep they may be in each other. */
const MOST = 200;
const DEEPEST = 8;

/** One submodule of a commit. */
export interface Submodule {
  /** From the top of the checkout. */
  path: string;
  /** What `.gitmodules` calls it. */
  name: string;
  url: string;
  commit: string;
  /** Its bare copy's name in the folder of all of them. */
  copy: string;
}

/** A commit whose submodules are wanted. */
interface Owner {
  gitDir: string;
  commit: string;
  url: string;
  prefix: string;
  depth: number;
}

/** Fetches the submodules of a commit, and theirs, as `git clone --recurse-submodules` does. */
export class SubmoduleFetch {
  readonly #context: StageContext;
  readonly #folder: string;
  readonly #found: Submodule[] = [];
  readonly #copies = new Map<string, string>();

  /** @param folder Where the bare copies go: a volume that no untrusted program writes to. */
  constructor(context: StageContext, folder: string) {
    this.#context = context;
    this.#folder = folder;
  }

  /** All submodules, outer ones first. Throws CloneFailed for one that is refused or cannot be fetched. */
  async all(gitDir: string, commit: string, url: string): Promise<Submodule[]> {
    await this.#of({ gitDir, commit, url, prefix: '', depth: 0 });
    return this.#found;
  }

  async #of(owner: Owner): Promise<void> {
    const wanted = await linksOf(owner.commit, { gitDir: owner.gitDir });
    if (wanted.length === 0) return;
    const modules = [...(await readGitmodules(owner.gitDir, owner.commit))];
    for (const link of wanted) {
      const [name, module] = modules.find(([, { path }]) => path === link.path) ?? [];
      const path = `${owner.prefix}${readable(link.path)}`;
      if (name === undefined || !module?.url)
        this.#context.log.line(
          `${path} is a commit of another repository that .gitmodules does not name: it stays empty`,
        );
      else if (module.update === 'none')
        this.#context.log.line(`The submodule ${path} stays empty: .gitmodules says update = none`);
      else
        await this.#one(owner, {
          path,
          name: readable(name),
          url: readable(module.url),
          commit: link.commit,
        });
    }
  }

  async #one(owner: Owner, { path, name, url, commit }: Omit<Submodule, 'copy'>): Promise<void> {
    if (this.#found.length >= MOST || owner.depth >= DEEPEST)
      throw new StageError(
        'CloneFailed',
        `The repository has more than ${MOST} submodules, or more than ${DEEPEST} in each other, at ${path}.`,
      );
    const absolute = submoduleUrl(path, url, owner.url);
    this.#context.log.line(`Fetching the submodule ${path} from ${absolute}`);
    const copy = await this.#fetch(path, absolute, commit);
    this.#found.push({ path, name, url: absolute, commit, copy });
    const gitDir = join(this.#folder, copy);
    await this.#of({ gitDir, commit, url: absolute, prefix: `${path}/`, depth: owner.depth + 1 });
  }

  /** A bare copy of a repository that has the commit; each repository is fetched once. */
  async #fetch(path: string, url: string, commit: string): Promise<string> {
    const context = this.#context;
    const remote = await submoduleRemote(context, url);
    const copy = this.#copies.get(url) ?? `${this.#copies.size}.git`;
    const gitDir = join(this.#folder, copy);
    const fetch = (...refs: string[]): Promise<string> =>
      git(
        [
          'fetch',
          '--quiet',
          '--no-tags',
          '--update-shallow',
          ...remote.fetchFlags,
          '--',
          remote.url,
          ...refs,
        ],
        {
          ...remote.options,
          gitDir,
        },
      );
    try {
      if (!this.#copies.has(url)) {
        await git([
          'init',
          '--quiet',
          '--bare',
          `--object-format=${commit.length === 64 ? 'sha256' : 'sha1'}`,
          gitDir,
        ]);
        await fetch('+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*');
        this.#copies.set(url, copy);
      }
      // A branch need not hold it: a pull request's commit, say.
      if (!(await hasCommit(gitDir, commit))) await fetch(`+${commit}:refs/bgtask/${commit}`);
    } catch (error) {
      context.signal.throwIfAborted();
      const hint =
        withheldHint(remote, error) ??
        'Let the credential read it, or say update = none for it in .gitmodules.';
      throw gitFailure('CloneFailed', `Fetching the submodule ${path} from ${url} failed. ${hint}`, error);
    }
    return copy;
  }
}

const hasCommit = (gitDir: string, commit: string): Promise<boolean> =>
  git(['cat-file', '-e', `${commit}^{commit}`], { gitDir }).then(
    () => true,
    () => false,
  );
