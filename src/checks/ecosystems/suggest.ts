import type { Check, CheckKind, CiCommand } from '../check.ts';
import { choose, ciCandidates, joinEvidence, type Candidate } from '../candidate.ts';
import { formattersFor } from '../formatter-of.ts';
import { readCommand } from '../read-command.ts';
import type { Ecosystem } from '../tools/rule.ts';

/** What an ecosystem's files suggest: the command, its label, the file that says so. */
export type Suggestion = readonly [
  kind: CheckKind,
  label: string,
  run: string,
  evidence: string,
  slot?: string,
];

/** An ecosystem whose commands CI may name in the same words. */
export interface Suggestions {
  ecosystem: Ecosystem;
  install?: { run: string; evidence: string };
  proofs: readonly Suggestion[];
  /** Rewrites or refuses (undefined) what CI runs. */
  adapt?: (run: string) => string | undefined;
  /** What CI runs by way of the manifest's scripts. */
  scripts?: readonly Candidate[];
}

/** The checks of an ecosystem: what CI runs with its programs, and what the files suggest for the rest. */
export function checksOf(
  { ecosystem, install, proofs, adapt, scripts = [] }: Suggestions,
  ci: readonly CiCommand[],
): Check[] {
  const fromCi = [...scripts, ...ciCandidates(ci, ecosystem, adapt)];
  const suggested = proofs.map(([kind, label, run, evidence, slot]): Candidate => ({
    kind,
    label,
    run,
    evidence,
    slot,
    ci: false,
  }));
  const checks = choose(joinEvidence([...fromCi, ...formattersFor(fromCi)], suggested));
  if (!install) return checks;
  const same = ci.find(({ run }) => run === install.run && readCommand(run).kind === 'install');
  const evidence = same ? `${install.evidence}; ${same.source} runs it` : install.evidence;
  return [{ kind: 'install', name: `install (${ecosystem})`, run: install.run, evidence }, ...checks];
}
