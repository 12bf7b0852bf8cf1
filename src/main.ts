import { fileURLToPath } from 'node:url';
import { processContext } from './cli/process-context.ts';
import { run } from './cli/program.ts';
import { explain } from './cli/exit.ts';

const self = fileURLToPath(import.meta.url);
// From the sources the loader that reads TypeScript belongs to the command; the bundle needs none.
const loader = self.endsWith('.ts') ? process.execArgv : [];
const context = processContext({
  command: [process.execPath, ...loader, self],
  views: async () => (await import('./tui/views.ts')).viewsOn(process),
});
const args = process.argv.slice(2);
try {
  process.exitCode = await run(args, context);
  // A stage that has written its report is over, whatever in it still waits: a pause that a forge asked for, say.
  if (args[0] === 'runner') process.exit();
} catch (error) {
  process.exitCode = explain(error, args.includes('-v') || args.includes('--verbose'));
}
