import { absoluteRepository, isOwnFolder, namedRepository, repositoryRoot } from './repository.ts';

/** The repository that `--repo` means, with what should be said of it before a task starts. */
export interface MeantRepository {
  url: string;
  /** Where it is, when the text did not say so. */
  note?: string;
  /** What the task will not have of the person's work, and on which branch it is not. */
  warnings: string[];
}

interface Where {
  cwd: string;
  /** The local engine can reach a folder. */
  local: boolean;
  /** `--branch`. */
  branch?: string;
}

/**
 * A path to a clone means the repository that it was cloned from: the base and the pull request are `origin`'s. `path:DIR`, a bare repository
 * and one without an origin mean the folder. Throws Usage for a path that is in no repository, where a folder can be meant.
 */
export async function meantRepository(text: string, where: Where): Promise<MeantRepository> {
  const url = where.local ? rootOf(text, where.cwd) : namedRepository(text, where.cwd);
  if (!url.startsWith('/')) return { url, warnings: [] };
  const { cloneFacts, hasWorkTree, leftBehind } = await import('./origin.ts');
  if (!hasWorkTree(url)) return { url, warnings: [] };
  const facts = await cloneFacts(url);
  if (isOwnFolder(text)) facts.origin = undefined;
  const { origin, branch, base } = facts;
  if (origin === undefined) facts.unpushed = 0;
  const elsewhere =
    origin !== undefined &&
    where.branch === undefined &&
    branch !== undefined &&
    base !== undefined &&
    branch !== base;
  const warnings = [
    leftBehind(facts),
    elsewhere
      ? `The base is ${base}, not ${branch}, which you are on: --branch ${branch} takes that.`
      : undefined,
  ].filter((each) => each !== undefined);
  if (origin === undefined) return { url, warnings };
  const note = `The repository is ${origin}, which ${text} was cloned from${where.local ? ` (--repo path:${text} means the folder itself)` : ''}.`;
  return { url: origin, note, warnings };
}

function rootOf(text: string, cwd: string): string {
  const url = absoluteRepository(text, cwd);
  return url.startsWith('/') ? repositoryRoot(url) : url;
}
