/** Lines of a tool's own words in an error. */
const LINES = 5;
/** Characters of one of them. */
const LINE = 200;
/** Lines that name a cause; tools often close with usage and addresses of logs instead. */
const CAUSE =
  /\b(error|errors?:|fail(ed|ure)?|fatal|cannot|can't|could not|unable|missing|not found|no such|denied|refused|requires?|invalid|conflict|unsupported)\b/i;
/** npm marks every line of an error, its usage too. */
const MARK = /^npm (?:error|ERR!) ?/;
const NOISE =
  /^(|aliases:.*|Usage:|npm (ci|install)|Options:|\[-.*|Run "npm help.*|A complete log of this run.*|code \w+)$/;

/** What a failing command said of its cause, for the middle of a sentence: lines that name one, else its last lines. Without a full stop at the end. */
export function lastWords(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => ({ isMarked: MARK.test(line.trim()), text: line.trim().replace(MARK, '').trim() }))
    .filter(({ text }) => !NOISE.test(text));
  const causes = lines.filter(({ isMarked, text }) => isMarked || CAUSE.test(text)).slice(0, LINES);
  const shown = (causes.length > 0 ? causes : lines.slice(-LINES)).map(({ text }) => text.slice(0, LINE));
  return shown.length > 0 ? shown.join(' · ').replace(/\.+$/, '') : 'it printed nothing';
}

/** How a command ended, as a part of a sentence. */
export const ending = ({ exitCode }: { exitCode?: number }): string =>
  exitCode === undefined ? 'did not end in time' : `exited with code ${exitCode}`;
