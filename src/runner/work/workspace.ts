import { isWorse } from '../../domain/verdict.ts';
import type { CheckResult } from '../../api/types.ts';
import type { Check, Detection, RepoFiles } from '../../checks/check.ts';
import { detectChecks } from '../../checks/detect.ts';
import { leaveOutAbsent, type LeftOut, leftOutResult, leftOutSentence } from '../../checks/left-out.ts';
import { isManifest } from '../../checks/plugs.ts';
import { readRepo } from '../../checks/repo-files.ts';
import { definitionsOf, redefinedIn } from '../definitions.ts';
import type { Snapshots } from '../snapshot.ts';
import type { Snapshot } from '../survey.ts';
import { inWorkspace, type StageContext } from '../stage-context.ts';
import type { CheckPlace, CheckRun, CheckRunner } from './check-runner.ts';
import { formatterResult } from './formatter-result.ts';
import { isAboutFormatting } from './about-formatting.ts';
import { isOnPath } from '../../engine/on-path.ts';
import { preflight } from './preflight.ts';
import { installFailure } from './install-failure.ts';
import { named, saySnapshot } from './say-snapshot.ts';
import { openPlace, type PlaceTools } from './open-place.ts';
import { concernsTests, testSections } from './test-files.ts';

/** Checks that prove something; the others prepare. */
const proofsOf = (checks: readonly Check[]): Check[] =>
  checks.filter((check) => check.kind !== 'install' && check.kind !== 'format');

/** The checkout and what is done in it around the agent: dependencies, formatters, the list of checks, snapshots. */
export class Workspace {
  readonly #context: StageContext;
  readonly #runner: CheckRunner;
  readonly #snapshots: Snapshots;
  readonly #tools: PlaceTools;
  readonly #base: string;
  readonly #formatted = new Map<string, CheckResult>();
  /** What each check's command means on the base, by the command. */
  readonly #definitions = new Map<string, Map<string, string>>();
  #testSections = '';
  checks: Check[] = [];
  #left: LeftOut[] = [];
  /** Commands of the repository's own checks, in whose place the task names others. */
  replaced: string[] = [];
  /** Where the checks run; a new one for each round. */
  place: CheckPlace;
  #repo: RepoFiles | undefined;
  /** Files outside the change that the formatters changed in this round and that were put back. */
  #putBack: string[] = [];

  constructor(tools: PlaceTools, runner: CheckRunner, snapshots: Snapshots, base: string) {
    this.#context = tools.context;
    this.#runner = runner;
    this.#snapshots = snapshots;
    this.#tools = tools;
    this.#base = base;
    this.place = this.#newPlace();
  }

  get installs(): Check[] {
    return this.checks.filter(({ kind }) => kind === 'install');
  }

