import type { CheckResult } from '../../api/types.ts';
import type { Check } from '../../checks/check.ts';
import { UNENDED } from '../../domain/check-words.ts';
import { StageError } from '../../domain/reasons.ts';
import { isWorse } from '../../domain/verdict.ts';
import type { Snapshot } from '../survey.ts';
import type { StageContext } from '../stage-context.ts';
import type { BaseRuns } from './base-runs.ts';
import { type CheckRun, type CheckRunner, couldNotStart } from './check-runner.ts';
import { compareRuns, FAILED_BEFORE, NOT_COMPARED, shownNames } from './compare-runs.ts';
import { lastWords } from './last-words.ts';
import type { Workspace } from './workspace.ts';

/** What judges a change: its checks on the checkout, and on the base where that can matter. */
export interface ChangeChecks {
  context: StageContext;
  workspace: Workspace;
  runner: CheckRunner;
  baseRuns: BaseRuns;
}

/**
 * Every check runs, also after one has failed: the agent gets all failures at once. `onResult` hears of each, also of the one that the end of the
 * task interrupts. Throws CheckNotRunnable.
 */
export async function checkChange(
  tools: ChangeChecks,
  snapshot: Snapshot,
  onResult: (result: CheckResult) => void,
): Promise<CheckRun[]> {
  const { workspace, context } = tools;
  const runs: CheckRun[] = [];
  for (const check of await workspace.proofs()) {
    const began = performance.now();
    const run = await runCheck(tools, check, snapshot).catch((error: unknown) => {
      if (context.signal.aborted) onResult(unended(check, began));
      throw error;
    });
    await workspace.undo(check, snapshot);
    const redefined = workspace.redefinedIn(check);
    if (redefined !== undefined) {
      run.result.note ??= `redefined by this change in ${redefined}`;
      context.log.line(`The change redefines ${check.run} in ${redefined}`);
    }
    runs.push(run);
    onResult(run.result);
  }
  return runs;
}

const unended = ({ name, run, kind }: Check, began: number): CheckResult => ({
  name,
  command: run,
  ...(kind !== 'install' && { kind }),
  result: 'skipped',
  seconds: Math.round((performance.now() - began) / 100) / 10,
  note: UNENDED,
});

async function runCheck(tools: ChangeChecks, check: Check, snapshot: Snapshot): Promise<CheckRun> {
  const { workspace, runner } = tools;
  const run = await runner.check(check, workspace.place);
  if (run.result.result === 'failed') return judgeFailure(tools, run, snapshot);
  return mayHaveLost(tools, run, snapshot) ? compared(tools, run) : run;
}

/**
 * True when a run that passed may have run fewer tests than the base: then only the base says what passing means. A run that states no tests may
 * have ended before the first one.
 */
function mayHaveLost({ workspace }: ChangeChecks, { check, tests }: CheckRun, snapshot: Snapshot): boolean {
  if (check.kind !== 'test') return false;
  return tests === undefined || tests.run === 0 || workspace.canLoseTests(check, snapshot.paths);
}

/**
 * A check named by the task must pass. Any other is compared with the base: what fails there in the same way does not fail the task. Tests are
 * tried a second time first, because the result of a flaky test proves nothing.
 */
async function judgeFailure(tools: ChangeChecks, first: CheckRun, snapshot: Snapshot): Promise<CheckRun> {
  const { context, workspace, runner, baseRuns } = tools;
  const { check } = first;
  const isNamed = (context.input.spec.checks?.length ?? 0) > 0;
  if (isNamed && couldNotStart(first)) throw notRunnable(first);
  let run = first;
  if (check.kind === 'test' && !couldNotStart(first) && !baseRuns.known(check)) {
    context.log.line(`Running ${check.run} a second time, because a test may be flaky`);
    const second = await runner.check(check, workspace.place);
    if (second.result.result === 'passed') {
      const judged = mayHaveLost(tools, second, snapshot) ? await compared(tools, second) : second;
      return {
        ...judged,
        result: { ...judged.result, note: judged.result.note ?? 'passed at the second try' },
      };
    }
    run = steadyFailures(first, second);
  }
  return isNamed ? withNames(run) : compared(tools, run);
}

/** A check that the task names is not compared: all that fails is the change's. */
const withNames = (run: CheckRun): CheckRun =>
  run.tests && run.result.tests
    ? {
        ...run,
        result: {
          ...run.result,
          tests: { ...run.result.tests, newFailures: shownNames(run.tests.failures) },
        },
      }
    : run;

/** The second run, with the failures that both runs have. */
function steadyFailures(first: CheckRun, second: CheckRun): CheckRun {
  if (!first.tests?.isNamed || !second.tests?.isNamed) return second;
  const before = new Set(first.tests.failures);
  const failures = second.tests.failures.filter((name) => before.has(name));
  return failures.length === 0 ? second : { ...second, tests: { ...second.tests, failures } };
}

async function compared(tools: ChangeChecks, run: CheckRun): Promise<CheckRun> {
  const { context, workspace, baseRuns } = tools;
  const base = await baseRuns.run(run.check, workspace.installs);
  if (!base)
    return { ...run, result: { ...run.result, base: 'unknown', note: run.result.note ?? NOT_COMPARED } };
  if (couldNotStart(run) && couldNotStart(base)) throw notRunnable(run);
  const result = compareRuns(run, base);
  if (result.result === 'failed') sayCompared(context, result);
  return { ...run, result };
}

function sayCompared({ log }: StageContext, result: CheckResult): void {
  const { newFailures = [] } = result.tests ?? {};
  if (!isWorse(result))
    log.line(
      `${result.command} ${FAILED_BEFORE}: it fails on the base commit too, and nothing new was found to fail`,
    );
  else if (newFailures.length > 0)
    log.line(
      `${newFailures.length} tests pass on the base and fail on the change: ${newFailures.join(', ')}`,
    );
  else if (result.base === 'failed')
    log.line(`${result.command} is worse than on the base: ${result.note ?? ''}`);
}

const notRunnable = ({ check, result, output }: CheckRun): StageError =>
  new StageError(
    'CheckNotRunnable',
    `${check.run} cannot start (exit code ${result.exitCode}), on the base neither: ${lastWords(output)}. Install what it needs (on a cluster in an image, --image), or say what proves a change with --check or in .bgtask.yaml.`,
  );
