import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { BgtaskError } from '../../domain/errors.ts';
import { helpText, type Setup } from '../command.ts';
import { parseOutput } from '../output/format.ts';
import { safeText } from '../output/safe.ts';

export const setup: Setup = (command, context, exit) => {
  const notes =
    "Without --run it runs nothing: it reads the repository's files and its own CI.\n--run installs and formats nothing. Exit codes with --run: 0 all checks passed, 1 one failed or none was found.";
  command
    .argument('[dir]', 'the checkout', '.')
    .option('-o, --output <format>', 'json')
    .option('--run', 'run the checks here and now')
    .addHelpText('after', helpText(context, ['checks', 'checks ../app -o json', 'checks --run'], notes))
    .action(async (dir: string, options: { output?: string; run?: boolean }) => {
      const { kind } = parseOutput(options.output, ['table', 'json']);
      if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory())
        throw new BgtaskError('NotFound', `There is no folder ${JSON.stringify(dir)}.`);
      const { detectChecks, formatChecks } = await import('../../checks/detect.ts');
      const { readRepo } = await import('../../checks/repo-files.ts');
      const { repositoryRoot } = await import('../../checks/repository-root.ts');
      let root = resolve(dir);
      let files = readRepo(root);
      let found = detectChecks(files);
      // A folder without checks of its own: a task works on the whole repository.
      if (found.checks.length === 0 && repositoryRoot(root) !== root) {
        root = repositoryRoot(root);
        files = readRepo(root);
        found = detectChecks(files);
        context.say(`${dir} has no checks of its own: these are the checks of the repository ${root}`);
      }
      const { missingPrograms } = await import('../../runner/work/preflight.ts');
      const needs = { checks: found.checks, files, dir: root, path: process.env['PATH'] ?? '' };
      const missing = missingPrograms(needs);
      if (options.run) {
        for (const sentence of missing) context.warn(sentence);
        const { runChecks } = await import('../run-checks.ts');
        return exit(await runChecks(context, found.checks, root));
      }
      if (kind === 'json') {
        const rows = found.checks.map(({ kind: check, run, evidence, before }) => ({
          kind: check,
          run,
          evidence,
          ...(before && { before }),
        }));
        context.out(`${JSON.stringify(rows, null, 2)}\n`);
      } else context.out(safeText(formatChecks(found)));
      for (const note of found.notes) context.say(note);
      for (const sentence of missing) context.warn(sentence);
      return undefined;
    });
};
