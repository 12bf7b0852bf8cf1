import { text } from 'node:stream/consumers';
import type { Setup } from '../command.ts';
import { privateUmask } from '../private-umask.ts';

export const setup: Setup = (command, context) => {
  command.action(async () => {
    privateUmask();
    const env = JSON.parse(await text(process.stdin)) as NodeJS.ProcessEnv;
    const { supervise } = await import('../../operator/supervisor.ts');
    await supervise({
      env,
      command: context.command,
      signal: context.signal,
      log: (message, fields) => {
        try {
          context.out(`${JSON.stringify({ time: context.now().toISOString(), message, ...fields })}\n`);
        } catch {
          // A full disk takes no log; tasks come to their ends without one.
        }
      },
    });
  });
};
