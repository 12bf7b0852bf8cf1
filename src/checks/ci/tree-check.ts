/** How a formatter that writes becomes one that judges. The first that fits holds. */
const JUDGES: readonly (readonly [writer: RegExp, judge: (run: string) => string])[] = [
  [/\bclang-format\b.* -i\b/, (run) => run.replace(/(\bclang-format\S*.*?) -i\b/, '$1 --dry-run --Werror')],
  [/^gofmt\b.* -w\b/, (run) => `test -z "$(${run.replace(/ -w\b/, ' -l')})"`],
  [/^go fmt\b/, () => 'test -z "$(gofmt -l .)"'],
  [
    /\bcargo( \+\S+)? fmt\b(?!.* --check)/,
    (run) => (/ -- /.test(run) ? `${run} --check` : `${run} -- --check`),
  ],
  [/\b(black|isort|ruff format|zig fmt|deno fmt)\b(?!.* --check)/, (run) => `${run} --check`],
  [/\bprettier\b.* (--write|-w)\b/, (run) => run.replace(/ (--write|-w)\b/, ' --check')],
  [/\bmix format\b(?!.* --check)/, (run) => `${run} --check-formatted`],
  [/\bdart format\b(?!.* --set-exit)/, (run) => `${run} --output=none --set-exit-if-changed`],
  [/\bshfmt\b.* -w\b/, (run) => run.replace(/ -w\b/, ' -d')],
  [/\b(terraform|tofu) fmt\b(?!.* -check)/, (run) => `${run} -check`],
];

/**
 * What judges the format as a formatter with `git diff --exit-code` behind it does. Here the change itself lies in the tree, so git
 * would always find a difference: the formatter must judge. Undefined for a formatter that cannot.
 */
export const judgeOf = (run: string): string | undefined =>
  JUDGES.find(([writer]) => writer.test(run))?.[1](run);
