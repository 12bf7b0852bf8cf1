import type { Candidate } from './candidate.ts';

/** How a command that judges the format becomes the one that writes it. */
const TABLE: readonly (readonly [judge: RegExp, change: (run: string) => string])[] = [
  [
    /\bprettier\b.* (--check|-c|--list-different|-l)(?= |$)/,
    (run) => run.replace(/ (--check|-c|--list-different|-l)(?= |$)/, ' --write'),
  ],
  [/\bruff format\b.* --(check|diff)\b/, (run) => run.replace(/ --(check|diff)\b/g, '')],
  [/\bblack\b.* --(check|diff)\b/, (run) => run.replace(/ --(check|diff|quiet|verbose)\b/g, '')],
  [
    /\bisort\b.* (--check-only|--check|-c|--diff)(?= |$)/,
    (run) => run.replace(/ (--check-only|--check|-c|--diff)(?= |$)/g, ''),
  ],
  [/\bcargo\b.* fmt\b.* --check\b/, (run) => run.replace(/ --check\b/, '').replace(/ --\s*$/, '')],
  [/\bmix format\b.* --check-formatted\b/, (run) => run.replace(/ --check-formatted\b/, '')],
  [/\bdotnet format\b.* --verify-no-changes\b/, (run) => run.replace(/ --verify-no-changes\b/, '')],
  [/\bcsharpier\b.* (check|--check)\b/, (run) => run.replace(/ (check|--check)\b/, ' format')],
  [
    /\bphp-cs-fixer\b.* --dry-run\b/,
    (run) => run.replace(/ --(dry-run|diff)\b/g, '').replace(/ check\b/, ' fix'),
  ],
  [/\bpint\b.* --test\b/, (run) => run.replace(/ --test\b/, '')],
  [/\bbiome format\b(?!.* --write)/, (run) => `${run} --write`],
  [/\bdeno fmt\b.* --check\b/, (run) => run.replace(/ --check\b/, '')],
  [/\bdprint check\b/, (run) => run.replace('dprint check', 'dprint fmt')],
  [/\b(gradlew?)\b.*spotlessCheck\b/, (run) => run.replace('spotlessCheck', 'spotlessApply')],
  [/\b(gradlew?)\b.*ktlintCheck\b/, (run) => run.replace('ktlintCheck', 'ktlintFormat')],
  [/\bmvnw?\b.* spotless:check\b/, (run) => run.replace('spotless:check', 'spotless:apply')],
  [/\bterraform fmt\b.* -check\b/, (run) => run.replace(/ -check\b/, '')],
];

/** The command that writes what this one checks; undefined when it judges more than the format, or something else. */
export function formatterOf(run: string): string | undefined {
  if (/&&|;|\|/.test(run)) return undefined;
  return TABLE.find(([judge]) => judge.test(run))?.[1](run);
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
