import type { Server } from 'node:net';
import { canonicalRepo } from '../api/names.ts';
import type { AgenticSession } from '../api/types.ts';
import { forgeAppOf, forgeHostsOf } from '../domain/credentials.ts';
import { messageOf } from '../domain/errors.ts';
import { isUntrusted, type Stage } from '../domain/report.ts';
import { agentOf, isFinished, isTask, repositoryOf } from '../domain/task.ts';
import type { Key } from '../engine/engine.ts';
import { LocalStore, sweepArchives } from '../engine/local/archives.ts';
import { keepBallast, releaseBallast } from '../engine/local/ballast.ts';
import { receiveHandovers } from '../engine/local/handover.ts';
import { JobRunner } from '../engine/local/jobs/job-runner.ts';
import { SupervisorLease } from '../engine/local/lease.ts';
import { followSettings } from '../engine/local/local-settings.ts';
import { localPaths } from '../engine/local/paths.ts';
import { validateBySchema } from '../engine/local/store/validate.ts';
import { loadAgent } from '../runner/agents/table.ts';
import { forgeTokenOf, knownForge, type Place, tokenForges } from '../runner/forges/tokens.ts';
import type { StageSecrets } from '../runner/stage-context.ts';
import { Controller } from './controller.ts';
import { keyText } from './informer.ts';

export interface SupervisorOptions {
  /** The environment of the command that started it, credentials included. Kept in memory only. */
  env: NodeJS.ProcessEnv;
  /** This very program. */
  command: readonly string[];
  log: (message: string, fields: Record<string, unknown>) => void;
  signal: AbortSignal;
}

/** Names of variables that hold credentials; a stage's own environment has none of them. */
const SECRET_NAME = /TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|CREDENTIAL|PRIVATE_KEY/i;
/** Variables of agents and helpers that give access to the user's credentials: for the trusted stages only. */
const AGENT_SOCKET = /^(SSH_|GPG_AGENT|GIT_ASKPASS|DBUS_)/;

/** The environment of a stage's own process. Credentials go to its standard input instead. */
export function stageEnv(
  env: NodeJS.ProcessEnv,
  stage: Stage,
  pullRequests: string,
  pass: readonly string[],
): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || (SECRET_NAME.test(name) && !(isUntrusted(stage) && pass.includes(name))))
      continue;
    if (isUntrusted(stage) && AGENT_SOCKET.test(name)) continue;
    own[name] = value;
  }
  return isUntrusted(stage)
    ? own
    : { ...own, BGTASK_USER_GIT_CONFIG: '1', BGTASK_PULL_REQUESTS: pullRequests };
}

/** The token of the forge's own command line, for people who signed in there and set no variable; it is for that host alone. */
async function signedIn(place: Place): Promise<Pick<StageSecrets, 'forgeToken' | 'forgeHosts'>> {
  const host = canonicalRepo(place.repository).split('/')[0] ?? '';
  if (!host.includes('.')) return {};
  const forgeToken = await knownForge(place)?.signIn?.token(place.env, host);
  return forgeToken ? { forgeToken, forgeHosts: [host] } : {};
}

/** What one stage of a task may hold: the forge's token or App where git talks to the forge, the agent's own key where the agent runs. */
export async function secretsFor(
  stage: Stage,
  session: AgenticSession,
  env: NodeJS.ProcessEnv,
): Promise<StageSecrets> {
  if (!isUntrusted(stage)) {
    const forgeApp = forgeAppOf(env);
    const place: Place = { repository: repositoryOf(session), env };
    const forgeToken = forgeTokenOf(env, place);
    // Of the shell that made the task, which need not be the one that started this process.
    const forgeHosts = [
      ...forgeHostsOf(env),
      ...tokenForges(place).flatMap((kind) => kind.hosts?.(env) ?? []),
    ];
    // The user chose the App: then the account that is signed in with gh is not used.
    if (!forgeToken && !forgeApp) return signedIn(place);
    return {
      ...(forgeToken && { forgeToken }),
      ...(forgeHosts.length > 0 && { forgeHosts }),
      ...(forgeApp && { forgeApp }),
    };
  }
  const agent = await loadAgent(agentOf(session).type).catch(() => undefined);
  const key = agent?.keys.find((name) => env[name]);
  return key ? { modelKeys: { [key]: env[key] ?? '' } } : {};
}

/**
 * The local engine's controller: reconciles until no task is before its end and no Job is left, then ends. Ends at once when another process
 * holds the lease. Throws Invalid when the settings file is bad.
 */
export async function supervise(options: SupervisorOptions): Promise<void> {
  const { env, log, signal } = options;
  const paths = localPaths(env);
  const settings = followSettings(paths.config, (problem) => log(problem, {}));
  const lease = new SupervisorLease(paths.lease);
  const onProblem = (problem: string): void => log(problem, {});
  const store = new LocalStore(paths, { validate: validateBySchema, cache: true, onProblem });
  const handed = new Map<string, NodeJS.ProcessEnv>();
  const envOf = (key: Key): NodeJS.ProcessEnv => handed.get(keyText(key)) ?? env;
  const jobs = new JobRunner({
    paths,
    command: options.command,
    // A trusted stage uses the programs and settings of the shell that started the supervisor, never an environment that was handed over later.
    stageEnv: (stage, key) =>
      stageEnv(isUntrusted(stage) ? envOf(key) : env, stage, paths.pullRequests, settings().passEnv),
    stageSecrets: async (stage, key) => {
      const session = await store.get('AgenticSession', key);
      return session ? secretsFor(stage, session, envOf(key)) : {};
    },
    onError: (key: Key, error: unknown) => log('job', { key, error: String(error) }),
  });
  let server: Server | undefined;
  while (!signal.aborted && (await acquire(lease, paths.state))) {
    keepBallast(paths.state);
    log('supervising', { pid: process.pid });
    server ??= await receiveHandovers(paths, ({ key, env: own }) => handed.set(key, own));
    await jobs.resume();
    await untilSettled(new Controller({ engine: { store, jobs }, settings, log }), signal);
    await sweepArchives(paths, store).catch((error: unknown) => onProblem(messageOf(error)));
    await lease.release();
    // A task may have been created while the lease still seemed held: then the command that created it did not start a supervisor.
    const left = (await store.list('AgenticSession')).some((task) => isTask(task) && !isFinished(task));
    if (!left) break;
  }
  server?.close();
  await jobs.close();
  log('ended', { pid: process.pid });
}

/** Takes the lease; on a full disk with the room that is kept for this. */
async function acquire(lease: SupervisorLease, state: string): Promise<boolean> {
  try {
    return await lease.acquire();
  } catch {
    releaseBallast(state);
    return lease.acquire();
  }
}

async function untilSettled(controller: Controller, signal: AbortSignal): Promise<void> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  controller.onIdle = () => {
    if (controller.settled) end();
  };
  await controller.run(ending.signal);
  signal.removeEventListener('abort', end);
}
