import { Command } from 'commander';
import type { CliContext } from '../../../../src/cli/context.ts';

/** What one command came to. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

const never = (): never => {
  throw new Error('this command has no business with an engine');
};

/** Runs one of the two commands in this process, without a terminal. `args` are the words after the verb. */
export async function runCommand(verb: 'install' | 'uninstall', ...args: string[]): Promise<Outcome> {
  // All of it is imported as the commands import the rest: a second copy of the error classes would not be recognised.
  const [{ explain }, { addGlobalOptions }, { setup }] = await Promise.all([
    import('../../../../src/cli/exit.ts'),
    import('../../../../src/cli/global-options.ts'),
    verb === 'install'
      ? import('../../../../src/cli/commands/install.ts')
      : import('../../../../src/cli/commands/uninstall.ts'),
  ]);
  const outcome: Outcome = { code: 0, stdout: '', stderr: '' };
  const err = (text: string): void => void (outcome.stderr += text);
  const context: CliContext = {
    program: 'bgtask',
    place: '',
    env: {},
    command: [],
    out: (text) => void (outcome.stdout += text),
    say: (line) => err(`${line}\n`),
    warn: (line) => err(`warning: ${line}\n`),
    err,
    hush: () => undefined,
    stdinText: never,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    width: undefined,
    now: () => new Date(),
    signal: new AbortController().signal,
    engine: never,
    choice: () => ({ kind: 'kubernetes', isAsked: true }),
    reader: never,
    project: never,
  };
  const command = new Command().exitOverride();
  setup(command, context, (code) => (outcome.code = code));
  addGlobalOptions(command);
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    outcome.code = explain(error, false, context);
  }
  return outcome;
}
