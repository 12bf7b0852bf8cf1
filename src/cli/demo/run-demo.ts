import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
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
  await git('add', '--all');
  await git(...IDENTITY, 'commit', '--quiet', '-m', 'A sample application');
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/**
 * The main job on a sample repository, with a state folder of its own: one chore that ends with a pull request and one that fails its linter. Every
 * line after a `$` is run by the very code that a person's command runs. Returns 0 when both ended as they should.
 */
export async function runDemo(context: CliContext, run: RunCommand, say: (line: string) => void): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bgtask-demo-'));
  const repository = join(folder, 'sample-app');
  await makeSample(repository);
  const command = async (...args: string[]): Promise<number> => {
    say(`\n$ ${context.program} ${args.map(quoted).join(' ')}`);
    return run(args, context);
  };
  say(`A sample repository: ${repository}`);
  const upgraded = await command('create', 'upgrade-buffer', '--repo', repository, '-m', 'Replace the deprecated Buffer constructor with Buffer.from.', '--run', 'node codemods/buffer-from.mjs', '--watch');
  const failing = await command('create', 'add-breakpoint', '--repo', repository, '-m', 'Add a breakpoint to encode.', '--run', 'echo "debugger;" >> src/encode.js', '--watch');
  await command('list');
  const task = await findTask(await context.engine({}), await context.project({}), 'upgrade-buffer').catch(() => undefined);
  const url = task && prUrlOf(task);
  if (upgraded !== EXIT.ok || failing !== EXIT.failed || !url) {
    say('\nThe demo did not end as it should. See the log above, and: bgtask doctor');
    return EXIT.error;
  }
  showResult(context, repository, readFileSync(fileURLToPath(url), 'utf8'), await changeOf(repository), say);
  return EXIT.ok;
}

const changeOf = async (repository: string): Promise<string> =>
  (await execa('git', ['diff', 'main', 'background-task-upgrade-buffer'], { cwd: repository })).stdout;

function showResult(context: CliContext, repository: string, pullRequest: string, diff: string, say: (line: string) => void): void {
  const title = (text: string): void => say(`\n── ${text} ${'─'.repeat(Math.max(0, 74 - text.length))}`);
  title('The pull request of upgrade-buffer');
  context.out(safeText(`${pullRequest.trimEnd()}\n`));
  title('Its diff');
  context.out(safeText(`${diff}\n`));
  title('Try next');
  const state = `BGTASK_STATE=${context.env['BGTASK_STATE'] ?? ''} `;
  say(`${state}bin/bgtask describe add-breakpoint`);
  say(`bin/bgtask checks ${repository}`);
  say('bin/bgtask create my-first-task --repo /path/to/your/repository --agent command --run "your command" --watch');
}
