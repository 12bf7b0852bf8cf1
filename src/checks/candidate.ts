import { KIND_ORDER, type Check, type CheckKind, type CiCommand } from './check.ts';
import { readCommand } from './read-command.ts';
import { CONFIGURED } from './ecosystems/ecosystem.ts';
import { isForOtherMachine } from './other-machine.ts';
import { plugs } from './plugs.ts';
import type { EcosystemName } from './tools/rule.ts';
import { unwrap } from './unwrap.ts';

/** A command that could become a check. */
export interface Candidate {
  kind: CheckKind;
  /** What distinguishes it from others of its kind, e.g. `ruff`. */
  label: string;
  run: string;
  evidence: string;
  /** True when the repository's CI runs it, or what it stands for. */
  ci: boolean;
  /** Candidates of one slot compete: when CI runs some of them, the others go. The kind when absent. */
  slot?: string;
}

/** More of one kind are not run: a task's time is an hour. */
const MAX_OF_A_KIND = 6;
const MAX_NAME = 64;
const PLAIN_SUBCOMMANDS = /^(check|run)$/;

/** A short name for what a command runs, e.g. `go vet`, `eslint`. */
export function labelOf(run: string): string {
  const { tool, args } = unwrap(run.replace(/^(\w+=\S* )+/, '').split(/\s+/));
  const first = args.find((word) => !word.startsWith('-') && !word.startsWith('+'));
  if (!plugs().subcommands.has(tool) || first === undefined || PLAIN_SUBCOMMANDS.test(first)) return tool;
  return `${tool} ${first}`.replace(/[^\w :./-]/g, '').slice(0, 40);
}

/** Tells commands apart by their program and what they look at; flags make no other check. */
function identity(run: string): string {
  const { tool, args } = unwrap(run.replace(/^(\w+=\S* )+/, '').split(/\s+/));
  const end = args.indexOf('--');
  return [tool, ...(end < 0 ? args : args.slice(0, end)).filter((word) => !/^[-+]/.test(word))].join(' ');
}

const isPart = (run: string): boolean => plugs().partial.some((partial) => partial.test(run));

const isMadeFor = (run: string, step: { run: string }): boolean =>
  / install /.test(` ${step.run} `) && step.run.split(' ')[0] === run.split(' ')[0];

/** Flags that select some of what a program would run. */
const NARROWS = /^ (-m|-k|--ignore|--deselect|--filter|--exclude|--grep|--tags)[ =]/;

/** True for a command that is another one with a selection behind it. */
const isNarrower = (run: string, others: readonly { run: string }[]): boolean =>
  others.some((other) => run.startsWith(`${other.run} `) && NARROWS.test(run.slice(other.run.length)));

