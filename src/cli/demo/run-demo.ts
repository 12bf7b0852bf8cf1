import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { shellWord } from '../../domain/shell-word.ts';
import { prUrlOf } from '../../domain/task.ts';
import { findTask } from '../../service/find-task.ts';
import { EXIT, type CliContext } from '../context.ts';
import { safeText } from '../output/safe.ts';
import { SAMPLE_FILES } from './sample-files.ts';

/** Runs one command line in a context; its exit code. */
export type RunCommand = (args: readonly string[], context: CliContext) => Promise<number>;

const IDENTITY = ['-c', 'user.name=Sample Author', '-c', 'user.email=author@example.com'];

async function makeSample(folder: string): Promise<void> {
  for (const [path, text] of Object.entries(SAMPLE_FILES)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const git = (...args: string[]) => execa('git', args, { cwd: folder });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', 'README.md', '.gitignore');
  await git(...IDENTITY, 'commit', '--quiet', '-m', 'Say what it is');
  await git('add', '--all');
  await git(...IDENTITY, 'commit', '--quiet', '-m', 'A sample application');
  await git(...IDENTITY, 'tag', '-a', 'v1.0.0', '-m', 'The first release');
}

/**
 * The main job on a sample repository, with a state folder of its own: one chore that ends with a pull request and one that fails its linter. Every
 * line after a `$` is run by the very code that a person's command runs. Returns 0 when both ended as they should.
 */
export async function runDemo(context: CliContext, run: RunCommand): Promise<number> {
  const say = (line: string): void => context.say(line);
  const folder = mkdtempSync(join(tmpdir(), 'bgtask-demo-'));
  const repository = join(folder, 'sample-app');
  await makeSample(repository);
  const command = async (...args: string[]): Promise<number> => {
    say(`\n$ ${context.program} ${args.map(shellWord).join(' ')}`);
    return run(args, context);
  };
  const create = (name: string, chore: { say: string; run: string }): Promise<number> =>
    command('create', name, '--repo', repository, '-m', chore.say, '--run', chore.run, '--watch');
  say(`A sample repository: ${repository}`);
  const upgraded = await create('upgrade-buffer', {
    say: 'Replace the deprecated Buffer constructor with Buffer.from.',
    run: 'node codemods/buffer-from.mjs',
  });
  const failing = await create('add-breakpoint', {
    say: 'Add a breakpoint to encode.',
    run: 'echo "debugger;" >> src/encode.js',
  });
  await command('list');
  const project = await context.project({});
  const task = await findTask(await context.engine({}), project, 'upgrade-buffer').catch(() => undefined);
  const url = task && prUrlOf(task);
  if (upgraded !== EXIT.ok || failing !== EXIT.failed || !url) {
    say('\nThe demo did not end as it should. See the log above, and: bgtask doctor');
    return EXIT.error;
  }
  const title = (text: string): void => say(`\n── ${text} ${'─'.repeat(Math.max(0, 74 - text.length))}`);
  title('The pull request of upgrade-buffer');
  context.out(safeText(`${readFileSync(fileURLToPath(url), 'utf8').trimEnd()}\n`));
  title('Its diff');
  context.out(safeText(`${await changeOf(repository)}\n`));
  title('Try next');
  for (const next of tryNext(context, project, repository)) say(next);
  return EXIT.ok;
}

function tryNext({ env, program }: CliContext, project: string, repository: string): string[] {
  return [
    `BGTASK_STATE=${env['BGTASK_STATE'] ?? ''} ${program} describe add-breakpoint --engine=local -n ${project}`,
    `${program} checks ${repository}`,
    `${program} create my-first-task --repo /path/to/your/repository -m "what it does" --run "your command" --watch`,
  ];
}

const changeOf = async (repository: string): Promise<string> =>
  (await execa('git', ['diff', 'main', 'background-task-upgrade-buffer'], { cwd: repository })).stdout;
