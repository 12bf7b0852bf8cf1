import type { Check, CiCommand } from '../check.ts';
import { choose, ciCandidates, joinEvidence, type Candidate } from '../candidate.ts';
import { formattersFor } from '../formatter-of.ts';
import { readCommand } from '../read-command.ts';
import type { Suggestions } from './ecosystem.ts';
import type { EcosystemName } from '../tools/rule.ts';

/** Suggestions of an ecosystem, and what CI runs by way of its manifest's scripts. */
interface Joined extends Suggestions {
  ecosystem: EcosystemName;
  scripts?: readonly Candidate[];
}

/** The checks of an ecosystem: what CI runs with its programs, and what the files suggest for the rest. */
export function checksOf(
  { ecosystem, install, proofs, adapt, scripts = [] }: Joined,
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
