import { failingLines } from '../../checks/results/failing-lines.ts';
import type { StageContext } from '../stage-context.ts';
import { type CheckRun, failureOf } from './check-runner.ts';

/** `Tests failed: npm test exited with code 1: 2 tests that pass on the base fail: adds, subtracts`. */
export function failureSentence({ result }: CheckRun, context: StageContext): string {
  const names = result.tests?.newFailures ?? [];
  const sentence = failureOf(result, context);
  if (names.length > 0 && !result.base)
    return `${sentence}: ${names.length} ${names.length === 1 ? 'test fails' : 'tests fail'}: ${names.slice(0, 5).join(', ')}`;
  if (names.length > 0)
    return `${sentence}: ${names.length} ${names.length === 1 ? 'test that passes on the base fails' : 'tests that pass on the base fail'}: ${names.slice(0, 5).join(', ')}`;
  return result.note ? `${sentence}: ${result.note}` : sentence;
}

/** Lines of output that close a failing log after the failures themselves. */
const TAIL_LINES = 12;

/** The end of a failing log shows the failures, then the end of the output. */
export function closeWithFailures({ log }: StageContext, failed: readonly CheckRun[]): void {
  for (const { check, output } of failed) {
    const lines = output.trimEnd().split('\n');
    const failures = failingLines(output);
    if (failures.length > 0) log.line(`Failures of ${check.run}:`);
    for (const line of failures) log.line(`  ${line}`);
    log.line(`The end of the output of ${check.run}:`);
    for (const line of lines.slice(-TAIL_LINES)) log.line(`  ${line}`);
  }
}
