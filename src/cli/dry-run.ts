import { BgtaskError } from '../domain/errors.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { announce, type Showing } from './print-objects.ts';

export type DryRun = 'client' | 'server';

export const DRY_RUN = [
  '--dry-run <where>',
  'client or server: check and show the object, store nothing',
] as const;

/** What --dry-run asks for; undefined without it. Throws Usage. */
export function dryRunOf(text: string | undefined): DryRun | undefined {
  if (text === undefined || text === 'client' || text === 'server') return text;
  throw new BgtaskError('Usage', `--dry-run is client or server, not ${JSON.stringify(text)}.`);
}

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
