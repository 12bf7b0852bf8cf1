import { join } from 'node:path';
import { isDnsLabel } from '../../../api/names.ts';
import { PLURAL, type Kind } from '../../../api/types.ts';
import type { Key } from '../../engine.ts';

/**
 * Where objects are: `<root>/objects/<project>/<plural>/<name>@<version>.json`. An `@` stands in no object's name, a
 * leading dot in no project's.
 */
export const objectsFolder = (root: string): string => join(root, 'objects');
export const projectFolder = (root: string, project: string): string => join(objectsFolder(root), project);
export const kindFolder = (root: string, project: string, kind: Kind): string =>
  join(projectFolder(root, project), PLURAL[kind]);
/** Where new versions are written before they get their name: the same file system, outside every watched folder. */
export const draftsFolder = (root: string): string => join(objectsFolder(root), '.new');

/** The file, or the folder that stands for a deletion, of one version of an object. */
export const versionFile = (name: string, version: number): string => `${name}@${version}.json`;

/** Fifteen digits stay exact in a number. */
const VERSION_FILE = /^([a-z0-9][-a-z0-9.]*)@([1-9]\d{0,14})\.json$/;

/** The name and version in a file's name. Undefined for a file that bgtask did not write. */
export function parseVersionFile(file: string): { name: string; version: number } | undefined {
  const [, name, version] = VERSION_FILE.exec(file) ?? [];
  return name === undefined ? undefined : { name, version: Number(version) };
}

/** A name, `@`, fifteen digits and `.json` fit in the 255 bytes that file systems give a file's name. */
export const NAME_MAX = 230;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** True for a project that may become a folder's name: a DNS label. */
export const isProject = (project: unknown): project is string =>
  typeof project === 'string' && isDnsLabel(project, 63);

/** True for a key that may become a path: no separator, no dot at either end, short enough. */
export const isKey = ({ namespace, name }: Key): boolean =>
  isProject(namespace) && typeof name === 'string' && name.length <= NAME_MAX && SUBDOMAIN.test(name);
