import { StageError } from '../../domain/reasons.ts';

/** A repository on GitHub and the REST API that serves it. */
export interface GithubAddress {
  /** As in the repository's URL, in lower case, with a port when it has one. */
  host: string;
  /** Without a slash at the end. */
  apiUrl: string;
  owner: string;
  repo: string;
}

interface Site {
  host: string;
  apiUrl: string;
}

const ALIASES: Record<string, string> = { 'www.github.com': 'github.com', 'ssh.github.com': 'github.com' };

/** GitHub's rules for names: an account has up to 39 letters, digits, hyphens (underscores in managed accounts), a repository 100. */
const OWNER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/;
const REPO = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

/** Where the REST API of a host is: github.com's own, that of GitHub Enterprise Cloud with data residency, or a GitHub Enterprise Server's. */
function apiOf(host: string): string {
  if (host === 'github.com' || host.endsWith('.ghe.com')) return `https://api.${host}`;
  return `https://${host}/api/v3`;
}

function apiSite(variable: string, value: string): Site {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search) {
    throw new StageError(
      'PullRequestFailed',
      `${variable} is not the address of a GitHub API: give an https URL such as https://github.example.com/api/v3, without a user.`,
    );
  }
  const residence = url.host === 'api.github.com' || url.host.endsWith('.ghe.com');
  return {
    host: residence ? url.host.replace(/^api\./, '') : url.host,
    apiUrl: url.href.replace(/\/+$/, ''),
  };
}

function hostOf(variable: string, value: string): string {
  const host = /^(?:https?:\/\/)?([A-Za-z0-9.-]+(?::\d+)?)\/?$/.exec(value)?.[1];
  if (host) return host.toLowerCase();
  throw new StageError(
    'PullRequestFailed',
    `${variable} is not a host name: give one such as github.example.com.`,
  );
}

/**
 * The hosts that count as GitHub; the first that matches is taken.
 * 1. `BGTASK_GITHUB_HOST`, served by `BGTASK_GITHUB_API_URL` when that is set, else by the host's usual address.
 * 2. Without `BGTASK_GITHUB_HOST`: the host of `BGTASK_GITHUB_API_URL`.
 * 3. The host of `GITHUB_API_URL` (set by GitHub Actions), then `GH_HOST` (as gh has it).
 * 4. github.com.
 * An Enterprise host's usual address is `https://HOST/api/v3`. `*.ghe.com` needs no setting.
 */
function sites(env: NodeJS.ProcessEnv): Site[] {
  const { BGTASK_GITHUB_HOST: own, BGTASK_GITHUB_API_URL: ownApi, GITHUB_API_URL: api, GH_HOST: gh } = env;
  const found: Site[] = [];
  const ownSite = ownApi ? apiSite('BGTASK_GITHUB_API_URL', ownApi) : undefined;
  if (own) {
    const host = hostOf('BGTASK_GITHUB_HOST', own);
    found.push({ host, apiUrl: ownSite?.apiUrl ?? apiOf(host) });
  } else if (ownSite) found.push(ownSite);
  if (api) found.push(apiSite('GITHUB_API_URL', api));
  if (gh) {
    const host = hostOf('GH_HOST', gh);
    found.push({ host, apiUrl: apiOf(host) });
  }
  return [...found, { host: 'github.com', apiUrl: apiOf('github.com') }];
}

/** The hosts that the environment makes a GitHub, besides github.com; none when a setting is malformed. */
export function namedGithubHosts(env: NodeJS.ProcessEnv): string[] {
  try {
    return sites(env).flatMap(({ host }) => (host === 'github.com' ? [] : [host]));
  } catch {
    return [];
  }
}

interface Location {
  /** With the port, for http and https. */
  host: string;
  ssh: boolean;
  path: string;
}

/** Host and raw path of an http, https or ssh URL or of git's `user@host:path`; undefined for everything else, and for anything odd. */
function locate(repository: string): Location | undefined {
  if (/[\\\s\u0000-\u001f\u007f]/.test(repository)) return undefined;
  const scp = /^(?:[^@/:]+@)?([^@/:]+):(?!\/\/)([^?#]+)$/.exec(repository);
  if (scp) return { host: alias(scp[1] ?? ''), ssh: true, path: scp[2] ?? '' };
  // The path is taken from the text: a URL object would have resolved `..` by now.
  const path = /^(?:https?|ssh):\/\/[^/?#]+\/(.*)$/i.exec(repository)?.[1];
  if (path === undefined || !URL.canParse(repository)) return undefined;
  const url = new URL(repository);
  const ssh = url.protocol === 'ssh:';
  return { host: alias(ssh ? url.hostname : url.host), ssh, path };
}

const alias = (host: string): string => ALIASES[host.toLowerCase()] ?? host.toLowerCase();

function siteOf(location: Location, env: NodeJS.ProcessEnv): Site | undefined {
  const { host, ssh } = location;
  // A site's port is that of its web server; ssh has its own.
  const site = sites(env).find((site) => (ssh ? site.host.replace(/:\d+$/, '') : site.host) === host);
  if (site || !/^[a-z0-9-]+\.ghe\.com$/.test(host)) return site;
  return { host, apiUrl: apiOf(host) };
}

/** True when the URL's host is a GitHub; the list of hosts is described at `sites`. Throws a StageError when a setting is malformed. */
export function isGithub(repository: string, env: NodeJS.ProcessEnv): boolean {
  const location = locate(repository);
  return location !== undefined && siteOf(location, env) !== undefined;
}

/** Owner and name of a repository on GitHub. Throws a StageError when the URL is not that of a repository there. */
export function githubAddress(repository: string, env: NodeJS.ProcessEnv): GithubAddress {
  const location = locate(repository);
  const site = location && siteOf(location, env);
  const segments = (location?.path ?? '').replace(/^\/|\/+$/g, '').split('/');
  const [owner = '', file = ''] = segments;
  const repo = file.replace(/\.git$/, '');
  if (!site || segments.length !== 2 || !OWNER.test(owner) || !REPO.test(repo)) {
    const host = site?.host ?? 'github.com';
    throw new StageError(
      'PullRequestFailed',
      `The task's repository is not a GitHub repository's URL: give https://${host}/OWNER/NAME or git@${host}:OWNER/NAME.`,
    );
  }
  return { ...site, owner, repo };
}
