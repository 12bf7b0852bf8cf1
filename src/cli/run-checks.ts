import type { Check } from '../checks/check.ts';
import { runProcess } from '../runner/process.ts';
import type { CliContext } from './context.ts';
import { EXIT } from './context.ts';
import { safeText } from './output/safe.ts';

/** Seconds of one check; the default of the setting checks.timeout. */
const TIME_LIMIT = 900;

/**
 * Runs the checks of a checkout here and now, as the person who calls it: their output on standard error, a line with each result on standard
 * output. Dependencies are not installed and formatters are not run: both would change the checkout. The exit code: 0 when all passed.
 */
export async function runChecks(context: CliContext, checks: readonly Check[], dir: string): Promise<number> {
  const proofs = checks.filter(({ kind }) => kind !== 'install' && kind !== 'format');
  if (proofs.length === 0) {
    context.warn('no linters, type checks or tests were found, so nothing was run');
    return EXIT.error;
  }
  const prepared = new Set<string>();
  let failed = 0;
  for (const check of proofs) {
    const passed = await runOne(context, check, { dir, prepared });
    if (context.signal.aborted) return EXIT.interrupted;
    if (!passed) failed += 1;
  }
  return failed === 0 ? EXIT.ok : EXIT.error;
}

async function runOne(
  context: CliContext,
  check: Check,
  { dir, prepared }: { dir: string; prepared: Set<string> },
): Promise<boolean> {
  const before = (check.before ?? []).map(({ run }) => run).filter((run) => !prepared.has(run));
  for (const run of [...before, check.run]) {
    prepared.add(run);
    context.say(`$ ${safeText(run)}`);
    const outcome = await runProcess({
      command: 'sh',
      args: ['-c', run],
      cwd: dir,
      env: { ...environment(), CI: 'true' },
      onLine: (line) => context.say(safeText(line)),
      timeLimit: TIME_LIMIT,
      signal: context.signal,
    });
    if (outcome.exitCode === 0 && !outcome.timedOut) continue;
    const how = outcome.timedOut ? `no end within ${TIME_LIMIT} s` : `exit code ${outcome.exitCode ?? -1}`;
    context.out(safeText(`failed  ${check.name}  ${run} (${how})\n`));
    return false;
  }
  context.out(safeText(`passed  ${check.name}  ${check.run}\n`));
  return true;
}

const environment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
