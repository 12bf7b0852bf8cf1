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

const SESSION = 'bgtask-session';
/** Bytes of a secret that cannot be guessed. */
const SECRET_BYTES = 32;

/** The secret that the session cookie needs. The storage of a browser belongs to one origin, port included. Undefined when the browser forbids storage. */
export const sessionSecret = (): string | undefined =>
  quietly(() => localStorage.getItem(SESSION) ?? undefined, undefined);

/** A new one, for signing in. Undefined where the browser forbids storage. */
export const newSessionSecret = (): string | undefined =>
  quietly(() => {
    const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
    const secret = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    localStorage.setItem(SESSION, secret);
    return secret;
  }, undefined);

export const forgetSessionSecret = (): void => quietly(() => localStorage.removeItem(SESSION), undefined);

/** The projects that were visited last. */
export const rememberedProjects = (): string[] =>
  quietly(() => recentProjects(localStorage.getItem(PROJECTS)), []);

export const rememberProject = (project: string): void =>
  quietly(
    () => localStorage.setItem(PROJECTS, JSON.stringify(withProject(rememberedProjects(), project))),
    undefined,
  );
