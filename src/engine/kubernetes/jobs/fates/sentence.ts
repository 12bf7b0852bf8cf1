import { clip, plainText } from '../../../../domain/text.ts';

/** The most characters of somebody else's words in a sentence of ours. */
const QUOTE_MAX = 1000;

/** Words of Kubernetes as a part of a sentence: one line, no closing dot. */
export const quoted = (words: string | undefined): string =>
  clip(
    plainText(words ?? '')
      .replace(/\s+/g, ' ')
      .trim(),
    QUOTE_MAX,
  ).replace(/[.\s]+$/, '');

/** Where somebody who must mend something finds Jobs' settings. */
export const SETTINGS = 'the settings of bgtask';
