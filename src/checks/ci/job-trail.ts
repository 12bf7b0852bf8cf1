import { looksAtTree } from '../beyond-checkout.ts';
import type { CiCommand, CiPreparation } from '../check.ts';
import type { CommandList, Entry } from './command-list.ts';
import { environmentPrefix, variablesOf, withPrefix } from './environment.ts';
import { JobNeeds } from './job-needs.ts';
import { lineRole, type LineRole, type Role } from './line-role.ts';
import { inDir, joinDir } from './places.ts';
import { readCommand } from '../read-command.ts';
import { scriptCalls } from '../script-calls.ts';
import { shellSteps } from '../shell.ts';
import type { RepoFacts } from './repo-facts.ts';
import type { Refusal } from '../tools/rule.ts';
import { partsOf } from './target-parts.ts';
import { judgeOf } from './tree-check.ts';

/** A command of a job, as it stands in its folder. */
export interface TrailLine {
  source: string;
  run: string;
  dir: string;
  step: string | undefined;
  /** The variables that CI sets for it. */
  env: readonly (readonly [string, string])[];
  /** A number for the block that the line stands in. */
  block: number;
}

const MAX_BEFORE = 10;
/** Commands that bring dependencies which the repository does not ask for. */
const OTHER_VERSIONS =
  /minimal-versions|generate-lockfile|--prefer-lowest|--resolution[ =]lowest|^cargo update|^bundle update|^(npm (i|install)|yarn add|pnpm add) [^-]\S*@|^sed .*-i.*(Gemfile|Cargo\.toml|package\.json|pyproject\.toml|setup\.cfg)/;
