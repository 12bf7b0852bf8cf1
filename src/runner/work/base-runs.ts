import { rm } from 'node:fs/promises';
import type { Check } from '../../checks/check.ts';
import { messageOf } from '../../domain/errors.ts';
import { checkOut } from '../checkout.ts';
import { inWorkspace, type StageContext } from '../stage-context.ts';
import type { CheckPlace, CheckRun, CheckRunner } from './check-runner.ts';

/** Runs of checks on the base commit, in a checkout and with dependencies of their own. Each check runs there once at most. */
export class BaseRuns {
  readonly #context: StageContext;
  readonly #runner: CheckRunner;
  readonly #base: string;
  readonly #runs = new Map<string, CheckRun | undefined>();
  #place: Promise<CheckPlace | undefined> | undefined;

  constructor(context: StageContext, runner: CheckRunner, base: string) {
    this.#context = context;
    this.#runner = runner;
    this.#base = base;
  }

  /** The run that was made before, if there is one. */
  known(check: Check): CheckRun | undefined {
    return this.#runs.get(check.run);
  }

  /** How a check ends on the base; undefined when the base cannot be prepared, and nothing can be said. */
  async run(check: Check, installs: readonly Check[]): Promise<CheckRun | undefined> {
    if (this.#runs.has(check.run)) return this.#runs.get(check.run);
    this.#place ??= this.#prepare(installs);
    const place = await this.#place;
    if (place) this.#context.log.line(`Running ${check.run} on the base commit, to compare`);
    const run = place && (await this.#runner.check(check, place));
    this.#runs.set(check.run, run);
    return run;
  }

  async #prepare(installs: readonly Check[]): Promise<CheckPlace | undefined> {
    const { paths, log } = this.#context;
    const { base, baseCheck, modules, lfs } = inWorkspace(paths.workspace);
    try {
      await rm(baseCheck, { recursive: true, force: true });
      await checkOut({ base, modules, lfs }, baseCheck, this.#base);
    } catch (error) {
      log.line(`The base commit cannot be checked out for comparison: ${messageOf(error)}`);
      return undefined;
    }
    for (const step of installs) {
      const outcome = await this.#runner.command(step.run, baseCheck);
      if (outcome.exitCode !== 0) {
        log.line(`${step.run} fails on the base commit, so its checks cannot be compared`);
        return undefined;
      }
    }
    return { dir: baseCheck, isBase: true, prepared: new Map() };
  }
}
