import type { Check, RepoFiles } from './check.ts';
import { readCommand } from './read-command.ts';
import { plugs } from './plugs.ts';
import { programsOf } from './programs.ts';

/** Programs that most machines have. */
const WITHOUT_NOTE = /^(make|bash|git|perl)$/;
/** What runs in a Python environment. */
const IN_PYTHON = /\b(uv|poetry|pdm|pipenv|hatch) |\.venv\b/;

const makesPython = ({ kind, name }: Check): boolean =>
  kind === 'install' && /^install \((uv|poetry|pdm|pipenv|hatch|pip)\)$/.test(name);

/** False for an install of an ecosystem that none of the proofs uses, where each of them is known. */
function mayUse(proofs: readonly Check[], { kind, run }: Check): boolean {
  const own = readCommand(run).ecosystems;
  if (kind !== 'install' || own.length === 0 || proofs.length === 0) return true;
  return proofs.some((proof) => {
    const used = readCommand(proof.run).ecosystems.filter((name) => name !== 'any');
    return used.length === 0 || used.some((name) => own.includes(name));
  });
}

/** The checks without a Python environment that none of them uses: it costs minutes, and may fail for nothing. */
export function neededInstalls(checks: readonly Check[]): Check[] {
  const proofs = checks.filter(({ kind }) => kind !== 'install');
  const uses =
    proofs.length === 0 ||
    proofs.some(({ run, before = [] }) =>
      [run, ...before.map((step) => step.run)].some((text) => IN_PYTHON.test(text)),
    );
  return checks.filter((check) => (uses || !makesPython(check)) && mayUse(proofs, check));
}

/**
 * A sentence for each program that does not come with a language: it is often missing. `notes` are those that stand already.
 */
export function programNotes(checks: readonly Check[], files: RepoFiles, notes: readonly string[]): string[] {
  const needed = checks.flatMap((check) => programsOf(check, files));
  return needed.flatMap(({ program, install }) => {
    const isSaid = notes.some((note) => note.startsWith(`${program} must be `));
    const isExtra = install !== undefined && plugs().extras.has(program) && !WITHOUT_NOTE.test(program);
    return isExtra && !isSaid ? [`${program} must be installed: ${install}`] : [];
  });
}
