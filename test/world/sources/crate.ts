import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { inNewFolder, type Source, unpack } from './source.ts';

/** Crates: cargo downloads them into its registry's cache as archives. */
export const crate: Source = {
  fetch: ({ package: name, version }, into) =>
    inNewFolder(async (folder) => {
      const manifest = `[package]\nname = "world"\nversion = "0.0.0"\n[dependencies]\n"${name}" = "=${version}"\n`;
      await mkdir(join(folder, 'src'));
      await writeFile(join(folder, 'src/lib.rs'), '');
      await writeFile(join(folder, 'Cargo.toml'), manifest);
      await execa('cargo', ['fetch', '--quiet'], { cwd: folder });
      const registries = join(process.env['CARGO_HOME'] ?? join(homedir(), '.cargo'), 'registry/cache');
      const files = await readdir(registries, { recursive: true });
      const archive = files.find((file) => file.endsWith(`/${name}-${version}.crate`));
      if (!archive) throw new Error(`cargo fetched no archive of ${name} ${version}`);
      await unpack(join(registries, archive), into);
    }),
};
