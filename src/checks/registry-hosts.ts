import type { RepoFiles } from './check.ts';
import { PRE_COMMIT_FILE } from './common/pre-commit-config.ts';
import { GITHUB_HOSTS, type Registries } from './ecosystems/registries.ts';
import { ecosystems, patternOf } from './plugs.ts';

/** Hosts that the files of one repository may add: more are not a list of registries. */
const MOST = 100;
/** A name of RFC 1123, in lower case, with a port where it is not the scheme's own. */
const HOST = /^(?=.{1,253}(?::|$))[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;

/** The host of an address as files write it, in lower case and with its port where it has one; undefined if it has not a name. */
export function hostOf(address: string): string | undefined {
  // Properties files escape the colon; some patterns end before the scheme.
  const plain = address.replaceAll('\\', '');
  const url = /^[a-z]+:\/\//i.test(plain) ? plain : `https://${plain}`;
  const host = URL.canParse(url) ? new URL(url).host.toLowerCase() : '';
  return HOST.test(host) && host.includes('.') ? host : undefined;
}

function namedHosts(files: RepoFiles, { named = [] }: Registries): string[] {
  return named.flatMap(([names, ...addresses]) => {
    const pattern = patternOf(names);
    const texts = files.paths.filter((path) => pattern.test(path)).map((path) => files.read(path) ?? '');
    return texts.flatMap((text) =>
      addresses.flatMap((address) =>
        [...text.matchAll(address)].flatMap(([, found = '']) => hostOf(found) ?? []),
      ),
    );
  });
}

/** The ecosystems from which pre-commit installs hooks: a hook's language stands in its own repository. */
const HOOK_LANGUAGES: readonly string[] = ['python', 'node', 'go', 'rust', 'ruby'];
const HOOK_REPOSITORIES: Registries = {
  defaults: [],
  named: [[[PRE_COMMIT_FILE], /^[ \t]{0,20}(?:-[ \t]{1,20})?repo:[ \t]{0,20}["']?(https:\S{1,500})/gm]],
};

/** Where dependencies come from. */
export interface RegistryHosts {
  /** Hosts that bgtask itself knows, because the package managers in use ask them. */
  known: string[];
  /** Hosts that files of the repository name: its author chose them. */
  named: string[];
}

/**
 * The hosts that installing the dependencies of a repository needs: those that the package managers of its ecosystems ask, and those that its manifests, lock
 * files and configuration name. Pure. Sorted; at most 100 named ones.
 */
export function registryHosts(files: RepoFiles): RegistryHosts {
  const hasHooks = files.has(PRE_COMMIT_FILE);
  const used = ecosystems().filter(({ name, manifests }) => {
    const pattern = patternOf(manifests);
    return files.paths.some((path) => pattern.test(path)) || (hasHooks && HOOK_LANGUAGES.includes(name));
  });
  const defaults = used.flatMap(({ registries }) => registries?.defaults ?? []);
  const named = [...used.flatMap(({ registries }) => registries ?? []), HOOK_REPOSITORIES].flatMap(
    (registries) => namedHosts(files, registries),
  );
  const further = [...new Set(named)].sort().slice(0, MOST);
  const github = further.includes('github.com') ? GITHUB_HOSTS : [];
  const known = new Set([...defaults, ...github]);
  return { known: [...known].sort(), named: further.filter((host) => !known.has(host)) };
}
