import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { CACHE, cached } from './cache.ts';
import type { Repository } from './repositories.ts';

const NODE = ['pnpm@9.15.9', 'yarn@1.22.22'];
const PYTHON = ['uv==0.5.29', 'poetry==1.8.5', 'hatch==1.14.0', 'tox==4.23.2', 'nox==2024.10.9'];

const FILL: Readonly<Record<Repository['tools'][number], (folder: string) => Promise<unknown>>> = {
  node: (folder) =>
    execa('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, ...NODE]),
  // A virtual environment holds its own path: it is made where it stays.
  python: async (folder) => {
    const home = join(CACHE, 'python');
    await execa('python3', ['-m', 'venv', '--clear', home]);
    await execa(join(home, 'bin/pip'), ['install', '--quiet', ...PYTHON]);
    await execa('mkdir', ['-p', join(folder, 'bin')]);
    for (const name of ['uv', 'uvx', 'poetry', 'hatch', 'tox', 'nox'])
      await execa('ln', ['-s', join(home, 'bin', name), join(folder, 'bin', name)]);
  },
};

/** PATH for a repository: this machine's, then the toolchains that it names, which are installed once. */
export async function pathFor({ tools }: Repository): Promise<string> {
  const folders: string[] = [];
  for (const tool of tools) {
    const folder = await cached(`toolchains/${tool}`, async (partial) => void (await FILL[tool](partial)));
    folders.push(join(folder, tool === 'node' ? 'node_modules/.bin' : 'bin'));
  }
  return [process.env['PATH'] ?? '', ...folders].join(delimiter);
}

/** Installs the Debian packages that a repository names, as root on Debian. Rejects where they cannot be had. */
export async function installPackages({ packages }: Repository): Promise<void> {
  const missing: string[] = [];
  for (const name of packages) {
    const { stdout } = await execa('dpkg-query', ['-W', '-f', '${Status}', name], { reject: false });
    if (stdout !== 'install ok installed') missing.push(name);
  }
  if (missing.length === 0) return;
  await execa('apt-get', ['update', '-qq']);
  await execa('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing]);
}
