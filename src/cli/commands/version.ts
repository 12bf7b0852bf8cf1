import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../package-root.ts';
import type { Setup } from '../command.ts';

export const setup: Setup = (command, context) => {
  command.option('-o, --output <format>', 'json').action((options: { output?: string }) => {
    const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
    context.out(options.output === 'json' ? `${JSON.stringify({ version, node: process.version })}\n` : `bgtask ${version}\n`);
  });
};
