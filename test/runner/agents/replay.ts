import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Usage } from '../../../src/api/types.ts';
import type { Agent, AgentRequest, AgentResult } from '../../../src/runner/agents/agent.ts';
import { NO_ROOM } from '../../support/no-room.ts';

const FIXTURES = fileURLToPath(new URL('fixtures/', import.meta.url));

/** The program that replays what an agent's program printed once. */
const REPLAY = join(FIXTURES, 'replay.mjs');

/** What the replayed program does, in this order. */
export interface Replay {
  /** Text for its standard output. */
  print?: string;
  stderr?: string;
  /** A signal that it sends itself. */
  kill?: NodeJS.Signals;
  /** True: it never exits by itself. */
  hang?: boolean;
  /** Its exit code, 0 when absent. */
  exit?: number;
}

/** What the replayed program was given. */
interface Seen {
  args: string[];
  env: Record<string, string>;
  input: string;
}

/** The text of a fixture, e.g. `claude/success.jsonl`. */
export const fixture = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');

/** Runs agents against the replaying program, and keeps what they log and report. */
export interface Stage {
  log: string[];
  progress: Usage[];
  run(agent: Agent, replay: Replay, request?: Partial<AgentRequest>): Promise<AgentResult>;
  /** What the last run's program was given. */
  seen(): Promise<Seen>;
  close(): Promise<void>;
}

/** @param variable the agent's environment variable for its binary. */
export async function openStage(variable: string): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'bgtask-replay-'));
  const file = join(folder, 'seen.json');
  const stage: Stage = {
    log: [],
    progress: [],
    run: (agent, replay, { env, ...rest } = {}) =>
      agent.run({
        prompt: 'Make the change.\n',
        spec: { type: agent.name },
        cwd: folder,
        room: NO_ROOM,
        signal: new AbortController().signal,
        log: (line) => stage.log.push(line),
        progress: (usage) => stage.progress.push(usage),
        ...rest,
        env: {
          PATH: `${process.env.PATH ?? ''}:${dirname(process.execPath)}`,
          [variable]: REPLAY,
          REPLAY: JSON.stringify({ ...replay, seen: file }),
          ...env,
        },
      }),
    seen: async () => JSON.parse(await readFile(file, 'utf8')) as Seen,
    close: () => rm(folder, { recursive: true, force: true }),
  };
  return stage;
}