  /**
   * Detects the checks on the base, before anything could change them, installs dependencies, and looks whether the checks can start. Throws
   * EnvironmentNotReady and CheckNotRunnable: a change does not cause these, so the agent is not run.
   */
  async prepare(): Promise<void> {
    const { log } = this.#context;
    const files = this.#files();
    const found = this.#detect(files);
    const here = { dir: this.place.dir, path: this.#runner.path };
    const { checks, left } = leaveOutAbsent(found.checks, files, (program) => isOnPath(program, here));
    this.checks = checks;
    this.#left = left;
    this.replaced = found.replaced ?? [];
    this.#testSections = testSections(files);
    for (const check of this.checks) this.#definitions.set(check.run, definitionsOf(check, files));
    for (const note of found.notes) log.line(note);
    for (const check of this.checks) log.line(`Found ${check.kind}: ${check.run} (${check.evidence})`);
    for (const one of left) log.line(leftOutSentence(one));
    if (proofsOf(this.checks).length === 0)
      log.line(
        'No linters, type checks or tests were found in this repository. Name them in .bgtask.yaml or with --check.',
      );
    const look = preflight(this.#runner, { checks: this.checks, files, dir: this.place.dir });
    await look.before();
    const failed = await this.#install();
    if (failed) throw await installFailure(this.#runner, failed, files);
    await look.after();
    const touched = await this.#snapshots.changedSince(this.#base);
    if (touched.length > 0) {
      log.line(`Installing changed tracked files, which are put back: ${named(touched)}`);
      await this.#snapshots.restore(this.#base, touched);
    }
    await this.#snapshots.forgetUntracked();
    await this.#tools.installed.keep(this.#snapshots.untracked);
    await this.#tools.phases.open('agent');
    await this.#tools.phases.enter('agent');
  }

  /** Formatters, then the snapshot. For formatters dependencies are installed again when the change touched what names them; `failed` says that this failed. */
  async finish(): Promise<{ snapshot: Snapshot; failed?: CheckRun }> {
    const { log } = this.#context;
    this.place = this.#newPlace();
    this.#putBack = [];
    const raw = await this.#snapshots.take();
    saySnapshot(log, raw);
    if (raw.paths.length === 0) return { snapshot: raw };
    const formatters = this.checks.filter((check) => check.kind === 'format');
    if (formatters.length > 0 && raw.paths.some(isManifest)) {
      const failed = await this.#install();
      await this.#snapshots.restore(raw.commit, await this.#snapshots.changedSince(raw.commit));
      await this.#snapshots.forgetUntracked();
      if (failed) return { snapshot: raw, failed };
    }
    for (const formatter of formatters) await this.#format(formatter, raw);
    return { snapshot: formatters.length > 0 ? await this.#snapshots.take() : raw };
  }

  /**
   * A snapshot with what the formatters also changed and was put back, where a linter fails without it: a formatter's new version has a new
   * style, and its linter wants it everywhere. Undefined when there is no such case.
   */
  async withAllFormatting(results: readonly CheckResult[]): Promise<Snapshot | undefined> {
    const wanted = this.#putBack.length > 0 && results.some((one) => one.kind === 'lint' && isWorse(one));
    if (!wanted) return undefined;
    this.#context.log.line(
      `A linter fails while the formatters' changes to other files are put back; trying with them: ${named(this.#putBack)}`,
    );
    for (const check of this.checks) if (check.kind === 'format') await this.#runner.check(check, this.place);
    this.place = this.#newPlace();
    return this.#snapshots.take();
  }

  /**
   * Gives the checks a checkout of the snapshot, and of what the agent left nothing else. Dependencies are those from before the agent, unless
   * the change touches what names them: then they are installed for it, and the result is the run that failed, if one did.
   */
  async enterChange(snapshot: Snapshot): Promise<CheckRun | undefined> {
    const { commit, moved, paths } = snapshot;
    const isInstalled = this.#tools.installed.isKept && !paths.some(isManifest);
    await openPlace(this.#tools, { phase: 'change', change: commit, moved, isInstalled });
    this.place = this.#newPlace();
    const failed = isInstalled ? undefined : await this.#install();
    if (!isInstalled) await this.resetTo(snapshot);
    return failed;
  }

  /** Puts every tracked file back to a snapshot. */
  async resetTo({ commit }: Snapshot): Promise<void> {
    await this.#snapshots.restore(commit, await this.#snapshots.changedSince(commit));
  }

  /** The checks to run: those found on the base, and those that the change itself brings; none is ever taken away. */
  async proofs(): Promise<Check[]> {
    const before = proofsOf(this.checks);
    const all = [...before, ...this.#left.map(({ check }) => check)];
    const known = new Set(all.map((check) => check.run));
    const names = new Set(all.map((check) => check.name));
    const brought = proofsOf(this.#detect(this.#files()).checks).filter(
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

  /** For the report: what the formatters did, and the checks that cannot run here. */
  get ownResults(): CheckResult[] {
    const left = this.#left.flatMap((one) => leftOutResult(one) ?? []);
    return [...this.#formatted.values(), ...left];
  }

  /** The file of the change that gave a check another meaning than it has on the base. */
  redefinedIn(check: Check): string | undefined {
    return redefinedIn(this.#definitions.get(check.run) ?? new Map(), this.#files());
  }

  /** True when tests can be lost by a change: it touches tests, their configuration, or what the check's command means. */
  canLoseTests(check: Check, paths: readonly string[]): boolean {
    return (
      concernsTests(paths) ||
      this.redefinedIn(check) !== undefined ||
      testSections(this.#files()) !== this.#testSections
    );
  }

  #newPlace(): CheckPlace {
    this.#repo = undefined;
    return { dir: inWorkspace(this.#context.paths.workspace).checkout, prepared: new Map() };
  }

  #files(): RepoFiles {
    return (this.#repo ??= readRepo(this.place.dir));
  }

  #detect(files: RepoFiles): Detection {
    return detectChecks(files, this.#context.input.spec.checks);
  }

  /** Runs every install command; the first that fails. */
  async #install(): Promise<CheckRun | undefined> {
    for (const step of this.installs) {
      this.#context.log.line(`Installing dependencies: ${step.run}`);
      const run = await this.#runner.check(step, this.place);
      if (run.result.result === 'failed') return run;
    }
    return undefined;
  }

  /** A formatter writes; of what it writes only files of the change stay, unless the task is about formatting. */
  async #format(formatter: Check, change: Snapshot): Promise<void> {
    const { log, input } = this.#context;
    const ran = await this.#runner.check(formatter, this.place);
    this.#formatted.set(formatter.run, formatterResult(ran.result));
    const own = new Set(change.paths);
    const others = (await this.#snapshots.changedSince(change.commit)).filter((path) => !own.has(path));
    if (isAboutFormatting(input.spec.prompt ?? '')) {
      if (others.length > 0)
        log.line(
          `The task is about formatting: ${formatter.run} also formatted files that the agent did not change: ${named(others)}`,
        );
      return;
    }
    if (others.length > 0) {
      log.line(
        `${formatter.run} also formatted files outside the change, which are put back: ${named(others)}`,
      );
      await this.#snapshots.restore(change.commit, others);
      this.#putBack.push(...others);
    }
    await this.#snapshots.forgetUntracked();
  }
}
