import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Setup } from '../command.ts';
import { runDemo } from '../demo/run-demo.ts';
import { processContext } from '../process-context.ts';
import { run } from '../program.ts';

export const setup: Setup = (command, context, exit) => {
  command
    .addHelpText('after', '\nNeeds Node and git alone; everything it makes is in folders for temporary files.')
    .action(async () => {
      const state = mkdtempSync(join(tmpdir(), 'bgtask-demo-state-'));
      // A state and settings of its own: the person's tasks and limits have no part in it.
      const own = processContext(context.command, { ...context.env, BGTASK_STATE: state, BGTASK_CONFIG: join(state, 'config'), BGTASK_ENGINE: 'local', BGTASK_PROJECT: 'demo' });
      exit(await runDemo(own, run, (line) => context.say(line)));
    });
};
