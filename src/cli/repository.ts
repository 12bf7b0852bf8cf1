import { resolve } from 'node:path';

/** A path on the command line as an absolute one; URLs and `git@host:path` as they are. */
export function absoluteRepository(text: string, cwd: string): string {
  const isPath = text === '.' || text === '..' || /^(\.{0,2}\/|~)/.test(text) || !/[:@]/.test(text);
  return isPath && !text.startsWith('-') ? resolve(cwd, text) : text;
}
