import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentSpec, CheckSpec } from '../../src/api/types.ts';
import { roomsHere } from '../runner/room/sandbox.ts';
import { type Model, startModel } from '../support/model-standin/model.ts';
import type { Protocol } from '../support/model-standin/protocol.ts';
import type { Script, ToolCall } from '../support/model-standin/script.ts';
import type { Job } from '../support/stage/job.ts';
import { cloned } from '../support/stage/prepared.ts';
import { installAgent, type ProgramName } from './install.ts';

/** What the agent finds out about itself: its environment, its home, its and its parents' arguments and environments. */
export const SPY =
  "env > spied.txt; for p in /proc/[0-9]*; do tr '\\0' '\\n' < $p/environ; tr '\\0' ' ' < $p/cmdline; done >> spied.txt 2>/dev/null; " +
  'grep -rsa "" "$HOME" --exclude-dir=node_modules --include="*.json" --include="*.toml" | head -c 200000 >> spied.txt; true';

/** Every file below a folder, as text. */
export const filesBelow = (folder: string): [path: string, text: string][] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, 'latin1')]);

/** How one of an agent's programs is tested. */
export interface RealAgent {
  type: ProgramName;
  /** The variable with its program's path. */
  program: string;
  /** The variable of its key. */
  variable: string;
  key: string;
  protocol: Protocol;
  /** The variables that send it to the model. */
  base(url: string): Record<string, string>;
  model?: string;
}

export interface Scene {
  job: Job;
  model: Model;
}

interface SceneOptions {
  /** The same program with another key. */
  agent?: RealAgent;
  spec?: Partial<AgentSpec>;
  /** The command of the check. */
  check?: string;
  /** The task's key, where it is not the right one. */
  key?: string;
}

/** Opens scenes of one agent: a job that is cloned, in whose work stage the real program meets a scripted model in a room. */
export class Stage {
  readonly #agent: RealAgent;
  readonly #models: Model[] = [];
  #binary = '';

  constructor(agent: RealAgent) {
    this.#agent = agent;
  }

  /** For `before`. Skips the suite where the program or a room cannot be had. */
  async install(context: Mocha.Context): Promise<void> {
    context.timeout(600_000);
    await roomsHere(context);
    this.#binary = await installAgent(context, this.#agent.type);
  }

  async open(
    script: Script,
    { agent = this.#agent, spec = {}, check = 'true', key }: SceneOptions = {},
  ): Promise<Scene> {
    const model = await startModel({ script, key: agent.key, protocol: agent.protocol });
    this.#models.push(model);
    const checks: CheckSpec[] = [{ name: 'version', run: check }];
    const { job } = await cloned(
      { 'version.txt': 'version 1\n' },
      {
        env: { [agent.program]: this.#binary, ...agent.base(model.url) },
        input: { sandbox: 'required' },
        secrets: { modelKeys: { [agent.variable]: key ?? agent.key } },
        spec: {
          agent: { type: agent.type, ...(agent.model && { model: agent.model }), ...spec },
          checks,
        },
      },
    );
    return { job, model };
  }

  /** For `afterEach`. */
  async close(): Promise<void> {
    await Promise.all(this.#models.splice(0).map((model) => model.close()));
  }
}

/** The key stays with the gateway: not in what the agent saw, not in any file of the job, and each request for an answer came with it. */
export async function assertKeyStayed(
  { job, model }: Scene,
  { key, variable }: Pick<RealAgent, 'key' | 'variable'>,
  spied: string,
): Promise<void> {
  assert.match(spied, new RegExp(`^${variable}=\\S*[0-9a-f]{64}$`, 'm'), 'the agent gets a placeholder');
  assert.ok(!spied.includes(key), 'the key is in an environment, an argument or the home');
  for (const [path, text] of filesBelow(job.dir)) assert.ok(!text.includes(key), path);
  const asked = model.requests.filter(({ method }) => method === 'POST');
  assert.deepEqual(new Set(asked.map((request) => request.key)), new Set([key]));
  assert.ok(!job.log.includes('key in reach'), job.log);
  assert.ok(!job.log.includes('model gateway'), job.log);
}

/** Its program asked for nothing besides the model and hosts that are expected: the room's network says what it closed. */
export function assertQuiet({ log }: Job, expected = /^$/): void {
  const asked = [...log.matchAll(/is closed for (\S+):/g)].map(([, host = '']) => host);
  assert.deepEqual(
    asked.filter((host) => !expected.test(host)),
    [],
  );
}

/** Calls of the tools that an agent offers: one that replaces a line of version.txt, one that runs a shell command. */
export interface Tools {
  edit: (from: string, to: string) => ToolCall;
  shell: (command: string) => ToolCall;
}

/** A script that edits a file, looks around with a shell, and ends. */
export const editAndSpy = ({ edit, shell }: Tools): Script => [
  {
    text: 'I change the version.',
    tools: [edit('version 1', 'version 2')],
    usage: { input: 100, output: 20, cacheRead: 300 },
  },
  { tools: [shell(SPY)], usage: { input: 10, output: 5 } },
  { text: 'The version is 2 now.', usage: { input: 7, output: 3 } },
];
