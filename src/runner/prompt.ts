import type { Check } from '../checks/check.ts';
import type { CheckRun } from './work/check-runner.ts';
import { plainText, tailBytes } from '../domain/text.ts';

/** Bytes of a failing check's output that go back to the agent. */
const FEEDBACK_BYTES = 8192;

const list = (checks: readonly Check[]): string => checks.map((check) => `- ${check.run}`).join('\n');

/** What the agent is told besides the task's own words: where its work ends and how it will be judged. */
export function firstPrompt(prompt: string, checks: readonly Check[]): string {
  const proofs = checks.filter((check) => check.kind !== 'install' && check.kind !== 'format');
  return [
    prompt.trim(),
    '',
    'You work unattended in a checkout of the repository; no user can answer questions. Edit the files in place.',
    'Do not commit, push, switch branches or open pull requests: what the files hold when you end is the change, and it is committed, checked and published for you.',
    'Leave no scratch files behind.',
    ...(proofs.length > 0 ? ['When you end, these commands are run and must succeed:', list(proofs)] : []),
  ].join('\n');
}

const newFailures = ({ tests }: CheckRun['result']): string[] =>
  tests?.newFailures?.length ? [`Tests that pass without your change: ${tests.newFailures.join(', ')}`] : [];

/** What failing checks printed, each after its command. */
export const failureOutput = (failed: readonly CheckRun[]): string =>
  failed
    .map(({ check, result, output }) =>
      [
        `$ ${check.run}`,
        plainText(tailBytes(output, FEEDBACK_BYTES)).trimEnd(),
        result.exitCode === undefined ? '(it did not end in time)' : `(exit code ${result.exitCode})`,
        ...newFailures(result),
      ].join('\n'),
    )
    .join('\n\n');

/** What the agent is told when checks failed on its change. */
export const repairPrompt = (prompt: string, failed: readonly CheckRun[], continued: boolean): string =>
  [
    ...(continued ? [] : ['You made a change for this task:', '', prompt.trim(), '']),
    'These checks failed on your change. Fix the change so that they pass. Do not weaken, skip or delete checks or tests.',
    '',
    failureOutput(failed),
  ].join('\n');

/** What the agent is told when the change of an earlier attempt is in the checkout already. */
export const continuePrompt = (
  prompt: string,
  { error, output }: { error?: string; output?: string },
): string =>
  [
    prompt,
    '',
    'An earlier attempt at this task left its change in the files already. Go on from there, and finish the task.',
    ...(error ? [`It ended with: ${plainText(error)}`] : []),
    ...(output ? ['', 'What the failing commands printed:', '', output] : []),
  ].join('\n');
