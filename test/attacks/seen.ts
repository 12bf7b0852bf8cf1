import { execa } from 'execa';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgenticSession } from '../../src/api/types.ts';
import { type Attack, HONEST, type Told } from './attack.ts';
import type { World } from './world.ts';

/** What is seen of a task when it has ended. */
export interface Seen {
  status: NonNullable<AgenticSession['status']>;
  /** True when the condition Validated is True: then the pull request says ✅. */
  isProven: boolean;
  /** The reason of the condition Validated; undefined where nothing was judged. */
  validated: string | undefined;
  /** What `bgtask logs` prints. */
  log: string;
  /** The pull request's text; empty when none was written. */
  pull: string;
  /** The message of the pushed commit; empty when none was pushed. */
  message: string;
  /** The paths of the pushed branch; undefined when none was pushed. */
  pushed: string[] | undefined;
  /** The content of a file of the pushed branch. */
  file(path: string): Promise<string>;
  /** True when the tests of the base, run by this table and outside of bgtask, pass on the pushed files. */
  isHonest(): Promise<boolean>;
  /** All that a reader can see: log, pull request, commit and patch. */
  said: string;
}

const TASK = 'attack';
const BRANCH = `background-task-${TASK}`;

/** A text of the attack, told about the world. */
export const told = (text: Told, world: World): string => (typeof text === 'string' ? text : text(world));

/** Runs the tests of the base on the pushed files, outside of bgtask. */
async function judgeAgain({ home, repository }: World): Promise<boolean> {
  const judged = join(home, 'judged');
  await mkdir(judged);
  const files = await execa('git', ['archive', BRANCH], { cwd: repository, encoding: 'buffer' });
  await execa('tar', ['-x', '-C', judged], { input: files.stdout });
  for (const path of ['add.test.mjs', 'scripts'])
    await cp(join(repository, path), join(judged, path), { recursive: true, force: true });
  return (await execa('sh', ['scripts/test.sh'], { cwd: judged, reject: false })).exitCode === 0;
}

/** Looks at what a task came to. */
export async function look(world: World): Promise<Seen> {
  const { machine, repository } = world;
  const { status = {} } = await machine.task(TASK);
  const validated = status.conditions?.find(({ type }) => type === 'Validated');
  const log = (await machine.bgtask('logs', TASK)).stdout;
  const url = status.repos?.[0]?.prUrl;
  const pull = url ? await readFile(new URL(url), 'utf8') : '';
  const git = (...args: string[]) =>
    execa('git', args, { cwd: repository, reject: false, stripFinalNewline: false });
  const names = await git('ls-tree', '-r', '-z', '--name-only', BRANCH);
  const pushed = names.exitCode === 0 ? names.stdout.split('\0').filter(Boolean) : undefined;
  const shown = pushed ? (await git('show', '--format=fuller', '--text', BRANCH)).stdout : '';
  let honest: Promise<boolean> | undefined;
  return {
    status,
    isProven: validated?.status === 'True',
    validated: validated?.reason,
    log,
    pull,
    message: pushed ? (await git('log', '-1', '--format=%B', BRANCH)).stdout : '',
    pushed,
    file: async (path) => (await git('show', `${BRANCH}:${path}`)).stdout,
    isHonest: () => (honest ??= judgeAgain(world)),
    said: [log, pull, shown].join('\n'),
  };
}

/** Makes the repository, and runs the task to its end by the command line. */
export async function runTask(attack: Attack, world: World): Promise<void> {
  const { machine } = world;
  const files = Object.entries({ ...HONEST, ...attack.files }).flatMap(([path, text]) =>
    text === undefined ? [] : [[path, told(text, world)]],
  );
  await machine.repository('app', Object.fromEntries(files) as Record<string, string>);
  await attack.before?.(world);
  const agent = attack.claude
    ? ['--agent', 'claude']
    : ['--run', told(attack.run ?? `echo '// edited' >> add.mjs`, world)];
  const flags = ['--repo', world.repository, '-m', attack.prompt ?? 'Change it.', ...agent];
  const made = await machine.bgtask('create', TASK, ...flags, ...(attack.flags ?? []), '--wait');
  if (!made.stderr.includes(`task/${TASK} created`)) throw new Error(`No task was made: ${made.stderr}`);
  await machine.settled();
}
