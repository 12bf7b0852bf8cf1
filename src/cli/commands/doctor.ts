import { findings } from '../../service/doctor.ts';
import type { Setup } from '../command.ts';
import { EXIT, type GlobalOptions } from '../context.ts';
import { safeLine } from '../output/safe.ts';

const MARK = { ok: '✓', warning: '!', problem: '✗' } as const;

export const setup: Setup = (command, context, exit) => {
  command
    .addHelpText('after', `\nThe exit code is 1 when something is broken, 0 when all is well or only worth knowing.\n\nExamples:\n  ${context.program} doctor\n  ${context.program} doctor -o json`)
    .action(async (options: GlobalOptions) => {
      const engine = await context.engine(options);
      const found = await findings(engine, context.env);
      if (options.output === 'json') context.out(`${JSON.stringify(found, null, 2)}\n`);
      else
        for (const { level, subject, message, mend } of found) {
          context.out(`${MARK[level]} ${subject.padEnd(12)} ${safeLine(message)}\n`);
          if (mend) context.out(`  ${' '.repeat(12)} ${safeLine(mend)}\n`);
        }
      if (found.some(({ level }) => level === 'problem')) exit(EXIT.error);
    });
};
