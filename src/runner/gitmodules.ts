import { gitBytes, readable } from './git.ts';

/** What `.gitmodules` says of one submodule; the path and the URL as gitPaths has them. */
export interface NamedModule {
  path: string;
  url: string;
  update?: string;
}

/** What `.gitmodules` of a commit says, by name; nothing when there is none. The file is read as data. */
export async function readGitmodules(
  gitDir: string,
  commit: string,
): Promise<Map<string, Partial<NamedModule>>> {
  const modules = new Map<string, Partial<NamedModule>>();
  const args = [
    'config',
    '-z',
    `--blob=${commit}:.gitmodules`,
    '--get-regexp',
    '^submodule\\..*\\.(path|url|update)$',
  ];
  // git config fails if the commit does not contain the file, or if the file does not set these keys.
  const entries = (await gitBytes(args, { gitDir }).catch(() => Buffer.of())).toString('latin1').split('\0');
  for (const entry of entries) {
    const [, name, key, value] = /^submodule\.([^]+)\.(path|url|update)\n([^]*)$/.exec(entry) ?? [];
    if (name !== undefined) modules.set(name, { ...modules.get(name), [key ?? '']: value });
  }
  return modules;
}

/** The URL of the submodule at a path, as a text; undefined when `.gitmodules` does not name it. */
export async function urlOfModule(gitDir: string, commit: string, path: string): Promise<string | undefined> {
  for (const module of (await readGitmodules(gitDir, commit)).values())
    if (module.url !== undefined && readable(module.path ?? '') === path) return readable(module.url);
  return undefined;
}
