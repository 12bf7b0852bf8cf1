import { packageVersion } from '../../package-root.ts';
import type { Setup } from '../command.ts';
import { parseOutput } from '../output/format.ts';

export const setup: Setup = (command, context) => {
  command.option('-o, --output <format>', 'json').action((options: { output?: string }) => {
    const { kind } = parseOutput(options.output, ['table', 'json']);
    const version = packageVersion();
    context.out(
      kind === 'json' ? `${JSON.stringify({ version, node: process.version })}\n` : `bgtask ${version}\n`,
    );
  });
};
