import { createHash } from 'node:crypto';
import { v5 } from 'uuid';

export const GROUP = 'vteam.ambient-code';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;

/** Label and annotation keys of tasks and templates. */
export const LABEL = {
  mode: 'ambient-code.io/mode',
  task: 'ambient-code.io/task',
  template: 'ambient-code.io/template',
  creator: 'ambient-code.io/creator',
  repo: 'ambient-code.io/repo',
  retryOf: 'ambient-code.io/retry-of',
  category: 'ambient-code.io/category',
  language: 'ambient-code.io/language',
} as const;
export const RETRY_COUNT_ANNOTATION = 'ambient-code.io/retry-count';

/** The longest task name: leaves room for `-<8 hex>-job` within the 63 characters of a Job's label. */
export const TASK_NAME_MAX = 50;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** True for a DNS label of at most `max` characters (RFC 1123; a task's name by default). */
export const isDnsLabel = (name: string, max = TASK_NAME_MAX): boolean =>
  name.length <= max && DNS_LABEL.test(name);

/** The namespace under which UUID v5 of task names is taken; any fixed UUID would do. */
const TASKS = '8f2b0d4e-6a55-5c0e-9b1f-2d7b5a3c9e10';

/** The object name of a task: `<task>-<8 hex>`, the same for the same project and task, so the store refuses a second one. */
export const sessionName = (project: string, task: string): string =>
  `${task}-${v5(`${project}/${task}`, TASKS).slice(0, 8)}`;

/** The name of a session's Job: at most 63 characters for a task's session. */
export const jobName = (session: string): string => `${session}-job`;

/** The branch that a task pushes. */
export const branchName = (task: string): string => `background-task-${task}`;

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 10);

/** A label value for a user whose name may hold any character: a readable prefix and a hash of the whole. */
export const creatorLabel = (userId: string): string => {
  const prefix = userId
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 40);
  return `${prefix || 'user'}-${hash(userId)}`;
};

/** A label value for a repository URL: the same for URLs that differ in case of host, `.git` or a trailing slash. */
export const repoLabel = (url: string): string => hash(canonicalRepo(url));

/** A name of at most `max` characters: a longer one keeps its beginning and gets a hash, so that two that begin alike stay two. */
export const shortName = (name: string, max: number): string =>
  name.length <= max ? name : `${name.slice(0, max - 7).replace(/[-.]+$/, '')}-${hash(name).slice(0, 6)}`;

/** The ports that a URL need not name. */
const DEFAULT_PORT: Record<string, string> = { https: ':443', http: ':80', ssh: ':22' };

/**
 * One spelling for the many of a repository: scheme, user, default port, `.git`, trailing slashes and `..` dropped, host in lower case.
 * `git@github.com:o/r.git`, `ssh://git@github.com/o/r` and `https://github.com/o/r/` are one.
 */
export function canonicalRepo(url: string): string {
  const scp = /^(?:[^@/\s]+@)([^:/\s]+):(?!\/\/)(.+)$/.exec(url);
  const full = /^([a-z][a-z0-9+.-]*):\/\/(?:[^@/]*@)?([^/?#]*)(.*)$/is.exec(url);
  const scheme = full?.[1]?.toLowerCase() ?? '';
  const [host, path] = scp ? [scp[1], `/${scp[2]}`] : full ? [full[2], resolved(full[3] ?? '')] : ['', url];
  const port = DEFAULT_PORT[scheme];
  const name = (host ?? '').toLowerCase();
  const place = port && name.endsWith(port) ? name.slice(0, -port.length) : name;
  return `${place}${(path ?? '')
    .replace(/^\/+/, '/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')}`;
}

/** The path that a client asks for: `..` resolved, also where its dots are encoded, so that no list of allowed repositories is passed by. */
const resolved = (path: string): string => {
  const base = 'https://host.invalid';
  return URL.canParse(`${base}${path}`) ? new URL(`${base}${path}`).pathname : path;
};
