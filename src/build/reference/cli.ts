import type { CliContext } from '../../cli/context.ts';
import { run } from '../../cli/program.ts';
import { VERBS } from '../../cli/verbs.ts';
import { generated } from './markdown.ts';

const WIDTH = 100;

const refuse = (): never => {
  throw new Error('only help is printed here');
};

/** A context in which only help can be asked for: everything else throws. */
function helpContext(out: (text: string) => void): CliContext {
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

async function help(words: readonly string[]): Promise<string> {
  let text = '';
  const code = await run(
    [...words, '--help'],
    helpContext((more) => (text += more)),
  );
  if (code !== 0) throw new Error(`help of "${words.join(' ')}" ended with ${code}`);
  return text.trim();
}

/** The options that every command has, which the page shows once. */
const withoutGlobals = (text: string): string => text.replace(/\nGlobal options:\n[^]*?\n(?=\n|$)/, '');

/** The names of the commands that a help text lists. */
const commandsIn = (text: string): string[] =>
  [...(/\nCommands:\n([^]*?)\n(?:\n|$)/.exec(text)?.[1] ?? '').matchAll(/^ {2}([a-z-]+)/gm)].map(
    ([, name = '']) => name,
  );

/** docs/reference/cli.md: the help of every command, with the options that all have once. */
export async function cliPage(): Promise<string> {
  const sections: string[] = [];
  const add = async (words: readonly string[]): Promise<void> => {
    const text = await help(words);
    sections.push(`## bgtask ${words.join(' ')}\n\n\`\`\`text\n${withoutGlobals(text).trimEnd()}\n\`\`\`\n`);
    for (const name of commandsIn(text)) await add([...words, name]);
  };
  for (const { name, hidden } of VERBS) if (!hidden) await add([name]);
  const intro = `Every command also has the global options, which stand before the command or after it. \`kubectl bgtask\` is the same program.\n`;
  const root = `\`\`\`text\n${await help([])}\n\`\`\`\n`;
  return [generated('Command line', 'the commands of src/cli/'), intro, root, ...sections].join('\n');
}
