import type { Command } from 'commander';

/**
 * A lone `--dry-run` means client, as in kubectl: it does not take the next word, which may be a task. `client` and `server` may stand after a space all the
 * same. A word that is another option's value is left alone.
 */
export function readDryRun(words: readonly string[], command: Command): string[] {
  const all = [command, ...command.commands].flatMap(({ options }) => options);
  const takesNext = new Set(
    all.filter(({ required }) => required).flatMap(({ short, long }) => [short, long]),
  );
  const end = words.indexOf('--');
  return words.map((word, at) => {
    const isValue = (at > 0 && takesNext.has(words[at - 1])) || (end >= 0 && at > end);
    const isNamed = ['client', 'server'].includes(words[at + 1] ?? '');
    return word === '--dry-run' && !isValue && !isNamed ? '--dry-run=client' : word;
  });
}
