import type { CliContext } from '../cli/context.ts';

const WIDTH = 100;

const refuse = (): never => {
  throw new Error('only help is printed here');
};

/** A context in which only help can be asked for: everything else throws. */
export function helpContext(out: (text: string) => void): CliContext {
  return {
    program: 'bgtask',
    place: '',
    env: {},
    out,
    say: refuse,
    warn: refuse,
    err: refuse,
    hush: refuse,
    stdinText: refuse,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    width: WIDTH,
    now: refuse,
    signal: new AbortController().signal,
    command: [],
    engine: refuse,
    choice: refuse,
    reader: refuse,
    project: refuse,
  };
}
