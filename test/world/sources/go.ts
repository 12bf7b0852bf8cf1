import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { inNewFolder, type Source } from './source.ts';

/** Go modules, whose zip files hold the whole repository but for nested modules. */
export const go: Source = {
  fetch: ({ package: name, version }, into) =>
    inNewFolder(async (folder) => {
      await writeFile(join(folder, 'go.mod'), 'module world\n');
      const { stdout } = await execa('go', ['mod', 'download', '-json', `${name}@${version}`], {
        cwd: folder,
      });
      await cp((JSON.parse(stdout) as { Dir: string }).Dir, into, { recursive: true });
      // The module cache is read-only.
      await execa('chmod', ['-R', 'u+w', into]);
    }),
};
