import type { CheckResult } from '../../api/types.ts';
import type { Check, CheckKind } from '../../checks/check.ts';
import { collectResults } from '../../checks/results/collect.ts';
import { withReports } from '../../checks/results/junit-xml.ts';
import { withoutFolders } from '../../checks/results/lines.ts';
import type { TestResults } from '../../checks/results/results.ts';
import { extraEnv } from '../../checks/results/sources.ts';
import { checkFailure, checkTitle } from '../../domain/check-words.ts';
import type { Step } from '../../domain/progress.ts';
import { type ProcessOutcome, runProcess } from '../process.ts';
import type { StageContext } from '../stage-context.ts';
import type { Phases } from './phases.ts';
import { readReports } from './test-reports.ts';

/** One run of a check: what it came to and what it printed. */
export interface CheckRun {
  check: Check;
  result: CheckResult;
  /** What its output says about its tests; undefined when it states no count. */
  tests?: TestResults;
  /** The end of its output, at most OUTPUT_BYTES; paths are relative to the checkout, which is gone after the task. */
  output: string;
  /** The folder that it ran in. */
  dir: string;
}

/** A checkout in which checks run. `prepared` are the commands that ran there before a check, each once, with how they ended. */
export interface CheckPlace {
  dir: string;
  /** True for a checkout of the base: what runs there is no step of the task. */
  isBase?: boolean;
  prepared: Map<string, ProcessOutcome>;
}

interface Ended {
  check: Check;
  place: CheckPlace;
  outcome: ProcessOutcome;
  tests?: TestResults;
  note?: string;
}

/** Bytes of output that are kept: failing tests are found in them. */
const OUTPUT_BYTES = 1_048_576;
/** sh's own codes for a program that cannot be run and for one that is not there (POSIX, 2.8.2). */
const NOT_RUNNABLE: ReadonlySet<number | undefined> = new Set([126, 127]);

const STEP_OF: Partial<Record<CheckKind, Step>> = {
  format: 'format',
  lint: 'lint',
  typecheck: 'typecheck',
  test: 'test',
};

/** True when the check could not start: its program is missing or not executable. */
export const couldNotStart = ({ result }: CheckRun): boolean => NOT_RUNNABLE.has(result.exitCode);

/** Runs commands in the room of the phase that has the folders: a clean environment, no terminal, a time limit each. */
export class CheckRunner {
  readonly #context: StageContext;
  readonly #phases: Phases;

  constructor(context: StageContext, phases: Phases) {
    this.#context = context;
    this.#phases = phases;
  }

  /** Runs one command in a folder; its output goes to the log. `env` is added to the environment. */
  async command(
    run: string,
    dir: string,
    {
      onLine,
      env,
      isInstall = false,
    }: { onLine?: (line: string) => void; env?: Record<string, string>; isInstall?: boolean } = {},
  ): Promise<ProcessOutcome> {
    const { input, log, signal } = this.#context;
    const { space } = this.#phases;
    const { room, env: own } = isInstall ? (space.install ?? space) : space;
    const outcome = await runProcess(
      room.enter({
        command: 'sh',
        // One pipe for both streams keeps their order: cargo names its suites on the one and its tests on the other.
        args: ['-c', `exec 2>&1\n${run}`],
        cwd: dir,
        env: { ...own, ...env },
        onLine: (line) => {
          log.line(line);
          onLine?.(line);
        },
        timeLimit: input.limits.checkSeconds,
        signal,
        tailBytes: OUTPUT_BYTES,
      }),
    );
    signal.throwIfAborted();
    return outcome;
  }

