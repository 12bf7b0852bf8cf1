import type { RepoFiles } from '../../check.ts';
import { installLine } from './manager.ts';
import { parseJsonObject } from './package.ts';

/** A package manager with the version that package.json asks for. */
interface AskedManager {
  name: string;
  /** Name and version as package.json has them, without the hash: `pnpm@9.1.0`. */
  text: string;
  /** The number before the first dot of the version. */
  major: number;
  /** The command that installs it. */
  install: string;
}

/** What `packageManager` of package.json in a folder, else in the root, asks for; undefined where it names no version. Pure. */
export function askedManager(files: RepoFiles, dir = ''): AskedManager | undefined {
  const folders = dir === '' ? [''] : [`${dir}/`, ''];
  const manifest = folders
    .map((folder) => files.read(`${folder}package.json`))
    .find((text) => text !== undefined);
  const field = parseJsonObject(manifest)?.['packageManager'];
  const [text, name, major] =
    /^(npm|pnpm|yarn|bun)@(\d+)[\w.-]*/.exec(typeof field === 'string' ? field : '') ?? [];
  if (text === undefined || name === undefined) return undefined;
  return { name, text, major: Number(major), install: installLine(text) };
}
