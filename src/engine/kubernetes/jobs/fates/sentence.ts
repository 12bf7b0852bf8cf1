import { clip, plainText } from '../../../../domain/text.ts';

/** The most characters of a quoted message in a sentence of bgtask. */
const QUOTE_MAX = 1000;

/** Words of Kubernetes as a part of a sentence: one line, no closing dot. */
export const quoted = (words: string | undefined): string =>
  clip(
    plainText(words ?? '')
      .replace(/\s+/g, ' ')
      .trim(),
    QUOTE_MAX,
  ).replace(/[.\s]+$/, '');

/** Where an administrator finds the settings of Jobs, in a sentence that says what to fix. */
export const SETTINGS = 'the settings of bgtask';
