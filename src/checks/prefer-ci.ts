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
 * Where CI has checks of a kind, nothing else of that kind is added, and what is merely configured gives way to whatever CI
 * proves. What CI proves in folders (`nested`) counts too; what only the files of a folder suggest counts where CI proves nothing of
 * that kind anywhere and the root has no proof. Folders without a proof are not prepared.
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