  /** Has the shell read a command without running it; exit code 0 for valid syntax. */
  syntax(run: string, dir: string): Promise<ProcessOutcome> {
    return runProcess({ command: 'sh', args: ['-n', '-c', run], cwd: dir, env: this.#phases.space.env });
  }

  /** The version that a program prints of itself, asked outside of the checkout, whose files may choose another one; undefined when it prints none. */
  async version(program: string, dir: string): Promise<string | undefined> {
    const { room, env } = this.#phases.space;
    const { signal } = this.#context;
    const args = ['-c', `cd / && exec ${program} --version`];
    const outcome = await runProcess(
      room.enter({ command: 'sh', args, cwd: dir, env, timeLimit: 30, signal }),
    );
    signal.throwIfAborted();
    return /\d+\.\d+[\w.-]*/.exec(outcome.tail)?.[0];
  }

  /** The PATH of the commands that it runs. */
  get path(): string {
    return this.#phases.space.env['PATH'] ?? '';
  }

  /** Runs a check, and the commands that CI runs before it, each of those once in a place. */
  async check(check: Check, place: CheckPlace): Promise<CheckRun> {
    const { log } = this.#context;
    const step = STEP_OF[check.kind];
    if (step && !place.isBase) log.step(step, check.run);
    const failed = await this.#prepare(check, place);
    if (failed)
      return this.#run({
        check,
        place,
        outcome: failed.outcome,
        note: `${failed.run} failed, which runs before it`,
      });
    const { outcome, tests } =
      check.kind === 'test'
        ? await this.#tests(check, place.dir)
        : {
            outcome: await this.command(check.run, place.dir, { isInstall: this.#reachesRegistries(check) }),
          };
    place.prepared.set(check.run, outcome);
    return this.#run({ check, place, outcome, tests });
  }

  /** Installs do, and what downloads dependencies while it runs, unless settings forbid it. */
  #reachesRegistries({ kind, downloads }: { kind?: CheckKind; downloads?: true }): boolean {
    const { network } = this.#context.input;
    return kind === 'install' || (downloads === true && network?.checks !== 'none');
  }

  /** Runs a command of tests and reads their results: what it prints, and the reports that it writes. */
  async #tests(check: Check, dir: string): Promise<{ outcome: ProcessOutcome; tests?: TestResults }> {
    const { run } = check;
    const results = collectResults([dir]);
    const began = Date.now();
    const outcome = await this.command(run, dir, {
      onLine: (line) => results.line(line),
      env: extraEnv(run, this.#phases.space.env),
      isInstall: this.#reachesRegistries(check),
    });
    return { outcome, tests: withReports(results.end(), await readReports(run, dir, began)) };
  }

  async #prepare(
    check: Check,
    place: CheckPlace,
  ): Promise<{ run: string; outcome: ProcessOutcome } | undefined> {
    let isChanged = false;
    for (const step of check.before ?? []) {
      const { run } = step;
      let outcome = isChanged ? undefined : place.prepared.get(run);
      if (!outcome) {
        // What ran earlier worked on another state: the steps after this one run again.
        isChanged = true;
        this.#context.log.line(`Running before ${check.name}: ${run}`);
        outcome = await this.command(run, place.dir, { isInstall: this.#reachesRegistries(step) });
        place.prepared.set(run, outcome);
      }
      if (outcome.exitCode !== 0) return { run, outcome };
    }
    return undefined;
  }

  #run({ check, place, outcome, tests, note }: Ended): CheckRun {
    const passed = outcome.exitCode === 0 && !outcome.timedOut;
    const result: CheckResult = {
      name: check.name,
      command: check.run,
      ...(check.kind !== 'install' && { kind: check.kind }),
      result: passed ? 'passed' : 'failed',
      ...(!outcome.timedOut && { exitCode: outcome.exitCode ?? -1 }),
      seconds: Math.round(outcome.seconds * 10) / 10,
      ...(note && { note }),
      ...(tests && {
        tests: { run: tests.run, passed: tests.passed, failed: tests.failed, skipped: tests.skipped },
      }),
    };
    const where = place.isBase ? 'On the base commit: ' : '';
    const counts = tests
      ? `: ${tests.run} ${tests.run === 1 ? 'test' : 'tests'}, ${tests.failed} failed, ${tests.skipped} skipped`
      : '';
    this.#context.log.line(
      passed
        ? `${where}${checkTitle(check.name)} passed (${outcome.seconds.toFixed(1)} s)${counts}`
        : `${where}${failureOf(result, this.#context)}${counts}`,
    );
    const output = withoutFolders(outcome.tail, [place.dir]);
    return { check, result, output, dir: place.dir, ...(tests && { tests }) };
  }
}

/** The sentence of a check that failed. */
export const failureOf = (result: CheckResult, context: StageContext): string =>
  checkFailure(result.name, result.command ?? '', result.exitCode, context.input.limits.checkSeconds);
