import type { Check } from '../../checks/check.ts';
import { messageOf } from '../../domain/errors.ts';
import { inWorkspace } from '../stage-context.ts';
import type { CheckPlace, CheckRun, CheckRunner } from './check-runner.ts';
import { openPlace, type PlaceTools } from './open-place.ts';

/** Runs of checks on the base commit, in a phase of its own. Each check runs there once at most. */
export class BaseRuns {
  readonly #tools: PlaceTools;
  readonly #runner: CheckRunner;
  readonly #runs = new Map<string, CheckRun | undefined>();
  #place: Promise<CheckPlace | undefined> | undefined;

  constructor(tools: PlaceTools, runner: CheckRunner) {
    this.#tools = tools;
    this.#runner = runner;
  }

  /** The run that was made before, if there is one. */
  known(check: Check): CheckRun | undefined {
    return this.#runs.get(check.run);
  }

  /** How a check ends on the base; undefined when the base cannot be prepared, and nothing can be said. Call it in the phase `change`. */
  async run(check: Check, installs: readonly Check[]): Promise<CheckRun | undefined> {
    if (this.#runs.has(check.run)) return this.#runs.get(check.run);
    const { context, phases } = this.#tools;
    try {
      this.#place ??= this.#prepare(installs);
      const place = await this.#place;
      if (place) {
        await phases.enter('base');
        context.log.line(`Running ${check.run} on the base commit, to compare`);
      }
      const run = place && (await this.#runner.check(check, place));
      this.#runs.set(check.run, run);
      return run;
    } finally {
      await phases.enter('change');
    }
  }

  async #prepare(installs: readonly Check[]): Promise<CheckPlace | undefined> {
    const { context, installed } = this.#tools;
    const { log } = context;
    const dir = inWorkspace(context.paths.workspace).checkout;
    const isInstalled = installed.isKept;
    try {
      await openPlace(this.#tools, { phase: 'base', isInstalled });
    } catch (error) {
      context.signal.throwIfAborted();
      log.line(`The base commit cannot be checked out for comparison: ${messageOf(error)}`);
      return undefined;
    }
    for (const step of isInstalled ? [] : installs) {
      const outcome = await this.#runner.command(step.run, dir, { isInstall: true });
      if (outcome.exitCode !== 0) {
        log.line(`${step.run} fails on the base commit, so its checks cannot be compared`);
        return undefined;
      }
    }
    return { dir, isBase: true, prepared: new Map() };
  }
}
