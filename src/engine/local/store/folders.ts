import { readdirSync } from 'node:fs';
import type { Kind, KindMap } from '../../../api/types.ts';
import { isProject, kindFolder, objectsFolder } from './layout.ts';
import { ObjectFolder, type FolderOptions } from './object-folder.ts';
import { errnoOf } from './store-errors.ts';

/** The folders of all projects and kinds below a state folder. */
export class Folders {
  readonly root: string;
  readonly #options: FolderOptions;
  readonly #open = new Map<string, ObjectFolder<Kind>>();

  constructor(root: string, options: FolderOptions) {
    this.root = root;
    this.#options = options;
  }

  of<K extends Kind>(kind: K, namespace: string): ObjectFolder<K> {
    const path = kindFolder(this.root, namespace, kind);
    const folder = this.#open.get(path) ?? new ObjectFolder({ path, kind, namespace }, this.#options);
    this.#open.set(path, folder);
    return folder as ObjectFolder<K>;
  }

  /** In order of namespace and name; of every project when none is given. */
  all<K extends Kind>(kind: K, namespace?: string): KindMap[K][] {
    const projects = namespace === undefined ? this.projects() : isProject(namespace) ? [namespace] : [];
    return projects.flatMap((project) => this.of(kind, project).all());
  }

  /** The projects that have a folder, in order. */
  projects(): string[] {
    try {
      return readdirSync(objectsFolder(this.root), { withFileTypes: true })
        .filter((entry) => isProject(entry.name) && !entry.isFile())
        .map(({ name }) => name)
        .sort();
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    }
  }
}
