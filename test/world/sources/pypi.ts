import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { inNewFolder, type Source, unpack } from './source.ts';

/** Source distributions of Python packages. */
export const pypi: Source = {
  fetch: ({ package: name, version }, into) =>
    inNewFolder(async (folder) => {
      const wanted = ['--no-deps', '--no-binary', name, `${name}==${version}`];
      await execa('python3', ['-m', 'pip', 'download', '--quiet', ...wanted, '--dest', folder]);
      const archive = (await readdir(folder)).find((file) => file.endsWith('.tar.gz'));
      if (!archive) throw new Error(`pip found no source distribution of ${name} ${version}`);
      await unpack(join(folder, archive), into);
    }),
};
