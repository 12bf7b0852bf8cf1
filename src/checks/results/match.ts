/** The sum of the numbers that stand before one of the words: `2 failed, 1 error` with `failed`, `errors?` is 3. */
export function before(text: string, ...words: string[]): number {
  return sum(text.matchAll(new RegExp(`(?<![\\w.])(\\d{1,9}) +(?:${words.join('|')})\\b`, 'gi')));
}

/** The sum of the numbers that stand behind one of the labels: `Failures: 2, Errors: 1` with `Failures`, `Errors` is 3. */
export function behind(text: string, ...labels: string[]): number {
  return sum(text.matchAll(new RegExp(`\\b(?:${labels.join('|')}) *[:=] *(\\d{1,9})\\b`, 'g')));
}

const sum = (matches: Iterable<RegExpExecArray | RegExpMatchArray>): number => {
  let total = 0;
  for (const [, number] of matches) total += Number(number);
  return total;
};

type Groups = readonly [string, string, string, string, string, string];
const NO_GROUPS: Groups = ['', '', '', '', '', ''];

/** The groups of a pattern in a text, at most six; '' for each that did not match. */
export function groups(pattern: RegExp, text: string): Groups {
  const match = pattern.exec(text);
  if (!match) return NO_GROUPS;
  const [, a = '', b = '', c = '', d = '', e = '', f = ''] = match;
  return [a, b, c, d, e, f];
}
