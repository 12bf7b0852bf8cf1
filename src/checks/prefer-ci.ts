import { isConfigured, isSideTest } from './candidate.ts';
import type { Check, CheckKind } from './check.ts';

/** True for a check that judges: a linter, a type check, a test. */
export const isProof = ({ kind }: Pick<Check, 'kind'>): boolean => kind !== 'install' && kind !== 'format';

/** True for a check that CI itself runs, by its evidence. */
export const isInCi = ({ evidence }: Pick<Check, 'evidence'>): boolean => / runs it(;|$)/.test(evidence);

const kindsInCi = (checks: readonly Check[]): Set<CheckKind> =>
  new Set(
    checks.filter((check) => isProof(check) && isInCi(check) && !isSideTest(check)).map(({ kind }) => kind),
  );

const folderOf = (run: string): string | undefined => /^cd ([^\s&]+) && /.exec(run)?.[1];

/**
 * Selects the checks of a repository. If CI runs checks of a kind, only these are kept for that kind, including those that CI runs in
 * subfolders (`nested`). A check that only the files of a subfolder suggest is kept if CI proves nothing of that kind and the root folder
 * does not have a proof of its own. Dependencies are installed only in folders whose checks are kept.
 */
export function preferCi(root: readonly Check[], nested: readonly Check[]): Check[] {
  const [inRoot, inFolders] = [kindsInCi(root), kindsInCi(nested)];
  const hasOwnProof = root.some(isProof);
  const isKept = (check: Check): boolean =>
    isInCi(check) ||
    (!(isConfigured(check) && inRoot.size + inFolders.size > 0) &&
      (!isProof(check) || !(inRoot.has(check.kind) || inFolders.has(check.kind))));
  const isAdded = ({ kind }: Check): boolean => !hasOwnProof && !inRoot.has(kind) && !inFolders.has(kind);
  const proofs = nested.filter((check) => isProof(check) && (isInCi(check) || isAdded(check)));
  const folders = new Set(proofs.map(({ run }) => folderOf(run)));
  const isKeptNested = (check: Check): boolean =>
    isProof(check) ? proofs.includes(check) : folders.has(folderOf(check.run));
  return [...root.filter(isKept), ...nested.filter(isKeptNested)];
}
