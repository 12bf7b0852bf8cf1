import { readConfigBlob } from './config-blob.ts';
import { readable } from './git.ts';

/** What `.gitmodules` says of one submodule; the path and the URL as gitPaths has them. */
export interface NamedModule {
  path: string;
  url: string;
  update?: string;
}

/** What `.gitmodules` of a commit says, by name; nothing when there is none. Throws CloneFailed when git cannot read it. */
export async function readGitmodules(
  gitDir: string,
  commit: string,
): Promise<Map<string, Partial<NamedModule>>> {
  const modules = new Map<string, Partial<NamedModule>>();
  for (const [key, value] of await readConfigBlob(gitDir, commit, '.gitmodules')) {
    const [, name, field] = /^submodule\.([^]+)\.(path|url|update)$/.exec(key) ?? [];
    if (name !== undefined) modules.set(name, { ...modules.get(name), [field ?? '']: value });
  }
  return modules;
}

/** The URL of the submodule at a path, as a text; undefined when `.gitmodules` does not name it. */
export async function urlOfModule(gitDir: string, commit: string, path: string): Promise<string | undefined> {
  for (const module of (await readGitmodules(gitDir, commit)).values())
    if (module.url !== undefined && readable(module.path ?? '') === path) return readable(module.url);
  return undefined;
}
