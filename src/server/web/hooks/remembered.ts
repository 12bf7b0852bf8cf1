import { recentProjects, withProject } from '../state/recent-projects.ts';

const TOKEN = 'bgtask-token';
const PROJECTS = 'bgtask-projects';

/** A browser may forbid storage altogether: then nothing is remembered. */
function quietly<T>(act: () => T, otherwise: T): T {
  try {
    return act();
  } catch {
    return otherwise;
  }
}

/** The token of this tab, where it is too long for a cookie; it is gone with the tab. */
export const rememberedToken = (): string | undefined =>
  quietly(() => sessionStorage.getItem(TOKEN) ?? undefined, undefined);

export const rememberToken = (token: string | undefined): void =>
  quietly(
    () => (token === undefined ? sessionStorage.removeItem(TOKEN) : sessionStorage.setItem(TOKEN, token)),
    undefined,
  );

/** The projects that were visited last. */
export const rememberedProjects = (): string[] =>
  quietly(() => recentProjects(localStorage.getItem(PROJECTS)), []);

export const rememberProject = (project: string): void =>
  quietly(
    () => localStorage.setItem(PROJECTS, JSON.stringify(withProject(rememberedProjects(), project))),
    undefined,
  );
