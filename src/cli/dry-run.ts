import { BgtaskError } from '../domain/errors.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { announce, type Showing } from './print-objects.ts';

export type DryRun = 'client' | 'server';

/** Of a command that makes an object. */
export const DRY_RUN = [
  '--dry-run [where]',
  'client (default) or server: check and show the object, store nothing',
] as const;

/** Of a command that changes tasks. */
export const DRY_RUN_OF_CHANGE = [
  '--dry-run [where]',
  'client (default) or server: say what would be done, change nothing',
] as const;

/** What --dry-run asks for; undefined without it. Alone it is true, and means client. Throws Usage. */
export function dryRunOf(value: string | true | undefined): DryRun | undefined {
  if (value === undefined || value === 'client' || value === 'server') return value;
  if (value === true) return 'client';
  throw new BgtaskError('Usage', `--dry-run is client or server, not ${JSON.stringify(value)}.`);
}

/** What was done, as kubectl says it of a dry run: `deleted (dry run)`, `deleted (server dry run)`. */
export const dryRunWords = (done: string, dryRun: DryRun | undefined): string =>
  dryRun ? `${done} (${dryRun === 'server' ? 'server ' : ''}dry run)` : done;

/** Shows an object that was not stored: whole, unless -o or -q asks for another form. */
export async function showDryRun<T extends object>(
  context: CliContext,
  options: GlobalOptions,
  object: T,
  showing: Showing<T>,
): Promise<void> {
  const output = options.output ?? (options.quiet ? undefined : 'yaml');
  await announce(context, { ...options, output }, { object, showing }, 'checked');
}
