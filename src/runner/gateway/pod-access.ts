import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord } from '../../api/record.ts';
import type { Usage } from '../../api/types.ts';
import { StageError } from '../../domain/reasons.ts';
import type { Stage } from '../../domain/report.ts';
import type { ModelApi } from './model-api.ts';

/** The file in which a gateway's container says how it is reached. */
export const ACCESS_FILE = 'access.json';
/** The path at which it says what it counted, to who has the placeholder. */
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
  /** All lines of its log, at most 100. */
  lines: string[];
}

/** Milliseconds in which a gateway that was started before the stage must be there, and between two looks. */
const START_MS = 60_000;
const LOOK_MS = 100;
/** Milliseconds between two questions about the budget while the agent runs, and for which an answer is waited. */
const ASK_MS = 5_000;

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
    `The model gateway of the pod did not start within ${START_MS / 1000} s. See the log of its container: kubectl logs POD -c gateway`,
  );
}

const pause = (signal: AbortSignal): Promise<void> => sleep(LOOK_MS, undefined, { signal });

export interface PodAccessOptions {
  access: PodAccess;
  /** The environment of the agent, with the placeholder as its key. */
  env: Readonly<Record<string, string>>;
  stageEnv: Readonly<NodeJS.ProcessEnv>;
  api: ModelApi;
  log: (line: string) => void;
  onSpent: () => void;
}

/** The agent's way to a gateway in another container: it asks that one what was counted, while the agent runs and at its end. */
export class PodGateway {
  readonly #options: PodAccessOptions;
  readonly #timer: NodeJS.Timeout;
  #last: GatewayState = { usage: {}, isSpent: false, lines: [] };

  constructor(options: PodAccessOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#ask(), ASK_MS);
  }

  /** The variables that send the agent's program to the gateway. */
  get variables(): Record<string, string> {
    const { access, api, stageEnv } = this.#options;
    return api.variables(`http://127.0.0.1:${access.port}`, stageEnv);
  }

  get usage(): Usage {
    return this.#last.usage;
  }

  /** Asks a last time. The gateway itself goes on until the pod ends. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#ask();
  }

  async #ask(): Promise<void> {
    const { access, log, onSpent } = this.#options;
    try {
      const answer = await fetch(`http://127.0.0.1:${access.port}${STATE_PATH}`, {
        headers: { authorization: `Bearer ${access.placeholder}` },
        signal: AbortSignal.timeout(ASK_MS),
      });
      if (!answer.ok) return;
      const state = (await answer.json()) as GatewayState;
      for (const line of state.lines.slice(this.#last.lines.length)) log(line);
      this.#last = state;
      if (state.isSpent) onSpent();
    } catch {
      // The agent's own requests fail, too, and say why.
    }
  }
}
