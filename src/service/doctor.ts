import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { FORGE_TOKEN_VARIABLES } from '../domain/credentials.ts';
import { messageOf } from '../domain/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { loadSettings } from '../engine/local/local-settings.ts';
import { localPaths } from '../engine/local/paths.ts';
import { SupervisorLease } from '../engine/local/lease.ts';
import { agents, loadAgent } from '../runner/agents/table.ts';

/** What was looked at: fine, worth knowing, or broken with what mends it. */
export interface Finding {
  level: 'ok' | 'warning' | 'problem';
  subject: string;
  message: string;
  mend?: string;
}

type Examine = (env: NodeJS.ProcessEnv) => Promise<Finding>;

/** The oldest git whose merge-tree can write a tree (2.38) and whose upload-pack fetches nothing lazily (CVE-2024-32004: 2.39.4). */
const GIT_MIN: readonly number[] = [2, 39, 4];

const run = async (command: string, args: string[], env: NodeJS.ProcessEnv): Promise<string | undefined> => {
  try {
    return (await promisify(execFile)(command, args, { env, timeout: 10_000 })).stdout.trim();
  } catch {
    return undefined;
  }
};

const isOlder = (version: readonly number[], than: readonly number[]): boolean => {
  const at = than.findIndex((part, index) => part !== (version[index] ?? 0));
  return at >= 0 && (version[at] ?? 0) < (than[at] ?? 0);
};

const examineGit: Examine = async (env) => {
  const text = await run('git', ['--version'], env);
  if (!text)
    return {
      level: 'problem',
      subject: 'git',
      message: 'git is not installed.',
      mend: 'Install git 2.39.4 or newer.',
    };
  const version = (/(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1) ?? []).map(Number);
  return isOlder(version, GIT_MIN)
    ? {
        level: 'problem',
        subject: 'git',
        message: `${text} is too old to take a hostile repository's change in safely.`,
        mend: `Install git ${GIT_MIN.join('.')} or newer.`,
      }
    : { level: 'ok', subject: 'git', message: text };
};

const examineState: Examine = async (env) => {
  const { state } = localPaths(env);
  try {
    await mkdir(state, { recursive: true, mode: 0o700 });
    await access(state, constants.W_OK | constants.X_OK);
    return { level: 'ok', subject: 'state', message: state };
  } catch (error) {
    return {
      level: 'problem',
      subject: 'state',
      message: `${state} cannot be written: ${messageOf(error)}`,
      mend: 'Make it yours, or name another folder in BGTASK_STATE.',
    };
  }
};

const examineSettings: Examine = async (env) => {
  const { config } = localPaths(env);
  try {
    loadSettings(config);
    return {
      level: 'ok',
      subject: 'settings',
      message: `${config}/config.yaml, or the defaults where there is none`,
    };
  } catch (error) {
    return {
      level: 'problem',
      subject: 'settings',
      message: messageOf(error),
      mend: `Correct ${config}/config.yaml: no task starts before that.`,
    };
  }
};

const examineSupervisor: Examine = async (env) => {
  const { lease, state } = localPaths(env);
  try {
    const holder = new SupervisorLease(lease).holder();
    return {
      level: 'ok',
      subject: 'supervisor',
      message: holder
        ? `runs as process ${holder.pid}; its log is ${state}/supervisor.log`
        : 'does not run; the next task starts it',
    };
  } catch (error) {
    return {
      level: 'warning',
      subject: 'supervisor',
      message: `nobody can say whether it runs: ${messageOf(error)}`,
      mend: 'Mend the state folder first.',
    };
  }
};

const examineForge: Examine = async (env) => {
  const name = FORGE_TOKEN_VARIABLES.find((variable) => env[variable]);
  if (name) return { level: 'ok', subject: 'forge', message: `a token for the forge is in ${name}` };
  if (await run('gh', ['auth', 'token'], env))
    return { level: 'ok', subject: 'forge', message: 'the GitHub command line (gh) has a token' };
  return {
    level: 'warning',
    subject: 'forge',
    message: 'no token for GitHub, so only local repositories get their pull request.',
    mend: 'Set GITHUB_TOKEN, or sign in with: gh auth login',
  };
};

async function examineAgent(name: string, env: NodeJS.ProcessEnv): Promise<Finding | undefined> {
  const agent = await loadAgent(name);
  if (agent.keys.length === 0) return undefined;
  const wanted = env[`BGTASK_${name.toUpperCase()}`] || name;
  const program = await run('sh', ['-c', 'command -v "$1"', 'sh', wanted], env);
  const key = agent.keys.find((variable) => env[variable]);
  const subject = `agent ${name}`;
  if (!program)
    return {
      level: 'warning',
      subject,
      message: `the program ${wanted} is not installed.`,
      mend: 'Install it, or use another agent: --agent',
    };
  if (!key)
    return {
      level: 'warning',
      subject,
      message: `${program}, but none of ${agent.keys.join(', ')} is set.`,
      mend: `Set ${agent.keys[0]}.`,
    };
  return { level: 'ok', subject, message: `${program}, with the key in ${key}` };
}

/** What is there and what is missing for tasks on this machine. Changes nothing but makes the state folder. */
export async function findings(engine: Engine, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const node: Finding = { level: 'ok', subject: 'node', message: process.version };
  const machine = await Promise.all(
    [examineGit, examineState, examineSettings, examineSupervisor, examineForge].map((examine) =>
      examine(env),
    ),
  );
  const programs = await Promise.all(Object.keys(agents).map((name) => examineAgent(name, env)));
  return [
    { level: 'ok', subject: 'engine', message: engine.kind },
    node,
    ...machine,
    ...programs.filter((finding) => finding !== undefined),
  ];
}
