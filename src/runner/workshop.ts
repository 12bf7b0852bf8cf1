import type { CheckResult } from '../api/types.ts';
import { plainText } from '../domain/text.ts';
import type { Check, RepoFiles } from '../checks/check.ts';
import { detectChecks } from '../checks/detect.ts';
import { readRepo } from '../checks/repo-files.ts';
import { definitionsOf, redefinedIn } from './definitions.ts';
import { readable } from './git.ts';
import type { Prover } from './proof.ts';
import type { Snapshot, Snapshots } from './snapshot.ts';
import { inWorkspace, type StageContext } from './stage-context.ts';

/** Files whose change means that dependencies are installed anew before the checks. */
const MANIFEST =
  /(^|\/)(package(-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|pyproject\.toml|requirements[^/]*\.txt|uv\.lock|poetry\.lock|Gemfile(\.lock)?|composer\.(json|lock)|mix\.(exs|lock)|go\.(mod|sum)|Cargo\.(toml|lock))$/;

/** A task that is about formatting may have its formatters touch every file. */
const ABOUT_FORMATTING = /\b(re)?format(s|ted|ting|ter|ters)?\b|\b(prettier|black|gofmt|rustfmt|biome)\b/i;

const named = (paths: readonly string[]): string => {
  const shown = paths.slice(0, 5).map((path) => plainText(JSON.stringify(readable(path)).slice(1, -1)));
  return `${shown.join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`;
};

/** A formatter writes and judges nothing: one that could not run fails no task, and says so. */
const formatterResult = (result: CheckResult): CheckResult =>
  result.result === 'passed'
    ? result
    : {
        ...result,
        result: 'skipped',
        note:
          result.exitCode === undefined ? 'it did not end in time' : `it exited with code ${result.exitCode}`,
      };

const judges = (checks: readonly Check[]): Check[] =>
  checks.filter((check) => check.kind !== 'install' && check.kind !== 'format');

/** The checkout as a place of work: dependencies, formatters and the list of checks, around the snapshots. */
export class Workshop {
  readonly #context: StageContext;
  readonly #prover: Prover;
  readonly #snapshots: Snapshots;
  readonly #base: string;
  readonly #formatted = new Map<string, CheckResult>();
  /** What each judge's command meant on the base, by the command. */
  readonly #definitions = new Map<string, Map<string, string>>();
  #installed = false;
  checks: Check[] = [];

  constructor(context: StageContext, prover: Prover, snapshots: Snapshots, base: string) {
    this.#context = context;
    this.#prover = prover;
    this.#snapshots = snapshots;
    this.#base = base;
  }

  get installs(): Check[] {
    return this.checks.filter((check) => check.kind === 'install');
  }

  /** Detects the checks on the base, before anybody could change them, and installs dependencies. */
  async prepare(): Promise<void> {
    const { log } = this.#context;
    const files = this.#files();
    const found = this.#detect(files);
    this.checks = found.checks;
    for (const check of this.checks) this.#definitions.set(check.run, definitionsOf(check, files));
    for (const note of found.notes) log.line(note);
    for (const check of this.checks) log.line(`Found ${check.kind}: ${check.run} (${check.evidence})`);
    if (this.checks.every((check) => check.kind === 'install' || check.kind === 'format'))
      log.line(
        'No linters, type checks or tests were found in this repository. Name them in .bgtask.yaml or with --check.',
      );
    this.#installed = await this.#install();
    const touched = await this.#snapshots.changedSince(this.#base);
    if (touched.length > 0) {
      log.line(`Installing changed tracked files, which are put back: ${named(touched)}`);
      await this.#snapshots.restore(this.#base, touched);
    }
    await this.#snapshots.forgetUntracked();
  }

  /** Formatters, then the snapshot. Dependencies are installed again when the change touched what names them. */
  async finish(): Promise<Snapshot> {
    const { log } = this.#context;
    const raw = await this.#snapshots.take();
    if (raw.nested.length > 0)
      log.line(`Repositories inside the checkout are no part of the change: ${named(raw.nested)}`);
    if (raw.forced.length > 0)
      log.line(`The agent added ignored files, which are part of the change: ${named(raw.forced)}`);
    if (raw.locks.length > 0)
      log.line(
        `Installing dependencies wrote ${named(raw.locks)}, which is no part of the change. Name it in the instructions to have it.`,
      );
    if (raw.paths.length === 0) return raw;
    if (!this.#installed || raw.paths.some((path) => MANIFEST.test(path))) {
      this.#installed = await this.#install();
      if (!this.#installed) log.line('The checks run all the same');
      await this.#snapshots.restore(raw.commit, await this.#snapshots.changedSince(raw.commit));
      await this.#snapshots.forgetUntracked();
    }
    const formatters = this.checks.filter((check) => check.kind === 'format');
    for (const formatter of formatters) await this.#format(formatter, raw);
    return formatters.length > 0 ? this.#snapshots.take() : raw;
  }

  /** The judges: those found on the base, and those that the change itself brings; none is ever taken away. */
  async proofs(): Promise<Check[]> {
    const before = judges(this.checks);
    const known = new Set(before.map((check) => check.run));
    const names = new Set(before.map((check) => check.name));
    const brought = judges(this.#detect(this.#files()).checks).filter(
      (check) => !known.has(check.run) && !names.has(check.name),
    );
    for (const check of brought)
      this.#context.log.line(`The change brings ${check.kind}: ${check.run} (${check.evidence})`);
    return [...before, ...brought];
  }

  /** Puts back what a check changed in tracked files, and says so. */
  async undo(check: Check, snapshot: Snapshot): Promise<void> {
    const changed = await this.#snapshots.changedSince(snapshot.commit);
    if (changed.length === 0) return;
    this.#context.log.line(`${check.run} changed tracked files, which are put back: ${named(changed)}`);
    await this.#snapshots.restore(snapshot.commit, changed);
  }

  /** What the formatters did, for the report. */
  get formatResults(): CheckResult[] {
    return [...this.#formatted.values()];
  }

  /** The file of the change that gave a check another meaning than it has on the base. */
  redefinedIn(check: Check): string | undefined {
    return redefinedIn(this.#definitions.get(check.run) ?? new Map(), this.#files());
  }

  /** The checks have run: what they left behind is no part of a change that the agent makes next. */
  async afterProofs(): Promise<void> {
    await this.#snapshots.forgetUntracked();
  }

  #files(): RepoFiles {
    return readRepo(inWorkspace(this.#context.paths.workspace).checkout);
  }

  #detect(files: RepoFiles): { checks: Check[]; notes: string[] } {
    return detectChecks(files, this.#context.input.spec.checks);
  }

  async #install(): Promise<boolean> {
    const { log, paths } = this.#context;
    for (const step of this.installs) {
      log.line(`Installing dependencies: ${step.run}`);
      const outcome = await this.#prover.command(step.run, inWorkspace(paths.workspace).checkout);
      if (outcome.exitCode !== 0) {
        log.line(
          `Installing dependencies failed: ${step.run} ${outcome.timedOut ? 'did not end in time' : `exited with code ${outcome.exitCode}`}`,
        );
        return false;
      }
    }
    return true;
  }

  /** A formatter writes; of what it writes only files of the change stay, unless the task is about formatting. */
  async #format(formatter: Check, change: Snapshot): Promise<void> {
    const { log, input } = this.#context;
    const ran = await this.#prover.check(formatter);
    this.#formatted.set(formatter.run, formatterResult(ran.result));
    if (ABOUT_FORMATTING.test(input.spec.prompt ?? '')) return;
    const own = new Set(change.paths);
    const others = (await this.#snapshots.changedSince(change.commit)).filter((path) => !own.has(path));
    if (others.length > 0) {
      log.line(
        `${formatter.run} also formatted files outside the change, which are put back: ${named(others)}`,
      );
      await this.#snapshots.restore(change.commit, others);
    }
    await this.#snapshots.forgetUntracked();
  }
}
