/** How checks are spoken of: by the first word of a check's name, which is its kind for every detected check. */
const WORDS = new Map([
  ['format', 'Formatting'],
  ['lint', 'Linting'],
  ['typecheck', 'Type checking'],
  ['test', 'Tests'],
]);

/** `Linting` for `lint` and `lint (ruff)`; the name itself for a check of the user's own. */
export const checkWord = (name: string): string => WORDS.get(name.split(' ')[0] ?? '') ?? name;

/** `Linting` for `lint`, `Linting (ruff)` for `lint (ruff)`; the name itself for a check of the user's own. */
export const checkTitle = (name: string): string => {
  const [first = '', ...rest] = name.split(' ');
  return [WORDS.get(first) ?? first, ...rest].join(' ');
};

/** The error of a task whose check failed, e.g. `Linting failed: npm run lint exited with code 1`. */
export const checkFailure = (
  name: string,
  command: string,
  exitCode: number | undefined,
  seconds?: number,
): string =>
  exitCode === undefined
    ? `${checkWord(name)} failed: ${command} did not end within ${seconds ?? '?'} seconds`
    : `${checkWord(name)} failed: ${command} exited with code ${exitCode}`;

/** The note of a check that the end of its task interrupted: at the deadline, or because the task was cancelled. */
export const UNENDED = 'was still running when the task ended';
