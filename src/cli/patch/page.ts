import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { CliContext } from '../context.ts';
import { git } from '../../runner/git.ts';

/** The pager's command as git finds it: GIT_PAGER, core.pager, PAGER, then less. Undefined when none is wanted. */
async function pagerOf(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const own = env['GIT_PAGER'];
  const configured =
    own === undefined
      ? await git(['config', '--global', '--get', 'core.pager'], { userConfig: true }).catch(() => undefined)
      : own;
  const pager = configured ?? env['PAGER'] ?? 'less';
  return pager.trim() === '' || pager.trim() === 'cat' ? undefined : pager;
}

/** Shows a text at a terminal through the user's pager, else as it is. A pager that cannot be started leaves the text unshown by it, and it is printed. */
export async function page(context: CliContext, text: string): Promise<void> {
  const pager = context.stdoutIsTerminal ? await pagerOf(context.env) : undefined;
  if (!pager) return context.out(text);
  // As git does: less ends where the text fits, shows colours and leaves the screen as it is.
  const env = { LESS: 'FRX', LV: '-c', ...context.env };
  const child = spawn('sh', ['-c', pager], { env, stdio: ['pipe', 'inherit', 'inherit'] });
  // A pager that was left early closes the pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(text);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 127) context.out(text);
}
