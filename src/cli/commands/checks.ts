import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { BgtaskError } from '../../domain/errors.ts';
import type { Setup } from '../command.ts';
import { safeText } from '../output/safe.ts';

export const setup: Setup = (command, context) => {
  command
    .argument('[dir]', 'the checkout', '.')
    .option('-o, --output <format>', 'json')
    .addHelpText('after', `\nRuns nothing: it reads the repository's files and its own CI.\n\nExamples:\n  ${context.program} checks\n  ${context.program} checks ../app -o json`)
    .action(async (dir: string, options: { output?: string }) => {
      if (options.output !== undefined && options.output !== 'json') throw new BgtaskError('Usage', `-o ${options.output} is no output format here. Take json.`);
      if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) throw new BgtaskError('NotFound', `There is no folder ${JSON.stringify(dir)}.`);
      const { detectChecks, formatChecks } = await import('../../runner/checks/detect.ts');
      const { readRepo } = await import('../../runner/checks/repo-files.ts');
      const found = detectChecks(readRepo(resolve(dir)));
      if (options.output === 'json') {
        const rows = found.checks.map(({ kind, run, evidence }) => ({ kind, run, evidence }));
        context.out(`${JSON.stringify(rows, null, 2)}\n`);
      } else context.out(safeText(formatChecks(found)));
      for (const note of found.notes) context.say(note);
    });
};
