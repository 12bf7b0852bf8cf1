import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { BgtaskError } from '../../domain/errors.ts';
import { helpText, type Setup } from '../command.ts';
import { parseOutput } from '../output/format.ts';
import { safeText } from '../output/safe.ts';

export const setup: Setup = (command, context) => {
  const notes = "Runs nothing: it reads the repository's files and its own CI.";
  command
    .argument('[dir]', 'the checkout', '.')
    .option('-o, --output <format>', 'json')
    .addHelpText('after', helpText(context, ['checks', 'checks ../app -o json'], notes))
    .action(async (dir: string, options: { output?: string }) => {
      const { kind } = parseOutput(options.output, ['table', 'json']);
      if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory())
        throw new BgtaskError('NotFound', `There is no folder ${JSON.stringify(dir)}.`);
      const { detectChecks, formatChecks } = await import('../../checks/detect.ts');
      const { readRepo } = await import('../../checks/repo-files.ts');
      const found = detectChecks(readRepo(resolve(dir)));
      if (kind === 'json') {
        const rows = found.checks.map(({ kind: check, run, evidence }) => ({ kind: check, run, evidence }));
        context.out(`${JSON.stringify(rows, null, 2)}\n`);
      } else context.out(safeText(formatChecks(found)));
      for (const note of found.notes) context.say(note);
    });
};
