import { helpText, type Setup } from '../command.ts';
import { EXIT, type GlobalOptions } from '../context.ts';
import { parseOutput } from '../output/format.ts';
import { safeLine } from '../output/safe.ts';

const MARK = { ok: '✓', warning: '!', problem: '✗' } as const;

export const setup: Setup = (command, context, exit) => {
  const notes = 'The exit code is 1 when something is broken, 0 when all is well or only worth knowing.';
  command
    .addHelpText('after', helpText(context, ['doctor', 'doctor -o json'], notes))
    .action(async (options: GlobalOptions) => {
      const { kind } = parseOutput(options.output, ['table', 'json']);
      const { findings } = await import('../../service/doctor.ts');
      const found = await findings(await context.engine(options), context.env);
      if (kind === 'json') context.out(`${JSON.stringify(found, null, 2)}\n`);
      else
        for (const { level, subject, message, mend } of found) {
          context.out(`${MARK[level]} ${subject.padEnd(12)} ${safeLine(message)}\n`);
          if (mend) context.out(`  ${' '.repeat(12)} ${safeLine(mend)}\n`);
        }
      if (found.some(({ level }) => level === 'problem')) exit(EXIT.error);
    });
};
