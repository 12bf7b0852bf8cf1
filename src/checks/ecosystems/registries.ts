/** Where an ecosystem's package managers get dependencies from. */
export interface Registries {
  /** Hosts that they ask when nothing says otherwise. */
  defaults: readonly string[];
  /** How files name further ones: names at the end of a path as in `manifests`, and patterns whose first group begins with an address or a host. */
  named?: readonly NamedRegistry[];
}

/** Files, and what in them is an address. Patterns are applied to untrusted text: they must be linear. */
type NamedRegistry = readonly [files: readonly string[], ...addresses: readonly RegExp[]];

/** GitHub's hosts from which archives and releases are downloaded. */
export const GITHUB_HOSTS: readonly string[] = [
  'github.com',
  'api.github.com',
  'codeload.github.com',
  'raw.githubusercontent.com',
  'objects.githubusercontent.com',
  'release-assets.githubusercontent.com',
];

/** Maven Central, under its two names: Maven and Gradle ask it. */
export const MAVEN_CENTRAL: readonly string[] = ['repo.maven.apache.org', 'repo1.maven.org'];

/** npm's registry: Node's package managers and Deno ask it. */
export const NPM_REGISTRY = 'registry.npmjs.org';

/** A git repository in a quoted text: `"git+https://host/x.git"`, `'https://host/x.git'`. */
export const GIT_ADDRESS = /["'](?:git\+)?(https:\/\/[^\s"']{1,500}?\.git)(?=["'#?@])/g;
