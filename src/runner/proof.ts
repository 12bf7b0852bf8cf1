import { rm } from 'node:fs/promises';
import type { CheckResult } from '../api/types.ts';
import { checkFailure, checkWord } from '../domain/check-words.ts';
import { messageOf } from '../domain/errors.ts';
import type { Step } from '../domain/progress.ts';
import type { Check, CheckKind } from '../checks/check.ts';
import { git } from './git.ts';
import { type ProcessOutcome, runProcess } from './process.ts';
import { inWorkspace, type StageContext } from './stage-context.ts';

/** One command that ran, with what it said last. */
export interface Ran {
  check: Check;
  result: CheckResult;
  /** The end of its output, for the agent. */
  tail: string;
}

const STEP_OF: Partial<Record<CheckKind, Step>> = {
  format: 'format',
  lint: 'lint',
  typecheck: 'typecheck',
  test: 'test',
};
/** What a check's exit looks like when its program is not there: sh's own code. */
const NOT_FOUND = 127;
/** The note of a check that fails on the base too. */
export const FAILED_BEFORE = 'failed before the change';

/** Runs commands in the untrusted zone: a clean environment, no terminal, a time limit each. */
export class Prover {
  readonly #context: StageContext;
  readonly #env: Record<string, string>;
  /** Whether a check fails on the base, by its command; worked out once each, when first asked. */
  readonly #onBase = new Map<string, boolean>();
  #baseReady: Promise<boolean> | undefined;

  constructor(context: StageContext, env: Record<string, string>) {
    this.#context = context;
    this.#env = env;
  }

  /** Runs one command in a folder; its output goes to the log. */
  async command(run: string, cwd: string): Promise<ProcessOutcome> {
    const { input, log, signal } = this.#context;
    const outcome = await runProcess({
      command: 'sh',
      args: ['-c', run],
      cwd,
      env: this.#env,
      onLine: (line) => log.line(line),
      timeLimit: input.limits.checkSeconds,
      signal,
      tailBytes: 12_288,
    });
    signal.throwIfAborted();
    return outcome;
  }

  /** Runs a check in the checkout and says how it went. */
  async check(check: Check): Promise<Ran> {
    const { paths, log } = this.#context;
    const step = STEP_OF[check.kind];
    if (step) log.step(step, check.run);
    const outcome = await this.command(check.run, inWorkspace(paths.workspace).checkout);
    const passed = outcome.exitCode === 0 && !outcome.timedOut;
    const result: CheckResult = {
      name: check.name,
      command: check.run,
      result: passed ? 'passed' : 'failed',
      ...(!outcome.timedOut && { exitCode: outcome.exitCode ?? -1 }),
      seconds: Math.round(outcome.seconds * 10) / 10,
      ...(outcome.exitCode === NOT_FOUND && { note: 'a program it needs is not installed' }),
    };
    if (passed) log.line(`${checkWord(check.name)} passed (${outcome.seconds.toFixed(1)} s)`);
    else log.line(failureOf(result, this.#context));
    return { check, result, tail: outcome.tail };
  }

  /** True when a check that failed on the change fails on the base commit too, in a checkout and with dependencies of its own. */
  async failsOnBase(check: Check, install: readonly Check[]): Promise<boolean> {
    const known = this.#onBase.get(check.run);
    if (known !== undefined) return known;
    const { paths, log } = this.#context;
    const { baseCheck } = inWorkspace(paths.workspace);
    this.#baseReady ??= this.#prepareBase(install);
    const ready = await this.#baseReady;
    let fails = false;
    if (ready) {
      log.line(`Running ${check.run} on the base commit, to see whether it failed before the change`);
      const outcome = await this.command(check.run, baseCheck);
      fails = outcome.exitCode !== 0 || outcome.timedOut;
    }
    this.#onBase.set(check.run, fails);
    return fails;
  }

  async #prepareBase(install: readonly Check[]): Promise<boolean> {
    const { paths, log } = this.#context;
    const { base, baseCheck } = inWorkspace(paths.workspace);
    try {
      await rm(baseCheck, { recursive: true, force: true });
      await git(['clone', '--quiet', '--shared', '--no-tags', base, baseCheck]);
    } catch (error) {
      log.line(`The base commit cannot be checked out for comparison: ${messageOf(error)}`);
      return false;
    }
    for (const step of install) {
      const outcome = await this.command(step.run, baseCheck);
      if (outcome.exitCode !== 0) {
        log.line(`${step.run} fails on the base commit, so nothing can be said of the checks there`);
        return false;
      }
    }
    return true;
  }
}

/** The sentence of a check that failed. */
export const failureOf = (result: CheckResult, context: StageContext): string =>
  checkFailure(result.name, result.command ?? '', result.exitCode, context.input.limits.checkSeconds);
