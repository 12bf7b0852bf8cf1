import type { Annotation, CiSystem } from './system.ts';

/** What GitHub's runner unescapes in the text of a command (actions/toolkit, core/src/command.ts). */
const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

function annotation({ level, title, message, path, line, column }: Annotation): string {
  const properties = [
    ['file', path],
    ['line', line],
    ['col', column],
    ['title', title],
  ]
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${level} ${properties.join(',')}::${data(message)}`;
}

/** GitHub Actions, and systems that speak as it does (Gitea, Forgejo): commands in lines that begin with `::`, read from both streams. */
export const github: CiSystem = {
  name: 'GitHub Actions',
  isHere: (env) => env['GITHUB_ACTIONS'] === 'true',
  open: ({ title }) => `::group::${data(title)}`,
  close: () => '::endgroup::',
  annotation,
  // A step shows 10 errors, 10 warnings and 10 notices.
  limit: 10,
  // A larger summary of a step is not uploaded.
  summary: { variable: 'GITHUB_STEP_SUMMARY', limit: 1024 * 1024 },
  repository: ({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name }) =>
    server && name ? `${server}/${name}` : undefined,
};
