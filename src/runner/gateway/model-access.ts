import type { Usage } from '../../api/types.ts';
import { StageError } from '../../domain/reasons.ts';
import type { Agent } from '../agents/agent.ts';
import { whyInReach } from './model-hosts.ts';
import { openGateway } from './gateway.ts';
import { TokenMeter } from './token-meter.ts';
import type { ModelApi } from './model-api.ts';
import { type PodAccess, PodGateway } from './pod-access.ts';
import { Reach } from './reach.ts';

export interface AccessOptions {
  agent: Pick<Agent, 'name' | 'keys' | 'gateway'>;
  /** The environment of the agent with its key, as `agentEnv` makes it. */
  env: Readonly<Record<string, string>>;
  /** The stage's own environment: the person's base URLs and the proxy. */
  stageEnv: Readonly<NodeJS.ProcessEnv>;
  /** US dollars that this run may spend; undefined without a budget. */
  budgetUSD?: number;
  /** True where the model answered in an earlier run of this task. */
  hasAnswered?: boolean;
  log: (line: string) => void;
  /** Where a room reaches the gateway: the socket to listen on, and the port on which the room's forwarder hands it over. Absent without a room. */
  room?: { socket: string; port: number };
  /** The gateway in another container of the pod, which holds the key of this access. */
  pod?: PodAccess;
}

/** The agent's way to its model, for one run. */
export interface ModelAccess {
  /** The environment of the agent, with a placeholder for the key where the gateway stands between. */
  env: Record<string, string>;
  /** The host that the agent must reach itself, where it has the key itself and its program's address is known. */
  host?: string;
  /** What the gateway counted; nothing where the agent has the key itself. */
  usage: () => Usage;
  /** Aborts with the StageError that ends the run: AgentBudget when the answers cost more than the budget, ModelUnavailable when the provider cannot be reached. */
  ended: AbortSignal;
  close: () => Promise<void>;
}

/**
 * Opens the way of one run of an agent to its model: through the gateway, or with the key in reach and a line in the log that says why. Rejects with a StageError
 * (AgentFailed) when the base URL or the proxy that the person named is of no use.
 */
export async function openModelAccess(options: AccessOptions): Promise<ModelAccess> {
  const { agent, env, stageEnv, budgetUSD, log, room, pod } = options;
  const name = agent.keys.find((each) => env[each]);
  const ended = new AbortController();
  const onSpent = (): void => ended.abort(overBudget(budgetUSD));
  const onLost = (message: string): void => ended.abort(unreachable(message));
  const open = { env: { ...env }, usage: () => ({}), ended: ended.signal, close: () => Promise.resolve() };
  if (name === undefined) return open;
  const api = agent.gateway?.apis[name];
  if (api && pod?.key === name) {
    const gateway = await PodGateway.open({ access: pod, stageEnv, api, log, onSpent, onLost });
    return {
      env: { ...env, ...loopbackSpared(env), ...gateway.variables },
      usage: () => gateway.usage,
      ended: ended.signal,
      close: () => gateway.close(),
    };
  }
  // Programs of the container read the volume that the key came in.
  if (stageEnv['BGTASK_ROOM'] === 'container')
    log(
      `key in reach: the agent's container holds ${name}. On Kubernetes 1.32 and newer a container of its own does.`,
    );
  const why = whyInReach(agent, name, stageEnv);
  if (!api || why !== undefined) {
    log(`key in reach: the agent ${agent.name} gets ${name} itself, because ${why}.`);
    return api ? { ...open, host: baseOf(api, stageEnv, name).host } : open;
  }
  const meter = new TokenMeter({ budgetUSD, log, onSpent });
  const base = baseOf(api, stageEnv, name);
  const more = {
    kind: api.kind,
    env: stageEnv,
    log,
    reach: new Reach(onLost, options.hasAnswered),
    ...(room && { socket: room.socket }),
  };
  const gateway = await openGateway({ ...more, base, key: env[name] ?? '', meter }).catch(
    (error: unknown) => {
      throw new StageError('AgentFailed', `The model gateway does not start: ${String(error)}`, {
        cause: error,
      });
    },
  );
  const url = `http://127.0.0.1:${room?.port ?? gateway.port}`;
  return {
    env: {
      ...env,
      ...loopbackSpared(env),
      ...api.variables(url, stageEnv),
      [name]: gateway.placeholder,
    },
    usage: () => meter.usage,
    ended: ended.signal,
    close: () => gateway.close(),
  };
}

/** The base URL of an agent's API: the person's own, or the provider's. Throws a StageError (AgentFailed) for one that cannot be used. */
export function baseOf(api: ModelApi, env: Readonly<NodeJS.ProcessEnv>, key: string): URL {
  const given = api.ownBase(env);
  const base = given ?? api.defaultBase;
  if (URL.canParse(base) && /^https?:$/.test(new URL(base).protocol)) return new URL(base);
  throw new StageError(
    'AgentFailed',
    `The address of the model API that the environment gives for ${key} is not an http or https URL. Correct it and retry.`,
  );
}

/** The gateway is on loopback: a program that obeys a proxy's variables must not ask the proxy for it. */
function loopbackSpared(env: Readonly<Record<string, string>>): Record<string, string> {
  const spared = [env['NO_PROXY'] ?? env['no_proxy'], '127.0.0.1', 'localhost'].filter(Boolean).join(',');
  const isProxied = Object.keys(env).some((name) => /^https?_proxy$/i.test(name));
  return isProxied ? { NO_PROXY: spared, no_proxy: spared } : {};
}

/** Unlike an overload it is not waited for. */
const unreachable = (message: string): StageError =>
  new StageError(
    'ModelUnavailable',
    `The model was never reached: ${message}. Correct the address or the network, then retry the task.`,
  );

const overBudget = (budget: number | undefined): StageError =>
  new StageError(
    'AgentBudget',
    `The answers of the model cost more than what was left of the task's budget ($${(budget ?? 0).toFixed(2)}). ` +
      'Raise agent.maxBudgetUSD, or ask for less in one task.',
  );
