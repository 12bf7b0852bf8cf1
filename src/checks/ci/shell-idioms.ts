/** The end of a condition: what it says to the reader, and that the script fails. */
const FAILS = String.raw`\s*;?\s*then\b(?:(?!\bfi\b)[\s\S])*?\bexit [1-9](?:(?!\bfi\b)[\s\S])*?\bfi\b`;
const IS_THERE = String.raw`(?:-n|!\s*-z)`;
const LISTS = String.raw`(go fmt\b[^()\n]*|(?:gofmt|gofumpt|goimports) [^()\n]*-l[^()\n]*)`;

/** `files="$(gofmt -l .)"` with a condition behind it. */
const BY_NAME = new RegExp(
  String.raw`^[ \t]*(\w+)="?\$\(${LISTS}\)"?\s*\n\s*if \[+ ${IS_THERE} "?\$\{?\1\}?"? \]+${FAILS}`,
  'gm',
);
/** `if [ -n "$(gofmt -l .)" ]`. */
const AT_ONCE = new RegExp(String.raw`^[ \t]*if \[+ ${IS_THERE} "?\$\(${LISTS}\)"? \]+${FAILS}`, 'gm');

/** `diff <(echo -n) <(gofmt -d .)`, in any order: the shell of POSIX does not know `<( )`. */
const BY_DIFF =
  /\bdiff(?: -\w+)* (?:<\((?:echo -n|printf '')?\) <\((?:gofmt|gofumpt|goimports) [^()\n]*\)|<\((?:gofmt|gofumpt|goimports) [^()\n]*\) <\((?:echo -n|printf '')?\))/g;

/** Programs at the end of a pipe that tell a code host or a person what the judge before them says; they hide its exit code. */
const REPORTER =
  /(?<![|\s\\])[ \t]*(?:\\\n[ \t]*)?\|(?!\|)[ \t]*(?:\\\n[ \t]*)?(?:npx (?:--?\S+ )*|uvx |\.\/)?(?:vendor\/bin\/)?(?:cs2pr|reviewdog|go-junit-report|gotestfmt|tparse|tojunit|junit2html|cargo2junit|tap-[\w-]+|faucet|pino-pretty|xcpretty|xcbeautify|sarif-fmt|clippy-sarif|shellcheck-sarif|hadolint-sarif|checkstyle2\w+|github-actions-reporter)\b[^\n;&]*/g;
/** What the judge prints for a reporter. */
const FOR_REPORTER =
  /[ \t]--?(?:error-|output-|message-)?(?:format|report|reporter)[= ]["']?(?:checkstyle|junit|sarif|json|github|rdjson\w*)["']?(?=\s|$)/;

/** A line without the reporter at its end, and without the flags that are meant for it. Lines are kept. */
const withoutReporters = (script: string): string =>
  script.replace(/[^\n]*(?:\\\n[^\n]*)*/g, (line) => {
    const plain = line.replace(REPORTER, (cut) => '\n'.repeat(cut.split('\n').length - 1));
    return plain === line ? line : plain.replace(FOR_REPORTER, '');
  });

/** Go's formatters list what they would change and never fail: `go fmt` writes besides. */
const judge = (lists: string): string =>
  `test -z "$(${lists.startsWith('go fmt') ? 'gofmt -l .' : lists.trim()})"`;

const fill = (whole: string, lists: string): string =>
  judge(lists) + '\n'.repeat(whole.split('\n').length - 1);

/** Syntax that the shell of POSIX cannot read, outside of quotes: `<( )`, `>( )` and `<<<`. */
const OTHER_SHELL = /[<>]\(|<<</;

/** `&> file` of bash: the shell of POSIX would run the command in the background, and nothing could fail. */
const TO_FILE = /(?<![ \t])[ \t]*&>>?[ \t]*[\w./-]+/g;

/** True for a line that `sh -c` cannot run. */
export const needsBash = (run: string): boolean => OTHER_SHELL.test(run.replace(/'[^']*'|"[^"$`]*"/g, ''));

/**
 * A script whose conditions on what Go's formatters list are written as one command each, without the reporters behind its judges.
 * Lines are kept, so that evidence names the right ones.
 */
export function withoutIdioms(script: string): string {
  return withoutReporters(script)
    .replace(TO_FILE, '')
    .replace(BY_DIFF, (whole) => {
      const formatter = /\((go[^()]*)\)/.exec(whole)?.[1] ?? '';
      return `test -z "$(${formatter.replace(/ -d(?=\s|$)/, ' -l')})"`;
    })
    .replace(BY_NAME, (whole: string, _name: string, lists: string) => fill(whole, lists))
    .replace(AT_ONCE, (whole: string, lists: string) => fill(whole, lists));
}