/** What is made before this is gone. */
const CLEANS = /^git clean\b.* -\w*x/;
/** Builds whose result follows from what configured them last. */
const BUILDS_AGAIN = /^(\w+=\S+ )*(make|gmake|ninja|cmake --build)\b/;
/** A build folder that is named: it must have been configured. */
const IN_BUILD =
  /^(?:meson (?:test|compile)\b.*? -C ?([\w./-]+)|ninja\b.*? -C ?([\w./-]+)|cmake --build ["']?([\w./-]+)|ctest\b.*? --test-dir[= ]([\w./-]+))/;

/** The commands of one job in their order: what each one is to those after it. */
export class JobTrail {
  readonly facts: RepoFacts;
  /** Variables that a step set for the steps after it. */
  readonly env = new Map<string, string>();
  private before: CiPreparation[] = [];
  private readonly entries: Entry[] = [];
  private readonly about: { job?: string; rank: number };
  /** Every preparation so far, those that were cleaned away included. */
  private readonly built = new Set<string>();
  private blocks = 0;
  readonly needs = new JobNeeds();

  constructor(facts: RepoFacts, about: { job?: string; rank: number }) {
    this.facts = facts;
    this.about = about;
  }

  /** What another job made before: it is made again for the steps from here on. */
  takeOver(made: readonly CiPreparation[]): void {
    this.prepare(...made);
  }

  /** A number for the next block of lines. */
  openBlock(): number {
    this.blocks += 1;
    return this.blocks;
  }

  /** An empty trail of the same job, to look at lines without keeping them. */
  fork(): JobTrail {
    const other = new JobTrail(this.facts, this.about);
    for (const [name, value] of this.env) other.env.set(name, value);
    return other;
  }

  /** True when a line is known to prove something. */
  get isProving(): boolean {
    return this.entries.some(
      ({ role, kind }) => (role === 'proof' || role === 'prepare') && kind !== undefined && kind !== 'format',
    );
  }

  /** What the steps before this point made, for jobs that take it over. */
  get made(): readonly CiPreparation[] {
    return this.before;
  }

  add(line: TrailLine): void {
    const refusal = this.addOne(line);
    // Only once: a target may call itself.
    if (refusal !== undefined) for (const run of partsOf(line, this.facts)) this.addOne({ ...line, run });
  }

  /** Returns why the line cannot run in a plain checkout. */
  private addOne(line: TrailLine): Refusal | undefined {
    const found = this.roleOf(line);
    const { role, kind, refusal, leaves } = found;
    const { run, block } = line;
    if (looksAtTree(run)) this.judgeFormat();
    const needs = this.needs.of(line, kind);
    this.entries.push({
      command: this.commandOf(line),
      role,
      kind,
      ...(needs !== undefined && { needs }),
      ...(refusal !== undefined && { refusal }),
      rank: this.about.rank,
      packages: this.needs.packages,
      job: 2,
    });
    this.follow(role, line);
    if (OTHER_VERSIONS.test(run)) this.needs.need(`the dependencies that CI brings with ${run}`);
    if (role === 'unknown' && kind === undefined && !leaves) this.needs.followOdd({ run, block });
    if (leaves) this.prepareBy(line, found);
    return refusal;
  }

  private commandOf({ source, run, dir, step, env }: TrailLine): CiCommand {
    return {
      source,
      run: inDir(dir, run),
      ...(this.about.job !== undefined && { job: this.about.job }),
      ...(step !== undefined && { step }),
      ...(this.before.length > 0 && { before: [...this.before] }),
      ...(env.length > 0 && { env: Object.fromEntries(env) }),
    };
  }

  private prepareBy({ source, run, dir, env }: TrailLine, { installs }: LineRole): void {
    const prefix = environmentPrefix(variablesOf(readCommand(run), env));
    const made = { run: inDir(dir, withPrefix(prefix, repeatable(run))), evidence: source };
    this.prepare(installs.length > 0 ? { ...made, dir, installs } : made);
  }

  /** True where a build folder is used that the repository does not have and nothing before configured. */
  private isUnconfigured(run: string, dir: string): boolean {
    const folder = IN_BUILD.exec(run)
      ?.slice(1)
      .find((part) => part !== undefined);
    const below = `${joinDir(dir, folder ?? '') ?? ''}/`;
    return (
      folder !== undefined &&
      !this.before.some(({ run: made }) => made.includes(folder) || /\.sh\b|\bmake\b/.test(made)) &&
      !this.facts.files.paths.some((path) => path.startsWith(below))
    );
  }

  /** What a step called `Install x` builds is a program for the machine, whatever else its commands say. */
  private roleOf(line: TrailLine): LineRole {
    const { run, dir, step = '' } = line;
    const found = lineRole(run, dir, this.facts);
    const isSetup = /^(install|set ?up|download)\b(?!.*( and | & |,|\+))/i.test(step);
    if ((isSetup && found.kind !== undefined && found.kind !== 'install') || this.isUnconfigured(run, dir))
      return { role: 'machine', kind: undefined, installs: [], tools: [], leaves: false };
    const scripts = this.facts.scriptsFor(dir, run);
    const called = scriptCalls(shellSteps(run)[0]?.words ?? [], scripts)?.names ?? [];
    const text = [run, ...called.map((name) => scripts.get(name) ?? '')].join('\n');
    const refusal = this.needs.refusalOf(found, { ...line, text });
    const isWork =
      /^(proof|unknown)$/.test(found.role) || (found.role === 'prepare' && isMadeElsewhere(refusal));
    return refusal !== undefined && isWork ? { ...found, role: 'quiet', refusal, leaves: false } : found;
  }

  /** The formatters before a look at the tree judge. */
  private judgeFormat(): void {
    for (const entry of this.entries) {
      const run = entry.kind === 'format' ? judgeOf(entry.command.run) : undefined;
      if (run !== undefined)
        Object.assign(entry, { kind: 'lint', role: 'proof', command: { ...entry.command, run } });
    }
  }

  /** A line that cannot be run elsewhere: only what it starts matters. */
  skip(run: string): void {
    this.follow('machine', { run });
  }

  private follow(role: Role, { run }: { run: string }): void {
    this.needs.follow(role, run);
    if (CLEANS.test(run)) this.before = this.before.filter(({ installs }) => installs !== undefined);
  }

  private prepare(...steps: readonly CiPreparation[]): void {
    for (const step of steps) {
      const isKnown = this.before.some(({ run }) => run === step.run);
      const last = this.before.at(-1);
      if (BUILDS_AGAIN.test(step.run) && this.built.has(step.run) && last && last.run !== step.run)
        // What ran already is not run again, so the two are one: `make` behind a second `cmake .` makes something else.
        this.before.splice(-1, 1, { ...last, run: `${last.run} && ${step.run}` });
      else if (!isKnown && this.before.length < MAX_BEFORE) this.before.push(step);
      this.built.add(step.run);
    }
  }

  /** Hands the commands on. */
  close(list: CommandList): void {
    const isWork = this.entries.some(({ role }) => role === 'proof' || role === 'unknown');
    const isTest = this.entries.some(({ kind }) => kind === 'test');
    const job = isTest ? 0 : isWork ? 1 : 2;
    for (const entry of this.entries) list.add({ ...entry, job });
  }
}

/** A build of what is not here cannot be made either. */
const isMadeElsewhere = (refusal: Refusal | undefined): boolean =>
  refusal === 'needs a package that CI builds before';

/** A preparation is made again in the same checkout: `mkdir a` must not fail for what the first time left. */
const repeatable = (run: string): string => run.replace(/^mkdir (?!-)/, 'mkdir -p ');
