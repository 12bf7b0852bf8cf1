import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { platform } from 'node:os';
import type { CliContext } from './context.ts';

/**
 * The program that opens a URL for the user: BROWSER, else the system's own. Undefined where there is none, over SSH without a display say.
 *
 * @see https://specifications.freedesktop.org/desktop-entry-spec/ for xdg-open
 */
function browserOf(env: NodeJS.ProcessEnv, system = platform()): string | undefined {
  const own = env['BROWSER']?.split(':')[0];
  if (own) return own;
  if (system === 'darwin') return 'open';
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? 'xdg-open' : undefined;
}

/** True when a program was started with the URL as its one argument. */
async function started(program: string, url: string): Promise<boolean> {
  const child = spawn(program, [url], { detached: true, stdio: 'ignore' });
  try {
    await once(child, 'spawn');
    child.unref();
    return true;
  } catch {
    return false;
  }
}

/** Opens a web address in the browser of a user at a terminal, and prints it otherwise; other addresses are printed. */
export async function openUrl(context: CliContext, url: string): Promise<void> {
  const browser = context.stdoutIsTerminal && /^https?:\/\//.test(url) ? browserOf(context.env) : undefined;
  if (browser && (await started(browser, url))) return context.say(`Opening ${url}`);
  context.out(`${url}\n`);
}
