import { type Narrowing, narrow } from '../../domain/narrow.ts';
import { defaultSettings, type Settings } from '../../domain/settings.ts';

/** The settings that count in each project. A pass asks often and they change seldom: what was worked out is kept. */
export class SettingsBook {
  #cluster = defaultSettings();
  readonly #projects = new Map<string, Narrowing>();
  readonly #effective = new Map<string, Settings>();

  /** The settings of a project. */
  of(project: string): Settings {
    const narrowing = this.#projects.get(project);
    if (!narrowing) return this.#cluster;
    const known = this.#effective.get(project) ?? narrow(this.#cluster, narrowing);
    this.#effective.set(project, known);
    return known;
  }

  setCluster(settings: Settings): void {
    this.#cluster = settings;
    this.#effective.clear();
  }

  /** Takes a project's narrowing; undefined ends it. */
  setProject(project: string, narrowing: Narrowing | undefined): void {
    this.#effective.delete(project);
    if (narrowing) this.#projects.set(project, narrowing);
    else this.#projects.delete(project);
  }
}
