import { join } from 'node:path';
import { execa } from 'execa';
import { inNewFolder, type Source, unpack } from './source.ts';

/** Packages of npm; few hold their tests. */
export const npm: Source = {
  fetch: ({ package: name, version }, into) =>
    inNewFolder(async (folder) => {
      const { stdout } = await execa('npm', ['pack', '--silent', `${name}@${version}`], { cwd: folder });
      await unpack(join(folder, stdout.trim()), into);
    }),
};
