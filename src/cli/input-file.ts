import { readFileSync, statSync } from 'node:fs';
import { BgtaskError } from '../domain/errors.ts';
import type { CliContext } from './context.ts';

/** Bytes of a file of objects. */
const MAX = 3_145_728;

/** The text of `-f FILE`, or of standard input for `-`. Throws Usage or TooLarge. */
export async function readInputFile(context: CliContext, file: string): Promise<string> {
  if (file === '-') return context.stdinText();
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new BgtaskError('Usage', `-f: there is no file ${JSON.stringify(file)}.`);
  if (stat.size > MAX) throw new BgtaskError('TooLarge', `-f: ${file} has more than ${MAX} bytes.`);
  return readFileSync(file, 'utf8');
}
