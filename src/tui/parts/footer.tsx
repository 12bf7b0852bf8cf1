import { Text } from 'ink';
import { oneLine } from '../state/lines.ts';

export interface FooterWords {
  question?: string;
  /** What came of a key, or what goes on. */
  notice?: string;
  keys: string;
}

/** The last line: what is asked, else what is to be said, else the keys. */
export function Footer({ words, columns }: { words: FooterWords; columns: number }) {
  const { question, notice, keys } = words;
  if (question)
    return (
      <Text bold color="yellow" wrap="truncate">
        {oneLine(`${question} y/n`, columns)}
      </Text>
    );
  if (notice)
    return (
      <Text color="yellow" wrap="truncate">
        {oneLine(notice, columns)}
      </Text>
    );
  return (
    <Text dimColor wrap="truncate">
      {oneLine(keys, columns)}
    </Text>
  );
}
