import { run } from '../../cli/program.ts';
import { VERBS } from '../../cli/verbs.ts';
import { helpContext } from '../help-context.ts';
import { generated } from './markdown.ts';

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
