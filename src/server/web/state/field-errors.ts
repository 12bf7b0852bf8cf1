/** A refusal taken apart: sentences for fields, by the API's paths, and what belongs to none. */
export interface Sorted {
  fields: Record<string, string>;
  rest: string;
}

/** What a refusal says, as the API says it. */
export interface RefusalWords {
  status: number;
  title: string;
  message: string;
}

/** Paths of the API that have another name in the form. */
const ALIASES: Record<string, string> = { prompt: 'instructions' };

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The sentences of a message such as `repository.url: must be a URL; name: ...`, each at its field. */
function sentences(message: string, paths: readonly string[]): Sorted {
  const known = [...paths, ...Object.keys(ALIASES)];
  // A short path is a word, too, and words stand before colons: it counts where a sentence begins.
  const short = known
    .filter((path) => !path.includes('.'))
    .map(escaped)
    .join('|');
  const long = known
    .filter((path) => path.includes('.'))
    .map(escaped)
    .join('|');
  const mark = new RegExp(`(?:(?<=^|; )(?:spec\\.)?(${short})|(?<=^|\\s)(?:spec\\.)?(${long})): `, 'g');
  const marks = [...message.matchAll(mark)];
  const fields: Record<string, string> = {};
  marks.forEach((mark, at) => {
    const end = marks[at + 1]?.index ?? message.length;
    const words = message
      .slice(mark.index + mark[0].length, end)
      .replace(/;\s*$/, '')
      .trim();
    const found = mark[1] ?? mark[2] ?? '';
    const path = ALIASES[found] ?? found;
    fields[path] ??= words.charAt(0).toUpperCase() + words.slice(1);
  });
  const before = message.slice(0, marks[0]?.index ?? message.length).trim();
  return { fields, rest: /^Template \S+:$/.test(before) ? '' : before };
}

/** Where the sentences of a refused create belong. `paths` are those of the fields that are shown. */
export function sortRefusal(refusal: RefusalWords, paths: readonly string[]): Sorted {
  const { status, title, message } = refusal;
  if (status === 409 && title === 'Already exists') return { fields: { name: message }, rest: '' };
  if (status === 404 && message.startsWith('Template ')) return { fields: { templateId: message }, rest: '' };
  if (status === 400) return sentences(message, paths);
  return { fields: {}, rest: message };
}
