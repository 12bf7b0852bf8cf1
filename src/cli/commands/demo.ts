import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Setup } from '../command.ts';

export const setup: Setup = (command, context, exit) => {
  command
    .addHelpText(
      'after',
      '\nNeeds Node and git alone; everything it makes is in folders for temporary files.',
    )
    .action(async () => {
      const [{ runDemo }, { processContext }, { run }] = await Promise.all([
        import('../demo/run-demo.ts'),
        import('../process-context.ts'),
        import('../program.ts'),
      ]);
      const state = mkdtempSync(join(tmpdir(), 'bgtask-demo-state-'));
      // A state and settings of its own: the person's tasks and limits have no part in it.
      const env = {
        ...context.env,
        BGTASK_STATE: state,
        BGTASK_CONFIG: join(state, 'config'),
        BGTASK_ENGINE: 'local',
        BGTASK_PROJECT: 'demo',
      };
      exit(await runDemo(processContext({ command: context.command }, env), run));
    });
};
