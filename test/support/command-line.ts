import { on } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { AgenticSession } from '../../src/api/types.ts';
import { type Stage, STAGES } from '../../src/domain/report.ts';
import { readStage } from '../../src/engine/local/jobs/stage-state.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What one command line came to. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A person's machine: a home, a state folder, and the program as it is installed. */
export interface Machine {
  folder: string;
  state: string;
  /** A folder on PATH, which the rooms of tasks therefore see: what a test puts into it, an agent can wait for. */
  gates: string;
  env: Record<string, string>;
  /** Runs `bgtask` with arguments; never rejects. */
  bgtask(...args: string[]): Promise<Outcome>;
  /** The same, and fails the test unless the exit code is 0. */
  ok(...args: string[]): Promise<string>;
  task(name: string): Promise<AgenticSession>;
  /** Resolves when the supervisor has ended: nothing changes in the state folder any more. */
  settled(): Promise<void>;
  /** A repository with these files, two commits on main and a tag. */
  repository(name: string, files: Readonly<Record<string, string>>): Promise<string>;
  /** A repository made of a folder of test/fixtures. */
  fixture(name: string): Promise<string>;
  git(repository: string, ...args: string[]): Promise<string>;
  close(): Promise<void>;
}

/** Files of a repository without formatters and checks. */
export const WITHOUT_CHECKS = { 'a.txt': 'one\n', '.bgtask.yaml': '{"format":[],"checks":[]}' };

const PASSED = [
  'PATH',
  'LANG',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'npm_config_registry',
  'HTTPS_PROXY',
  'NO_PROXY',
];

const git = async (repository: string, ...args: string[]): Promise<string> =>
  (
    await execa('git', ['-c', 'user.name=Sample Author', '-c', 'user.email=author@example.com', ...args], {
      cwd: repository,
    })
  ).stdout;

/** A machine of its own for one test file. `env` is added to every command's environment. */
export async function machine(env: Record<string, string> = {}): Promise<Machine> {
  if (!existsSync(join(root, 'dist/main.js')))
    throw new Error('dist/ is missing: run npm ci, or npm run prepare');
  const folder = await mkdtemp(join(tmpdir(), 'bgtask-machine-'));
  const state = join(folder, 'state');
  const passed = Object.fromEntries(
    PASSED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
  const gates = join(folder, 'gates');
  await mkdir(gates);
  const own = {
    ...passed,
    HOME: folder,
    BGTASK_STATE: state,
    BGTASK_CONFIG: join(folder, 'config'),
    BGTASK_ENGINE: 'local',
    ...env,
    PATH: `${env['PATH'] ?? passed['PATH']}:${gates}`,
  } as Record<string, string>;
  const commitAll = async (repository: string): Promise<string> => {
    await git(repository, 'init', '--quiet', '--initial-branch=main');
    const documents = ['README.md', '.gitignore'].filter((file) => existsSync(join(repository, file)));
    if (documents.length > 0) await git(repository, 'add', ...documents);
    await git(repository, 'commit', '--quiet', '--allow-empty', '-m', 'Say what it is');
    await git(repository, 'tag', '-a', 'v1.0.0', '-m', 'The first release');
    await git(repository, 'add', '--all');
    await git(repository, 'commit', '--quiet', '-m', 'Add the program');
    return repository;
  };
  const bgtask = async (...args: string[]): Promise<Outcome> => {
    const result = await execa(join(root, 'bin/bgtask'), args, {
      env: own,
      extendEnv: false,
      cwd: folder,
      reject: false,
      stdin: 'ignore',
    });
    return { code: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
  };
  const ok = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await bgtask(...args);
    if (code !== 0) throw new Error(`bgtask ${args.join(' ')} exited with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  };
  return {
    folder,
    state,
    gates,
    env: own,
    bgtask,
    ok,
    git,
    task: async (name) => JSON.parse(await ok('describe', name, '-o', 'json')) as AgenticSession,
    async settled() {
      const log = join(state, 'supervisor.log');
      const changes = watch(log);
      // Listens before it looks, so that no change is missed in between.
      const told = on(changes, 'change');
      try {
        if ((await supervisorPid(state)) === undefined) return;
        for await (const _ of told) if ((await supervisorPid(state)) === undefined) return;
      } finally {
        changes.close();
      }
    },
    async repository(name, files) {
      const repository = join(folder, name);
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(repository, path)), { recursive: true });
        await writeFile(join(repository, path), text);
      }
      return commitAll(repository);
    },
    async fixture(name) {
      const repository = join(folder, name);
      await cp(join(root, 'test/fixtures', name), repository, { recursive: true });
      return commitAll(repository);
    },
    close: async () => {
      await endProcesses(state);
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** The pid of the supervisor that runs on a state folder, by what it says in its log. */
export async function supervisorPid(state: string): Promise<number | undefined> {
  const log = await readFile(join(state, 'supervisor.log'), 'utf8').catch(() => '');
  const pids = [...log.matchAll(/"message":"(supervising|ended)","pid":(\d+)/g)];
  const last = pids.at(-1);
  return last?.[1] === 'supervising' ? Number(last[2]) : undefined;
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Ends the supervisor and, where a test failed halfway, the stages that it leaves at work. */
async function endProcesses(state: string): Promise<void> {
  const supervisor = await supervisorPid(state);
  if (supervisor !== undefined) end(supervisor, 'SIGKILL');
  for (const { dir, stage } of await jobFolders(state)) {
    const found = readStage(dir, stage);
    if (found.state === 'running') end(found.claim.pid, 'SIGTERM');
  }
}

async function jobFolders(state: string): Promise<{ dir: string; stage: Stage }[]> {
  const files = await readdir(join(state, 'jobs'), { recursive: true, withFileTypes: true }).catch(() => []);
  const dirs = files.filter((file) => file.isDirectory()).map((file) => join(file.parentPath, file.name));
  return dirs.flatMap((dir) => STAGES.map((stage) => ({ dir, stage })));
}
