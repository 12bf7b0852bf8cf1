import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Folders with the machine's own programs and their data, which hold nothing of a person. A link among them stays a link. */
// prettier-ignore
const SYSTEM: readonly string[] = [
  '/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/etc', '/opt', '/nix', '/snap', '/gnu',
  '/var/lib/gems', '/var/lib/ghc', '/var/lib/dpkg', '/var/cache/fontconfig', '/sys/devices/system', '/sys/fs/cgroup',
];

/** True for a path inside of the folders that every room has. */
export const isSystem = (path: string): boolean =>
  SYSTEM.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** What a room has of the machine. */
export interface SystemView {
  folders: string[];
  /** Links at the top, with where they lead. */
  links: [path: string, to: string][];
  /** Files and folders inside of these that not everyone on the machine may read. */
  hidden: { files: string[]; folders: string[] };
  /** Files that links in /etc lead to. */
  files: string[];
}

/** Looks at the machine. Only for root it searches /etc for what is not for everyone: others cannot read it anyway. */
export function systemView(isRoot = process.getuid?.() === 0): SystemView {
  const view: SystemView = { folders: [], links: [], hidden: { files: [], folders: [] }, files: [] };
  for (const path of SYSTEM) {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink()) view.links.push([path, readlinkSync(path)]);
    else if (stat) view.folders.push(path);
  }
  // On many machines it is a file of the resolver's service below /run.
  const names = realOf('/etc/resolv.conf');
  if (names !== undefined && !isSystem(names)) view.files.push(names);
  if (isRoot) hide('/etc', view.hidden);
  return view;
}

const realOf = (path: string): string | undefined => {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
};

/** The bit of a mode that lets everyone read. */
const FOR_ALL = 0o004;

function hide(folder: string, hidden: SystemView['hidden']): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isFile() && !entry.isDirectory()) continue;
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & FOR_ALL) === 0) (entry.isFile() ? hidden.files : hidden.folders).push(path);
    else if (entry.isDirectory()) hide(path, hidden);
  }
}
