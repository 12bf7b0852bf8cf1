import { isDnsLabel, TASK_NAME_MAX } from '../api/names.ts';
import type { SessionSpec } from '../api/types.ts';
import { BgtaskError } from './errors.ts';
import { plainText } from './text.ts';

/** Throws Invalid unless the task's name is a DNS label of at most 50 characters. */
export function checkTaskName(name: string, path = 'name'): void {
  if (isDnsLabel(name)) return;
  throw new BgtaskError(
    'Invalid',
    `${path}: ${JSON.stringify(name.slice(0, 80))} is not a valid task name: it must have at most ${TASK_NAME_MAX} lower-case letters, digits and "-", and begin and end with a letter or digit.`,
    { hint: 'For example: upgrade-lodash' },
  );
}

/** Throws Invalid unless the project is a DNS label of at most 63 characters, like a namespace. */
export function checkProject(name: string): void {
  if (isDnsLabel(name, 63)) return;
  throw new BgtaskError(
    'Invalid',
    `project: ${JSON.stringify(name.slice(0, 80))} is not a valid project name: it must be a DNS label of at most 63 characters.`,
  );
}

const refuse = (path: string, url: string, why: string): never => {
  // What stands before an @ or after a ? may be a secret, even where no URL can be read.
  const shown = url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, (_all, scheme: string | undefined) => `${scheme ?? ''}…@`)
    .replace(/[?#].*/s, '?…');
  throw new BgtaskError('Invalid', `${path}: ${why} (${JSON.stringify(shown.slice(0, 200))})`, {
    hint: 'Use https://host/owner/name, ssh://git@host/owner/name or git@host:owner/name.',
  });
};

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export interface UrlRules {
  /** Paths and file URLs, and http to this machine itself: the local engine alone can reach them. */
  local: boolean;
}

/** A reason to refuse, when it holds. */
type Objection = [boolean, string];

function refuseFor(path: string, url: string, objections: readonly Objection[]): void {
  const found = objections.find(([holds]) => holds);
  if (found) refuse(path, url, found[1]);
}

/** Refuses a repository URL with a credential in it, of a scheme that is not allowed, or that git would take for an option or a helper. */
export function checkRepositoryUrl(url: string, rules: UrlRules, path = 'repository.url'): void {
  const isPath = rules.local && url.startsWith('/');
  refuseFor(path, url, [
    [url.length === 0, 'the repository is missing'],
    [url.length > 2048, 'the URL has more than 2,048 characters'],
    [
      (isPath ? /[^\S ]/ : /\s/).test(url) || plainText(url) !== url,
      'the URL holds spaces, control characters or characters that cannot be seen',
    ],
    [url.startsWith('-'), 'the URL begins with "-"'],
    // Where one reader of URLs sees a slash, another sees a part of the user's name.
    [!isPath && url.includes('\\'), 'the URL holds a backslash'],
    // What a list of allowed repositories takes for one name, a server may take for another.
    [
      !isPath && !/^file:/i.test(url) && /[/:]\.{1,2}(\/|$)|%2[ef]|%5c/i.test(url),
      'the path holds ".." or a coded "/"',
    ],
  ]);
  if (/^[\w.-]+@[\w.-]+:(?!\/\/)[^:]+$/.test(url)) return checkScp(url, path);
  if (isPath) return;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined)
    refuse(
      path,
      url,
      rules.local ? 'no URL, and no absolute path' : 'a path works with the local engine alone',
    );
  else checkScheme(url, scheme, rules, path);
}

function checkScp(url: string, path: string): void {
  refuseFor(path, url, [
    [!url.startsWith('git@'), 'only the user git@ is allowed in a URL of this form'],
    [/[@:]-/.test(url), 'the host or the path begins with "-"'],
  ]);
}

function checkScheme(url: string, scheme: string, rules: UrlRules, path: string): void {
  if (!URL.canParse(url)) refuse(path, url, 'must be a URL');
  const { username, password, hostname, search, hash } = new URL(url);
  const known = password === '' && (username === '' || (scheme === 'ssh' && username === 'git'));
  refuseFor(path, url, [
    [!known, 'the URL holds a credential; give it as GITHUB_TOKEN or in a Secret instead'],
    [!isAllowed(scheme, hostname, rules), `the scheme ${scheme} is not allowed`],
    [hostname === '' && scheme !== 'file', 'the URL names no host'],
    [hostname.startsWith('-'), 'the host begins with "-"'],
    [search + hash !== '', 'a repository URL has no "?" and no "#"'],
  ]);
}

const isAllowed = (scheme: string, hostname: string, rules: UrlRules): boolean =>
  ['https', 'ssh'].includes(scheme) ||
  (rules.local && (scheme === 'file' || (scheme === 'http' && LOOPBACK.test(hostname))));

/** Refuses a branch that git would refuse (git-check-ref-format) or take for an option. */
export function checkBranch(branch: string, path = 'repository.branch'): void {
  const bad =
    branch.length === 0 ||
    branch.length > 244 ||
    branch.startsWith('-') ||
    branch === '@' ||
    /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$|(^|\/)\.|\.lock($|\/)/.test(branch);
  if (bad)
    throw new BgtaskError(
      'Invalid',
      `${path}: ${JSON.stringify(branch.slice(0, 100))} is not a valid branch name.`,
      {
        hint: 'For example: main',
      },
    );
}

/** Refuses commands that no program can be started with: the system ends an argument at a NUL. */
export function checkCommands({ agent, checks }: SessionSpec): void {
  const commands: [path: string, text: string | undefined][] = [
    ['agent.run', agent?.run],
    ...(checks ?? []).map(({ run }, at): [string, string | undefined] => [`checks[${at}].run`, run]),
  ];
  const bad = commands.find(([, text]) => text?.includes('\0'));
  if (bad) throw new BgtaskError('Invalid', `${bad[0]}: the command holds a NUL character.`);
}
