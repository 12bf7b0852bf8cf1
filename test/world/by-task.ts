import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { AgenticSession } from '../../src/api/types.ts';
import type { Place } from './by-hand.ts';
import type { Chore, Repository } from './repositories.ts';

const program = fileURLToPath(new URL('../../bin/bgtask', import.meta.url));

/** What one task came to. */
export interface ByTask {
  exitCode: number;
  seconds: number;
  status: NonNullable<AgenticSession['status']>;
  /** The pull request's Markdown; empty where none was opened. */
  pullRequest: string;
  /** The task's whole log, for the person who looks for a reason. */
  log: string;
}

/** A chore through the real program, on the local engine, with state and configuration of its own. */
export async function byTask(
  repository: Repository,
  chore: Chore,
  { folder, bare, path }: Place,
): Promise<ByTask> {
  const name = `${repository.name}-${chore.kind}`;
  const env = {
    PATH: path,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    BGTASK_ENGINE: 'local',
  };
  const bgtask = (...args: string[]) =>
    execa('nice', ['-n', '2', program, ...args], { cwd: folder, env, reject: false, stdin: 'ignore' });
  const named = repository.named.flatMap((command) => ['--check', command]);
  const task = ['--repo', bare, '-m', `A ${chore.kind} change.`, '--agent', 'command', '--run', chore.run];
  const began = performance.now();
  const { exitCode, stderr } = await bgtask('create', name, ...task, ...named, '--timeout', '30m', '--wait');
  const seconds = (performance.now() - began) / 1000;
  const described = await bgtask('describe', name, '-o', 'json');
  if (described.exitCode !== 0) throw new Error(`${name} was not created: ${stderr}`);
  const { status = {} } = JSON.parse(described.stdout) as AgenticSession;
  const url = status.repos?.[0]?.prUrl;
  return {
    exitCode: exitCode ?? -1,
    seconds,
    status,
    pullRequest: url ? await readFile(fileURLToPath(url), 'utf8') : '',
    log: (await bgtask('logs', name)).stdout,
  };
}
