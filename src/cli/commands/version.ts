import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../package-root.ts';
import type { Setup } from '../command.ts';
import { parseOutput } from '../output/format.ts';

/** The version in the package's own description. */
function packageVersion(): string {
  const description: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  const isVersioned = typeof description === 'object' && description !== null && 'version' in description;
  return isVersioned ? String(description.version) : 'unknown';
}

export const setup: Setup = (command, context) => {
  command.option('-o, --output <format>', 'json').action((options: { output?: string }) => {
    const { kind } = parseOutput(options.output, ['table', 'json']);
    const version = packageVersion();
    context.out(
      kind === 'json' ? `${JSON.stringify({ version, node: process.version })}\n` : `bgtask ${version}\n`,
    );
  });
};
