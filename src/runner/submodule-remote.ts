import { messageOf } from '../domain/errors.ts';
import { githubAddress, isGithub } from './forges/github-address.ts';
import { permissionsFor } from './forge-token.ts';
import { type Remote, remoteOf, withToken } from './repository.ts';
import type { StageContext } from './stage-context.ts';
import { untilAborted } from './until-aborted.ts';

/** Owner and name of a repository on a GitHub; undefined for any other URL. */
function addressOf(url: string, env: NodeJS.ProcessEnv): ReturnType<typeof githubAddress> | undefined {
  try {
    return isGithub(url, env) ? githubAddress(url, env) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * How a submodule's repository is reached. A GitHub App's token is for the task's own repository alone, so a submodule of the same owner gets
 * one of its own, that may read it and nothing else; one of another owner is fetched without any.
 */
export async function submoduleRemote(context: StageContext, url: string): Promise<Remote> {
  const { secrets, env, input, signal, log } = context;
  const { forgeApp: app } = secrets;
  const remote = remoteOf(context, url);
  const own = addressOf(input.spec.repos?.[0]?.input?.url ?? '', env);
  const address = addressOf(url, env);
  if (!app || !own || !address || !remote.options.credential || same(own, address)) return remote;
  const bare: Remote = { ...remote, options: { ...remote.options, credential: undefined } };
  const { host, owner, repo } = address;
  if (host !== own.host || owner.toLowerCase() !== own.owner.toLowerCase())
    return {
      ...bare,
      withheld: `The GitHub App is for repositories of ${own.owner}, and this one is of ${owner} on ${host}: make it public, or give a token that may read both.`,
    };
  const { AppError, mintToken } = await import('./forges/github-app.ts');
  const permissions = permissionsFor('clone');
  try {
    const mint = () => mintToken({ app, address, permissions, env, log: (line) => log.line(line), signal });
    const token = await untilAborted(signal, mint);
    log.hide(token);
    return { ...remote, options: { ...remote.options, credential: { ...remote.options.credential, token } } };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...bare, withheld: `Let the GitHub App read ${owner}/${repo}: ${messageOf(error)}` };
  }
}

/** A stage with the token that a submodule's repository is read with. */
export async function submoduleContext(context: StageContext, url: string): Promise<StageContext> {
  if (!context.secrets.forgeApp) return context;
  return withToken(context, (await submoduleRemote(context, url)).options.credential?.token);
}

const same = (one: { owner: string; repo: string; host: string }, other: typeof one): boolean =>
  [one, other]
    .map(({ host, owner, repo }) => `${host}/${owner}/${repo}`.toLowerCase())
    .every((name, _, [first]) => name === first);
