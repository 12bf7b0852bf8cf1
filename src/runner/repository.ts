import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { GitCredential, GitOptions } from './git.ts';
import { SERVE_FLAGS } from './git.ts';
import type { StageContext } from './stage-context.ts';

/** How a task's repository is reached. */
export interface Remote {
  /** What git is given: the URL, or a file URL for a path of this machine. */
  url: string;
  /** True for a repository of this machine. */
  local: boolean;
  /** Options of every git call that talks to it. */
  options: Pick<GitOptions, 'credential' | 'userConfig' | 'signal'>;
  /** Flags of the call that fetches or pushes, behind the subcommand. */
  fetchFlags: string[];
  pushFlags: string[];
}

const pathOf = (url: string): string | undefined => {
  if (url.startsWith('file://')) return fileURLToPath(url);
  return isAbsolute(url) ? url : undefined;
};

/** The forge's token goes to the repository's own https origin, and nowhere else. */
function credentialFor(url: string, token: string | undefined): GitCredential | undefined {
  if (!token || !/^https?:\/\//.test(url)) return undefined;
  return { origin: new URL(url).origin, token };
}

/** The remote of a task's repository, as the trusted stages use it. */
export function remoteOf(context: StageContext, url: string): Remote {
  const path = pathOf(url);
  return {
    // Git decodes a file URL's escapes: a path with % in it must be encoded.
    url: path === undefined ? url : pathToFileURL(path).href,
    local: path !== undefined,
    options: {
      credential: credentialFor(url, context.secrets.forgeToken),
      userConfig: context.env['BGTASK_USER_GIT_CONFIG'] === '1',
      signal: context.signal,
    },
    fetchFlags: path === undefined ? [] : [`--upload-pack=git ${SERVE_FLAGS} upload-pack`],
    pushFlags: path === undefined ? [] : [`--receive-pack=git ${SERVE_FLAGS} receive-pack`],
  };
}

/** The tip of a branch (`refs/heads/x`) at the remote, or undefined when it has none. */
export function parseLsRemote(output: string, ref: string): string | undefined {
  const line = output.split('\n').find((entry) => entry.endsWith(`\t${ref}`));
  return line?.split('\t')[0];
}

/** The default branch's name in `ls-remote --symref` output. */
export const parseDefaultBranch = (output: string): string | undefined =>
  /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(output)?.[1];
