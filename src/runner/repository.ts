import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { GitCredential, GitOptions } from './git.ts';
import { GitError, SERVE_FLAGS } from './git.ts';
import { FORGE_HOST_VARIABLE, forgeHostsOf } from '../domain/credentials.ts';
import type { Hint } from './forges/forge.ts';
import { knownForge, tokenForges } from './forges/tokens.ts';
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
  /** Why the forge's token is not sent there, and what to do; undefined when it is, and when there is none. */
  withheld?: string;
}

/** The URL of the task's own repository. */
const ownUrl = ({ spec }: StageContext['input']): string => spec.repos?.[0]?.input?.url ?? '';

const pathOf = (url: string): string | undefined => {
  if (url.startsWith('file://')) return fileURLToPath(url);
  return isAbsolute(url) ? url : undefined;
};

/** A URL with a plain host. Refuses characters that one parser reads as part of the host and another as a user, a path or a fragment. */
const PLAIN_URL = /^https?:\/\/[a-z0-9.-]+(?::\d+)?\/[^\\?#\s]*$/i;
/** Hosts of this machine: here http does not leave the machine. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3})(:\d+)?$/;

/**
 * Decides whether the repository's host gets the forge's token. The task names the repository, and a user who may create tasks must not learn the token:
 * so only the hosts of the forge that it is for get it, and the hosts that the owner of the token names beside the token or in the environment.
 */
function credentialFor(
  { secrets, env, input }: StageContext,
  url: string,
): { credential?: GitCredential; withheld?: string } {
  const token = secrets.forgeToken;
  if (!token || !PLAIN_URL.test(url) || !URL.canParse(url)) return {};
  const { protocol, host, origin } = new URL(url);
  const isSafe = protocol === 'https:' || LOOPBACK.test(host);
  const hosts = [...(secrets.forgeHosts ?? []), ...forgeHostsOf(env)];
  const forges = tokenForges({ repository: ownUrl(input), env });
  if (isSafe && (hosts.includes(host) || forges.some((kind) => kind.serves(url, env))))
    return { credential: { origin, token } };
  const why = `The forge's token is not sent to ${host}`;
  if (!isSafe) return { withheld: `${why} in clear text: use https.` };
  return {
    withheld: `${why}, which is not a known ${forges.map(({ title }) => title).join(' or ')} host: the owner of the token can allow it with ${FORGE_HOST_VARIABLE}=${host} beside the token.`,
  };
}

/** The remote of a task's repository, as the trusted stages use it. */
export function remoteOf(context: StageContext, url: string): Remote {
  const path = pathOf(url);
  const { credential, withheld } = credentialFor(context, url);
  return {
    // Git decodes a file URL's escapes: a path with % in it must be encoded.
    url: path === undefined ? url : pathToFileURL(path).href,
    local: path !== undefined,
    options: {
      credential,
      userConfig: context.env['BGTASK_USER_GIT_CONFIG'] === '1',
      signal: context.signal,
    },
    fetchFlags: path === undefined ? [] : [`--upload-pack=git ${SERVE_FLAGS} upload-pack`],
    pushFlags: path === undefined ? [] : [`--receive-pack=git ${SERVE_FLAGS} receive-pack`],
    ...(withheld && { withheld }),
  };
}

/** A stage as publish will be, with the token that may push: what it asks says what publish may do. */
export const asPublish = (context: StageContext): StageContext =>
  withToken(context, context.secrets.pushToken ?? context.secrets.forgeToken);

/** A stage with another token for the forge, or with none. */
export const withToken = (context: StageContext, forgeToken: string | undefined): StageContext => {
  const { forgeToken: _before, ...secrets } = context.secrets;
  return { ...context, secrets: { ...secrets, ...(forgeToken !== undefined && { forgeToken }) } };
};

/** What git's words mean, by the repository's forge and then by `general`, which gets the variable of the token. The first that fits is said. */
export function gitHint(
  { input, env }: StageContext,
  error: unknown,
  general: (variable: string) => readonly Hint[],
): string | undefined {
  if (!(error instanceof GitError)) return undefined;
  const { tokenVariables: [variable = ''] = [], hints = [] } =
    knownForge({ repository: ownUrl(input), env }) ?? {};
  return [...hints, ...general(variable)].find(([says]) => says.test(error.stderr))?.[1];
}

/** Why git had no token to show, when that is why it failed. */
export const withheldHint = ({ withheld }: Remote, error: unknown): string | undefined =>
  error instanceof GitError && /Authentication failed|could not read|\b40[13]\b/i.test(error.stderr)
    ? withheld
    : undefined;

/** The tip of a branch (`refs/heads/x`) at the remote, or undefined when it has none. */
export function parseLsRemote(output: string, ref: string): string | undefined {
  const line = output.split('\n').find((entry) => entry.endsWith(`\t${ref}`));
  return line?.split('\t')[0];
}

/** The default branch's name in `ls-remote --symref` output. */
export const parseDefaultBranch = (output: string): string | undefined =>
  /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(output)?.[1];