/** True for tests of one mark, which the others of their kind leave out: `-m slow` beside `-m 'not slow'`. */
function isLeftOut(run: string, others: readonly { run: string }[]): boolean {
  const mark = /\s-m[ =]?["']?([\w-]+)["']?(?=\s|$)/.exec(run.replace(/^.* -m (pytest|unittest)\b/, ''))?.[1];
  return mark !== undefined && others.some((other) => other.run.includes(`not ${mark}`));
}

/**
 * A command for a part of the project gives way to one of its kind for the whole. Where CI runs several parts and never the whole,
 * they stand for it; a single part does not, unless the same program installs for it what it needs.
 */
export const withoutParts = <T extends Pick<CiCommand, 'run' | 'before'> & { kind: CheckKind | undefined }>(
  commands: readonly T[],
): T[] =>
  commands.filter(({ run, kind, before = [] }) => {
    const ofKind = commands.filter((other) => other.kind === kind);
    if (isNarrower(run, ofKind) || isLeftOut(run, ofKind)) return false;
    return (
      !isPart(run) ||
      before.some((step) => isMadeFor(run, step)) ||
      (ofKind.length > 1 && ofKind.every((other) => isPart(other.run)))
    );
  });

/** Candidates from the commands that CI runs with an ecosystem's programs. `adapt` may rewrite or refuse (undefined) one. */
export function ciCandidates(
  ci: readonly CiCommand[],
  ecosystem: EcosystemName,
  adapt: (run: string, command: CiCommand) => string | undefined = (run) => run,
): Candidate[] {
  const own = ci.flatMap((command) => {
    if (isForOtherMachine(command)) return [];
    const { kind, refusal, ecosystems } = readCommand(command.run);
    if (kind === undefined || kind === 'install' || refusal !== undefined) return [];
    return ecosystems.includes(ecosystem) ? [{ ...command, kind }] : [];
  });
  return withoutParts(own).flatMap((command): Candidate[] => {
    const { source, run, kind } = command;
    const adapted = adapt(run, command);
    if (adapted === undefined) return [];
    return [{ kind, label: labelOf(run), run: adapted, evidence: `${source} runs it`, ci: true }];
  });
}

/**
 * Joins what CI runs with what the files suggest: a suggestion that CI runs too lends it its evidence, and stays out of the
 * list; the others compete in choose.
 */
export function joinEvidence(fromCi: readonly Candidate[], suggested: readonly Candidate[]): Candidate[] {
  const same = (a: Candidate, b: Candidate): boolean =>
    a.kind === b.kind && identity(a.run) === identity(b.run);
  const proven = fromCi.map((candidate) => {
    const twin = suggested.find((other) => same(candidate, other));
    if (!twin) return candidate;
    return {
      ...candidate,
      slot: twin.slot === CONFIGURED ? undefined : twin.slot,
      label: twin.label,
      evidence: `${twin.evidence}; ${candidate.evidence}`,
    };
  });
  return [...proven, ...suggested.filter((candidate) => !fromCi.some((other) => same(candidate, other)))];
}

/** Tests of one side of the program: where CI's others cannot be read, they do not stand for them. */
export const isSideTest = ({ kind, run }: Pick<Check, 'kind' | 'run'>): boolean =>
  kind === 'test' &&
  /(^|[\s/:._-])(regressions?|smoke|integration|e2e|interop\w*|external)([\s/:._-]|$)/i.test(run) &&
  !/\bunit\b/.test(run);

/**
 * Lets CI's commands win within each kind, leaves out what is only configured where CI speaks of the ecosystem, drops
 * repetitions, and names what is left `kind (label)`. A formatter competes within its slot only.
 */
export function choose(candidates: readonly Candidate[]): Check[] {
  const slotOf = ({ slot, kind }: Candidate): string => (kind === 'format' ? `${kind}/${slot ?? ''}` : kind);
  const proven = new Set(candidates.filter((one) => one.ci && !isSideTest(one)).map(slotOf));
  const left = candidates.filter(
    (candidate) =>
      candidate.ci || !(proven.has(slotOf(candidate)) || (candidate.slot === CONFIGURED && proven.size > 0)),
  );
  return KIND_ORDER.flatMap((kind) => {
    const seen = new Set<string>();
    const ofKind = left.filter((candidate) => {
      const key = identity(candidate.run);
      if (candidate.kind !== kind || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    return ofKind.slice(0, MAX_OF_A_KIND).map(toCheck);
  });
}

/** Checks that count only where CI proves nothing. */
const configured = new WeakSet<Check>();

/** True for a check that only a configuration file or a manifest suggests: it gives way to whatever CI proves. */
export const isConfigured = (check: Check): boolean => configured.has(check);

/** Marks a check as one that only configuration suggests. */
export function asConfigured(check: Check): Check {
  configured.add(check);
  return check;
}

function toCheck({ kind, label, run, evidence, slot }: Candidate): Check {
  const check: Check = { kind, name: checkName(kind, label), run, evidence };
  return slot === CONFIGURED ? asConfigured(check) : check;
}

/** `lint (ruff)`, cut to what a name may have. */
const checkName = (kind: CheckKind, label: string): string => {
  const name = `${kind} (${label})`;
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 1)})`;
};
