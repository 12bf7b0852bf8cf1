import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The version that the tests run: it says that it wants Node 22, but what it installs is a native binary. */
export const CLAUDE_VERSION = '2.1.330';

const PACKAGE = '@anthropic-ai/claude-code';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Installs the real Claude Code outside the project's dependencies, once for this user, and returns the path of its binary.
 * Needs the npm registry the first time (about 100 MB). Several test runs may call it at once: each installs in a folder of
 * its own, and the first to be done moves it in place.
 */
export async function installClaude(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bgtask-test');
  const folder = join(cache, `claude-code-${CLAUDE_VERSION}`);
  const binary = join(folder, 'node_modules', PACKAGE, 'bin', 'claude.exe');
  if (await exists(binary)) return binary;
  await mkdir(cache, { recursive: true });
  const own = await mkdtemp(join(cache, 'installing-'));
  try {
    // npm itself walks up to the next package.json to find its project.
    await writeFile(join(own, 'package.json'), '{"private": true}\n');
    // What npm tells its scripts about this project (npm_config_engine_strict) is not for that one.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
    const options = [
      '--no-engine-strict',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--ignore-scripts',
    ];
    await run('npm', ['install', '--prefix', own, ...options, `${PACKAGE}@${CLAUDE_VERSION}`], {
      cwd: own,
      env,
    });
    // The one step of the package's install script: it puts the platform's binary in place.
    await run(process.execPath, ['install.cjs'], { cwd: join(own, 'node_modules', PACKAGE), env });
    await rename(own, folder).catch(async (error: unknown) => {
      if (!(await exists(binary))) throw error;
    });
  } finally {
    await rm(own, { recursive: true, force: true });
  }
  return binary;
}
