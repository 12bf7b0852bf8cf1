import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a program prints, without white space around it; undefined when it is not there, fails, or takes over 10 s. */
export const run = async (
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> => {
  try {
    return (await promisify(execFile)(command, args, { env, timeout: 10_000 })).stdout.trim();
  } catch {
    return undefined;
  }
};
