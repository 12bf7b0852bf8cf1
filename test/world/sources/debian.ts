import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cached } from '../cache.ts';
import { inNewFolder, type Source, unpack } from './source.ts';

const SYSTEM = '/etc/apt/sources.list.d';

/** Upstream's own archives, as Debian keeps them beside its packages. */
export const debian: Source = {
  fetch: ({ package: name, version }, into) =>
    inNewFolder(async (folder) => {
      const options = await privateApt();
      const command = ['source', '--download-only', '--tar-only', '-qq', `${name}=${version}`];
      // Fails also where a further component of upstream's archive cannot be had.
      const { stderr } = await execa('apt-get', [...options, ...command], { cwd: folder, reject: false });
      // Components of an upstream archive have a name between "orig" and "tar".
      const archive = (await readdir(folder)).find((file) => /\.orig\.tar\.\w+$/.test(file));
      if (!archive) throw new Error(`apt-get had no upstream archive of ${name} ${version}: ${stderr}`);
      await requireWhole(options, join(folder, archive), name);
      await unpack(join(folder, archive), into);
    }),
};

/** Throws unless the archive has a digest that Debian's index of sources names for the package. */
async function requireWhole(options: readonly string[], archive: string, name: string): Promise<void> {
  const { stdout } = await execa('apt-cache', [...options, 'showsrc', '--only-source', name]);
  const digest = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex');
  if (!stdout.includes(` ${digest} `)) throw new Error(`the upstream archive of ${name} is not whole`);
}

/** Options of apt-get for a configuration of its own: the machine's sources, with source packages. Read once a day. */
async function privateApt(): Promise<string[]> {
  const today = new Date().toISOString().slice(0, 10);
  const folder = await cached(`apt/${today}`, async (partial) => {
    await mkdir(join(partial, 'lists/partial'), { recursive: true });
    await mkdir(join(partial, 'cache/archives/partial'), { recursive: true });
    await mkdir(join(partial, 'sources'));
    for (const file of await readdir(SYSTEM)) {
      if (!file.endsWith('.sources')) continue;
      const text = await readFile(join(SYSTEM, file), 'utf8');
      await writeFile(join(partial, 'sources', file), text.replace(/^Types: *deb$/gm, 'Types: deb deb-src'));
    }
    await execa('apt-get', [...optionsFor(partial), 'update', '-qq']);
  });
  return optionsFor(folder);
}

const optionsFor = (folder: string): string[] =>
  [
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${folder}/sources`,
    `Dir::State::lists=${folder}/lists`,
    `Dir::Cache=${folder}/cache`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
