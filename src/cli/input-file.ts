import { createReadStream, statSync } from 'node:fs';
import { BgtaskError, messageOf } from '../domain/errors.ts';
import type { CliContext } from './context.ts';

/** Bytes of a file of objects, and of standard input: some thousand lines. */
const MAX = 3_145_728;

/** The whole of a stream, which must be text in UTF-8. Throws TooLarge or Invalid, naming the stream. */
export async function readAll(stream: AsyncIterable<Buffer | string>, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX) throw new BgtaskError('TooLarge', `${name} has more than ${MAX} bytes.`);
    chunks.push(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new BgtaskError('Invalid', `${name} must be text in UTF-8.`, { cause });
  }
}

/** The text of `-f FILE`, of a pipe as `-f <(command)`, or of standard input for `-`. Throws Usage, Invalid or TooLarge. */
export async function readInputFile(context: CliContext, file: string): Promise<string> {
  if (file === '-') return context.stdinText();
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new BgtaskError('Usage', `-f: there is no file ${JSON.stringify(file)}.`);
  if (stat.isDirectory()) throw new BgtaskError('Usage', `-f: ${JSON.stringify(file)} is a folder.`);
  try {
    return await readAll(createReadStream(file), `-f: ${JSON.stringify(file)}`);
  } catch (error) {
    if (error instanceof BgtaskError) throw error;
    throw new BgtaskError('Usage', `-f: ${JSON.stringify(file)} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
