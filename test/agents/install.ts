import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadAgent } from '../../src/runner/agents/table.ts';
import { needs } from '../support/needs.ts';

const run = promisify(execFile);

interface Program {
  package: string;
  /** The step of the package's install script that the program needs, in the package's folder. */
  script?: string;
  /** True for a package that says it wants another Node than it needs. */
  isLenient?: boolean;
}

/** The agents' programs, as the npm registry has them. The binaries come in packages of their own, one for each platform. */
const PROGRAMS = {
  // It says that it wants Node 22, but what it installs is a native binary.
  claude: { package: '@anthropic-ai/claude-code', script: 'install.cjs', isLenient: true },
  codex: { package: '@openai/codex' },
  gemini: { package: '@google/gemini-cli' },
  opencode: { package: 'opencode-ai', script: 'postinstall.mjs' },
} as const satisfies Record<string, Program>;
export type ProgramName = keyof typeof PROGRAMS;

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Installs the real program of an agent outside the project's dependencies, once for this user, in the version that the agent's table names. Returns its path.
 * Needs the npm registry the first time (30 to 200 MB). Skips the test where it cannot be had; in CI that is a failure.
 */
export async function installAgent(context: Mocha.Context, name: ProgramName): Promise<string> {
  try {
    return await install(name);
  } catch (error) {
    const why = String(error).trim().split('\n').at(-1);
    needs(context, false, `npm cannot install ${PROGRAMS[name].package}: ${why}`);
    throw error;
  }
}

/** Several test runs may call it at once: each installs in a folder of its own, and the first to be done moves it in place. */
async function install(name: ProgramName): Promise<string> {
  const program: Program = PROGRAMS[name];
  const { tested } = await loadAgent(name);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bgtask-test');
  const folder = join(cache, `${program.package.replace(/^@[^/]*\//, '')}-${tested}`);
  const binary = join(folder, 'node_modules', '.bin', name);
  if (await exists(binary)) return binary;
  await mkdir(cache, { recursive: true });
  const own = await mkdtemp(join(cache, 'installing-'));
  try {
    await installIn(own, program, `${program.package}@${tested}`);
    await rename(own, folder).catch(async (error: unknown) => {
      if (!(await exists(binary))) throw error;
    });
  } finally {
    await rm(own, { recursive: true, force: true });
  }
  return binary;
}

async function installIn(folder: string, program: Program, wanted: string): Promise<void> {
  // npm itself walks up to the next package.json to find its project.
  await writeFile(join(folder, 'package.json'), '{"private": true}\n');
  // What npm tells its scripts about this project (npm_config_engine_strict) is not for that one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)));
  const options = [
    program.isLenient ? '--no-engine-strict' : '--engine-strict',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    '--ignore-scripts',
  ];
  await run('npm', ['install', '--prefix', folder, ...options, wanted], { cwd: folder, env });
  if (program.script !== undefined)
    await run(process.execPath, [program.script], {
      cwd: join(folder, 'node_modules', program.package),
      env,
    });
}
