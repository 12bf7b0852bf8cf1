/** Code points that HFS+ and other file systems skip when they compare names. */
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;
/** A short name of Windows: at most six characters, a number, and at most three characters of an extension. */
const SHORT = /^(.{1,6})~\d{1,6}(?:\.([^.]{0,3}))?$/su;

/** A text without the differences of case that file systems do not see. Upper case first: `ſ` and `ß` are S and SS there. */
export const foldCase = (text: string): string => text.normalize('NFC').toUpperCase().toLowerCase();

/**
 * The path that Windows or macOS may open for a path of git: without case, ignorable code points, trailing dots and spaces of each part, and
 * streams (`name::$DATA`); `\` separates. Parts that fold to nothing, `.` or `..` become `_`, so that they still are a name.
 */
export const foldPath = (path: string): string =>
  foldCase(path.replace(IGNORABLE, ''))
    .split(/[/\\]/)
    .map((part) => part.replace(/(?<=[^:]):.*$/s, '').replace(/[. ]+$/, ''))
    .map((part) => part || '_')
    .join('/');

/**
 * True when a part of a path may be Windows' short name of what a segment of a glob names: `gitlab~1.yml` of `.gitlab-ci.yml`, and `gi7eba~1`, which
 * Windows makes when the first four are taken. Both in lower case. The
 * extension is compared only where the segment's name is all wild, as in `*.pem`.
 */
export function isShortName(segment: string, part: string): boolean {
  const [, stem, extension = ''] = SHORT.exec(part) ?? [];
  if (stem === undefined) return false;
  const literal = /^[^*?[{\\]*/.exec(segment)?.[0] ?? '';
  const isWhole = literal === segment;
  const dot = literal.lastIndexOf('.');
  const name = (isWhole && dot > 0 ? literal.slice(0, dot) : literal).replace(/[. ]/g, '').slice(0, 6);
  if (name === '') return extension === (/\.([^.*?[{\\]*)$/.exec(segment)?.[1] ?? extension).slice(0, 3);
  const isHashed = stem.startsWith(name.slice(0, 2)) && /^[0-9a-f]{4}$/.test(stem.slice(2));
  return isHashed || (isWhole ? stem === name : stem.startsWith(name));
}
