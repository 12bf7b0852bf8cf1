import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where a person's tools keep things. */
interface Folders {
  home: string;
  /** XDG_CACHE_HOME, else `~/.cache`. */
  cache: string;
  /** XDG_DATA_HOME, else `~/.local/share`. */
  data: string;
  /** Of all users of the machine. */
  shared: string;
}

type Candidates = (folders: Folders) => string[];

/** On macOS most caches are in a folder of their own. */
const cached = (name: string, mac = name): Candidates => ({ home, cache }) => [
  join(cache, name),
  join(home, 'Library/Caches', mac),
]; // prettier-ignore
const inHome = (path: string): Candidates => ({ home }) => [join(home, path)]; // prettier-ignore

/**
 * Tools that keep programs or downloads in the person's home, which untrusted programs do not get: they are told where those lie, if they are
 * there. See docs/adr/0010-caches-are-shared-by-what-verifies-them.md for what may be shared.
 */
const VARIABLES: readonly [variable: string, where: Candidates, also?: Record<string, string>][] = [
  ['RUSTUP_HOME', inHome('.rustup')],
  ['PYENV_ROOT', inHome('.pyenv')],
  ['NVM_DIR', inHome('.nvm')],
  ['VOLTA_HOME', inHome('.volta')],
  ['ASDF_DATA_DIR', inHome('.asdf')],
  ['npm_config_cache', inHome('.npm')],
  ['GOMODCACHE', inHome('go/pkg/mod')],
  ['GOCACHE', cached('go-build')],
  ['GOLANGCI_LINT_CACHE', cached('golangci-lint')],
  ['PIP_CACHE_DIR', cached('pip')],
  // By default it links files of the cache into environments, and a program that edits one would edit the cache.
  ['UV_CACHE_DIR', inHome('.cache/uv'), { UV_LINK_MODE: 'copy' }],
  ['YARN_GLOBAL_FOLDER', inHome('.yarn/berry')],
  ['COMPOSER_CACHE_DIR', cached('composer')],
  ['PRE_COMMIT_HOME', cached('pre-commit')],
  ['PLAYWRIGHT_BROWSERS_PATH', cached('ms-playwright')],
  ['CYPRESS_CACHE_FOLDER', cached('Cypress')],
  ['PUPPETEER_CACHE_DIR', cached('puppeteer')],
  ['GRADLE_RO_DEP_CACHE', inHome('.gradle/caches')],
];

/** The variables: a person who sets one is followed. */
export const CACHE_VARIABLES: readonly string[] = VARIABLES.map(([variable]) => variable);

/** Folders of the task's home that are links to the person's: what lies there is held to a checksum when it is used. */
const LINKS: readonly string[] = [
  '.cargo/registry/index',
  '.cargo/registry/cache',
  '.gradle/wrapper',
  '.m2/wrapper',
];

function foldersOf(env: NodeJS.ProcessEnv): Folders | undefined {
  const home = env['HOME'];
  if (!home) return undefined;
  return {
    home,
    cache: env['XDG_CACHE_HOME'] || join(home, '.cache'),
    data: env['XDG_DATA_HOME'] || join(home, '.local/share'),
    shared: '/usr/local/share',
  };
}

const pnpmStores: Candidates = ({ data, home }) => [
  join(data, 'pnpm/store'),
  join(home, 'Library/pnpm/store'),
];
/** Where Yarn 1 has its cache: for root it is not in the home (its `user-home-dir.js`). */
export const yarnCaches: Candidates = (folders) => [
  ...cached('yarn', 'Yarn')(folders),
  join(folders.shared, '.cache/yarn'),
];

const firstThere = (paths: readonly string[]): string | undefined => paths.find((path) => existsSync(path));

/** Variables that tell tools where the person's toolchains and caches are. */
export function cacheVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  const folders = foldersOf(env);
  if (!folders) return {};
  const found: Record<string, string> = {};
  for (const [variable, where, also] of VARIABLES) {
    const path = firstThere(where(folders));
    if (path !== undefined) Object.assign(found, { [variable]: path }, also);
  }
  const maven = join(folders.home, '.m2/repository');
  // A second, read-only repository behind the task's own: what a build installs stays in the task.
  if (existsSync(maven)) found['MAVEN_ARGS'] = `-Dmaven.repo.local.tail=${maven}`;
  return found;
}

/** Links for the task's home: the path in it, and where it leads. */
export function cacheLinks(env: NodeJS.ProcessEnv): [path: string, to: string][] {
  const home = env['HOME'];
  if (!home) return [];
  return LINKS.map((path): [string, string] => [path, join(home, path)]).filter(([, to]) => existsSync(to));
}

/** Lines of configuration for tools that take their cache's place from a file alone: the path in the task's home, and the text to add. */
export function cacheSettings(env: NodeJS.ProcessEnv): [path: string, text: string][] {
  const folders = foldersOf(env);
  if (!folders) return [];
  const settings: [string, string][] = [];
  const store = firstThere(pnpmStores(folders));
  if (store !== undefined)
    // Copies, never hard links: a program that edits an installed file must not edit the store.
    settings.push(
      ['.config/pnpm/rc', `store-dir=${store}\npackage-import-method=clone-or-copy\n`],
      [
        '.config/pnpm/config.yaml',
        `storeDir: ${JSON.stringify(store)}\npackageImportMethod: clone-or-copy\n`,
      ],
    );
  // Its variable would also move the cache that newer releases of Yarn keep in a repository.
  const yarn = firstThere(yarnCaches(folders));
  if (yarn !== undefined) settings.push(['.yarnrc', `cache-folder ${JSON.stringify(yarn)}\n`]);
  return settings;
}

/** Folders of the person that tasks share: their toolchains, caches and the targets of links. */
export function sharedFolders(env: NodeJS.ProcessEnv): string[] {
  const folders = foldersOf(env);
  const told = CACHE_VARIABLES.flatMap((name) => env[name] ?? cacheVariables(env)[name] ?? []);
  if (!folders) return told.filter((path) => existsSync(path));
  const more = [
    join(folders.home, '.m2/repository'),
    firstThere(pnpmStores(folders)),
    firstThere(yarnCaches(folders)),
    ...cacheLinks(env).map(([, to]) => to),
  ];
  return [...new Set([...told, ...more.filter((path) => path !== undefined)])].filter((path) =>
    existsSync(path),
  );
}
