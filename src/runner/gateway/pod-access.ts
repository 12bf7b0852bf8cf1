import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord } from '../../api/record.ts';
import type { Usage } from '../../api/types.ts';
import { StageError } from '../../domain/reasons.ts';
import type { Stage } from '../../domain/report.ts';
import type { ModelApi } from './model-api.ts';

/** The file in which a gateway's container says how it is reached. */
export const ACCESS_FILE = 'access.json';
/** The path of its counters and its log, for requests with the placeholder. */
export const STATE_PATH = '/.bgtask/state';

/** How the work stage of a pod reaches its gateway. */
export interface PodAccess {
  /** The variable of the key that the gateway holds. */
  key: string;
  placeholder: string;
  /** On the pod's loopback. */
  port: number;
}

/** What a gateway's container counted and logged. */
export interface GatewayState {
  usage: Usage;
  /** True once the budget is used up. */
  isSpent: boolean;
  /** Why the provider is given up, which was never reached. */
  lost?: string;
  /** All lines of its log, at most 100. */
  lines: string[];
}

/** Milliseconds in which a gateway that was started before the stage must be there, and between two looks. */
const START_MS = 60_000;
const LOOK_MS = 100;
/** Milliseconds between two questions about the budget while the agent runs, and for which an answer is waited. */
const ASK_MS = 5_000;
/** A container's host name is the name of its pod. */
const SEE_LOG = `See its log: kubectl logs ${hostname()} -c gateway`;

/**
 * What a stage holds, and for the work stage the way to the gateway's container that `BGTASK_GATEWAY` names, with a placeholder in the place of its key. Waits up
 * to a minute for that gateway. Throws a StageError (AgentFailed) when it does not start.
 */
export async function withPodGateway<Held extends { modelKeys?: Record<string, string> }>(
  stage: Stage,
  secrets: Held,
  { env, signal }: { env: Readonly<NodeJS.ProcessEnv>; signal: AbortSignal },
): Promise<Held & { gateway?: PodAccess }> {
  const folder = env['BGTASK_GATEWAY'];
  const access = stage === 'work' && folder ? await readPodAccess(folder, signal) : undefined;
  if (!access) return secrets;
  const modelKeys = { ...secrets.modelKeys, [access.key]: access.placeholder };
  return { ...secrets, gateway: access, modelKeys };
}

/** How the gateway of the pod is reached; undefined if the Secret holds no key for it. */
async function readPodAccess(folder: string, signal: AbortSignal): Promise<PodAccess | undefined> {
  for (const end = performance.now() + START_MS; performance.now() < end; await pause(signal)) {
    const text = await readFile(join(folder, ACCESS_FILE), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const found: unknown = JSON.parse(text);
    return isRecord(found) && typeof found['key'] === 'string' ? (found as unknown as PodAccess) : undefined;
  }
  throw new StageError(
    'AgentFailed',
    `The model gateway of the pod did not start within ${START_MS / 1000} s. ${SEE_LOG}`,
  );
}

const pause = (signal: AbortSignal): Promise<void> => sleep(LOOK_MS, undefined, { signal });

export interface PodAccessOptions {
  access: PodAccess;
  stageEnv: Readonly<NodeJS.ProcessEnv>;
  api: ModelApi;
  log: (line: string) => void;
  onSpent: () => void;
  onLost: (message: string) => void;
}

const NOTHING: GatewayState = { usage: {}, isSpent: false, lines: [] };

/** To a millionth, as the meter has it. */
const roundUSD = (cost: number): number => Math.round(cost * 1e6) / 1e6;

/** What was counted since an earlier time. */
const since = (before: Usage, now: Usage): Usage => ({
  ...now,
  inputTokens: (now.inputTokens ?? 0) - (before.inputTokens ?? 0),
  outputTokens: (now.outputTokens ?? 0) - (before.outputTokens ?? 0),
  ...(now.costUSD !== undefined && { costUSD: roundUSD(now.costUSD - (before.costUSD ?? 0)) }),
});

/** The way of one run of an agent to the gateway in another container, which counts for all runs: it is asked before, while and after the agent runs. */
export class PodGateway {
  readonly #options: PodAccessOptions;
  readonly #before: GatewayState;
  readonly #timer: NodeJS.Timeout;
  #last: GatewayState;
  /** One question at a time. */
  #asked: Promise<void> = Promise.resolve();

  private constructor(options: PodAccessOptions, before: GatewayState) {
    this.#options = options;
    this.#before = before;
    this.#last = before;
    this.#timer = setInterval(() => void this.#ask(), ASK_MS);
  }

  /** Throws a StageError (AgentFailed) when the gateway does not answer. */
  static async open(options: PodAccessOptions): Promise<PodGateway> {
    try {
      return new PodGateway(options, await stateOf(options.access));
    } catch (error) {
      throw new StageError('AgentFailed', `The model gateway of the pod does not answer. ${SEE_LOG}`, {
        cause: error,
      });
    }
  }

  /** The variables that send the agent's program to the gateway. */
  get variables(): Record<string, string> {
    const { access, api, stageEnv } = this.#options;
    return api.variables(`http://127.0.0.1:${access.port}`, stageEnv);
  }

  /** What this run used, as far as the gateway has said it. */
  get usage(): Usage {
    return since(this.#before.usage, this.#last.usage);
  }

  /** Asks a last time. The gateway itself goes on until the pod ends. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const { log } = this.#options;
    await this.#ask(() =>
      log(`The model gateway does not answer: usage may be higher than reported. ${SEE_LOG}`),
    );
  }

  #ask(onSilence?: () => void): Promise<void> {
    return (this.#asked = this.#asked.then(async () => {
      const { access, log, onSpent, onLost } = this.#options;
      const state = await stateOf(access).catch(() => undefined);
      if (!state) return onSilence?.();
      for (const line of state.lines.slice(this.#last.lines.length)) log(line);
      this.#last = state;
      if (state.isSpent) onSpent();
      if (state.lost !== undefined) onLost(state.lost);
      return undefined;
    }));
  }
}

/** Rejects when the gateway does not answer in time, or with something else. */
async function stateOf({ port, placeholder }: PodAccess): Promise<GatewayState> {
  const answer = await fetch(`http://127.0.0.1:${port}${STATE_PATH}`, {
    headers: { authorization: `Bearer ${placeholder}` },
    signal: AbortSignal.timeout(ASK_MS),
  });
  if (!answer.ok) throw new Error(`the model gateway answered ${answer.status}`);
  return { ...NOTHING, ...((await answer.json()) as Partial<GatewayState>) };
}
