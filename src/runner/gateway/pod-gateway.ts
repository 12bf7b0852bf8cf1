import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Usage } from '../../api/types.ts';
import { messageOf } from '../../domain/errors.ts';
import { agentOf } from '../../domain/task.ts';
import { writeAtomic } from '../../engine/atomic-file.ts';
import { loadAgent } from '../agents/table.ts';
import { readSecretFiles } from '../secret-files.ts';
import { readInput, secretValues, stagePaths } from '../stage-context.ts';
import { stageLog } from '../stage-log.ts';
import { type Gateway, openGateway } from './gateway.ts';
import { baseOf } from './model-access.ts';
import { ACCESS_FILE, type PodAccess } from './pod-access.ts';
import { Reach } from './reach.ts';
import { TokenMeter } from './token-meter.ts';

/** Bytes of the gateway's own log. */
const LOG_BYTES = 1_048_576;
/** Lines that the work stage gets for the task's log. */
const LINES = 100;

/**
 * The program of the gateway's container in a pod: it holds the model's key, listens on the pod's loopback, and writes into the folder `BGTASK_GATEWAY` how
 * the work stage reaches it. It starts no program, and reads nothing that other containers write. Resolves with the exit code when it is told to end: 0, or 1
 * if it cannot serve. A gateway that is started a second time in a pod does not serve: it does not know what was spent before.
 */
export async function servePodGateway(env: NodeJS.ProcessEnv): Promise<number> {
  const secrets = readSecretFiles(env['BGTASK_SECRETS_DIR'] ?? '');
  const log = stageLog(secretValues(secrets), LOG_BYTES);
  const told = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
  });
  // Without a listener Node starts its debugger on this signal.
  process.on('SIGUSR1', () => undefined);
  try {
    const file = join(env['BGTASK_GATEWAY'] ?? '', ACCESS_FILE);
    if (existsSync(file)) throw new Error('it ran before in this pod, and what was spent is not known');
    const open = await openFor(secrets.modelKeys ?? {}, env, (line) => log.line(line));
    writeAtomic(file, JSON.stringify(open?.access ?? {}));
    log.line(
      open ? `The model gateway holds ${open.access.key}.` : 'No key of the agent found in the Secret.',
    );
    await told;
    await open?.gateway.close();
    const report = env['BGTASK_REPORT'];
    // The operator reads it there: programs of other containers cannot write it.
    if (open && report) writeFileSync(report, JSON.stringify({ usage: open.usage() }));
    return 0;
  } catch (error) {
    log.line(`The model gateway does not start: ${messageOf(error)}`);
    return 1;
  } finally {
    log.end();
  }
}

interface Open {
  access: PodAccess;
  gateway: Gateway;
  usage: () => Usage;
}

/** Opens the gateway for the first of the agent's keys in the Secret. Returns undefined if the Secret contains none of them. */
async function openFor(
  keys: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Open | undefined> {
  const { type, maxBudgetUSD } = agentOf(await readInput(stagePaths('work', env).input));
  const agent = await loadAgent(type);
  const name = agent.keys.find((each) => keys[each] && agent.gateway?.apis[each]);
  const api = name === undefined ? undefined : agent.gateway?.apis[name];
  if (name === undefined || !api) return undefined;
  const lines: string[] = [];
  const log = (line: string): void => {
    say(line);
    if (lines.length < LINES) lines.push(line);
  };
  const meter = new TokenMeter({ budgetUSD: maxBudgetUSD, log });
  const reach = new Reach();
  const gateway = await openGateway({
    kind: api.kind,
    base: baseOf(api, env, name),
    key: keys[name] ?? '',
    env,
    meter,
    log,
    reach,
    state: () => ({
      usage: meter.usage,
      isSpent: meter.isSpent,
      lines,
      ...(reach.lost !== undefined && { lost: reach.lost }),
    }),
  });
  const access = { key: name, placeholder: gateway.placeholder, port: gateway.port ?? 0 };
  return { access, gateway, usage: () => meter.usage };
}
