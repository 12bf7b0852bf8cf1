import type { Candidate } from './candidate.ts';
import type { FormatterRow } from './ecosystems/ecosystem.ts';
import { plugs } from './plugs.ts';

/** Formatters that belong to no ecosystem. */
const COMMON: readonly FormatterRow[] = [
  [/\bterraform fmt\b.* -check\b/, (run) => run.replace(/ -check\b/, '')],
  [/\btofu fmt\b.* -check\b/, (run) => run.replace(/ -check\b/, '')],
];

/** The command that writes what this one checks; undefined when it judges more than the format, or something else. */
export function formatterOf(run: string): string | undefined {
  if (/&&|;|\|/.test(run)) return undefined;
  return [...plugs().formatters, ...COMMON].find(([judge]) => judge.test(run))?.[1](run);
}

/** Formatters for the format checks among candidates: what is enforced may be written. */
export function formattersFor(candidates: readonly Candidate[]): Candidate[] {
  return candidates.flatMap((candidate): Candidate[] => {
    const run = candidate.kind === 'lint' ? formatterOf(candidate.run) : undefined;
    if (run === undefined) return [];
    return [
      {
        ...candidate,
        kind: 'format',
        run,
        evidence: `${candidate.evidence.replace(/ runs it$/, '')} checks the format`,
      },
    ];
  });
}
