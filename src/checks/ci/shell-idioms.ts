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

/** Go's formatters list what they would change and never fail: `go fmt` writes besides. */
const judge = (lists: string): string =>
  `test -z "$(${lists.startsWith('go fmt') ? 'gofmt -l .' : lists.trim()})"`;

const fill = (whole: string, lists: string): string =>
  judge(lists) + '\n'.repeat(whole.split('\n').length - 1);

/**
 * A script whose conditions on what Go's formatters list are written as one command each. Lines are kept, so that evidence names
 * the right ones.
 */
export function withoutIdioms(script: string): string {
  return script
    .replace(BY_NAME, (whole: string, _name: string, lists: string) => fill(whole, lists))
    .replace(AT_ONCE, (whole: string, lists: string) => fill(whole, lists));
}
