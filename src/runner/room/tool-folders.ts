import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { isSystem } from './system-view.ts';

/** Names of folders with programs: their tool is the folder above. */
const PROGRAM_FOLDERS: ReadonlySet<string> = new Set(['bin', 'sbin', '.bin', 'shims']);
/** Folders of a home that hold more than one tool, or credentials. Of these only the folder of the programs itself is seen. */
// prettier-ignore
const SHARED: ReadonlySet<string> = new Set([
  '.local', '.local/share', '.cargo', '.config', '.ssh', '.aws', '.azure', '.docker', '.kube', '.gnupg', '.npm', '.m2', '.gradle',
]);
/** Entries of a folder of programs that are looked at. */
const ENTRIES_MAX = 2000;

export interface ToolOptions {
  /** PATH, whose folders are searched for tools. */
  path: string;
  /** The person's home: it is never seen as a whole. */
  home: string | undefined;
  /** Folders that must stay out of sight; a folder that holds one is not seen. */
  apart: readonly string[];
}

/**
 * Folders and files outside of the system's own that the programs on PATH need: for `~/.nvm/versions/node/v22/bin` the folder above it, for
 * `~/.local/bin` that folder alone, with what its links lead to. Relative entries of PATH are left out.
 */
export function toolFolders({ path, home, apart }: ToolOptions): string[] {
  const found = new Set<string>();
  const isSeen = (file: string): boolean =>
    isSystem(file) || [...found].some((folder) => file === folder || file.startsWith(`${folder}/`));
  const add = (candidate: string): void => {
    if (!isSeen(candidate)) found.add(candidate);
  };
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder) || isSystem(folder) || !isFolder(folder)) continue;
    const limits = { home, apart };
    if (holdsAny(folder, limits)) continue;
    add(rootOf(folder, limits));
    for (const target of targetsOf(folder)) if (!isSeen(target)) add(toolOf(target, limits));
  }
  return [...found];
}

/** The tool of one program: the folder above its `bin`, else the file alone. */
function toolOf(file: string, limits: Omit<ToolOptions, 'path'>): string {
  const folder = dirname(file);
  const root = rootOf(folder, limits);
  return root === folder ? file : root;
}

function rootOf(folder: string, limits: Omit<ToolOptions, 'path'>): string {
  if (!PROGRAM_FOLDERS.has(basename(folder))) return folder;
  const { home } = limits;
  const above = dirname(folder);
  const isShared =
    home !== undefined && above.startsWith(`${home}/`) && SHARED.has(above.slice(home.length + 1));
  return isShared || holdsAny(above, limits) ? folder : above;
}

/** True for a folder that must not be seen as a whole. */
const holdsAny = (folder: string, { home, apart }: Omit<ToolOptions, 'path'>): boolean =>
  [...(home === undefined ? [] : [home]), ...apart].some(
    (inner) => inner === folder || inner.startsWith(folder === '/' ? folder : `${folder}/`),
  );

/** Where the links of a folder lead. */
function targetsOf(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).slice(0, ENTRIES_MAX);
  return entries.flatMap((entry) => {
    if (!entry.isSymbolicLink()) return [];
    try {
      return [realpathSync(join(folder, entry.name))];
    } catch {
      return [];
    }
  });
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory() || statSync(path).isDirectory();
  } catch {
    return false;
  }
}
