import type { CheckKind, CiCommand } from '../check.ts';
import type { Refusal } from '../tools/rule.ts';
import type { Role } from './line-role.ts';

/** More than any repository's CI that was read; keeps hostile files from costing time. */
const MAX_COMMANDS = 2_000;

/** Reasons that hold for all tests of a repository, whatever starts them. */
const LACKS: ReadonlySet<Refusal> = new Set<Refusal>([
  'needs a browser',
  'needs a container',
  'downloads programs or files',
]);

/** A command of CI with what was found out about it. */
export interface Entry {
  command: CiCommand;
  role: Role;
  kind: CheckKind | undefined;
  /** What it needs that a run of it alone does not have, e.g. `what job build made`. */
  needs?: string;
  /** Why it cannot run in a plain checkout, whatever else there is. */
  refusal?: Refusal;
  /** The lowest is the nearest to a change: 0 for pull requests, 2 for pushes of some branches. */
  rank: number;
  /** How many steps before it bring packages of the system. */
  packages: number;
  /** What its job proves: 0 for tests, 1 for something else, 2 for nothing, as when it warms a cache. */
  job: 0 | 1 | 2;
}

/** Where commands are collected: at most MAX_COMMANDS, each text once. */
export class CommandList {
  readonly notes: string[] = [];
  private readonly entries = new Map<string, Entry>();

  add(entry: Entry): void {
    const known = this.entries.get(entry.command.run);
    const isFree = known?.needs !== undefined && entry.needs === undefined;
    const isBetter =
      known && (isFree || isPlainer(entry, known) || (entry.kind === 'install' && entry.job < known.job));
    if (known ? isBetter : this.entries.size < MAX_COMMANDS) this.entries.set(entry.command.run, entry);
  }

  /** True where CI's tests were refused for what a plain checkout lacks, and none is left. */
  get lacksTests(): boolean {
    const tests = [...this.entries.values()].filter(({ kind }) => kind === 'test');
    return (
      tests.some(({ refusal }) => refusal !== undefined && LACKS.has(refusal)) &&
      !tests.some(({ role }) => role === 'proof' || role === 'unknown')
    );
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }

  /** True when something in the list may be a proof. */
  get hasWork(): boolean {
    return [...this.entries.values()].some(({ role }) => role === 'proof' || role === 'unknown');
  }

  /**
   * The commands that count: not those that prove nothing or change a machine. One that needs what it does not have gives way to others of its kind, as do those of pushes to those of
   * pull requests; installs of jobs with tests come before others.
   */
  settle(): CiCommand[] {
    const all = [...this.entries.values()];
    for (const { command, kind, refusal } of all)
      if (refusal !== undefined && kind !== undefined && kind !== 'install')
        this.note(`${command.run} is not run though ${command.source} does: it ${refusal}`);
    const kept = all.filter((entry) => {
      if (entry.role === 'quiet' || entry.role === 'machine') return false;
      const rival = all.find((other) => other.kind === entry.kind && isAhead(other, entry));
      if (entry.needs === undefined) return !rival;
      if (rival || entry.kind === undefined) {
        if (entry.kind !== undefined && entry.kind !== 'install')
          this.note(
            `${entry.command.run} is not run though ${entry.command.source} does: it needs ${entry.needs}`,
          );
        return false;
      }
      if (!entry.needs.endsWith(' before it')) this.note(`${entry.command.run} needs ${entry.needs}`);
      return true;
    });
    return kept.sort((a, b) => place(a) - place(b)).map(({ command }) => command);
  }
}

/** The same proof, where the machine is more like the one here: nothing but the checkout and the dependencies. */
const isPlainer = (entry: Entry, known: Entry): boolean =>
  (entry.role === 'proof' || entry.role === 'prepare') &&
  entry.packages < known.packages &&
  entry.rank <= known.rank &&
  (entry.needs === undefined) === (known.needs === undefined);

/** Installs of the jobs that matter most come first. */
const place = ({ kind, job }: Entry): number => (kind === 'install' ? job : 0);

/** True when a command of the same kind is nearer to what a change starts, and can run alone. */
function isAhead(other: Entry, entry: Entry): boolean {
  if (other === entry || other.needs !== undefined || other.kind === undefined || other.kind === 'install')
    return false;
  return entry.needs !== undefined
    ? other.rank <= entry.rank || other.rank < 2
    : entry.rank === 2 && other.rank < 2;
}
