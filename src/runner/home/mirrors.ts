import { join } from 'node:path';
import { type Keep, keepIni, keepToml, keepXml, keepYaml } from './kept.ts';

/** Where a person's configuration lies. */
export interface PersonFolders {
  home: string;
  /** XDG_CONFIG_HOME, else `~/.config`. */
  config: string;
  env: NodeJS.ProcessEnv;
}

interface Mirror {
  /** The first of these that exists is read. */
  from: (folders: PersonFolders) => (string | undefined)[];
  /** The new file's path in the task's home. */
  to: string;
  keep: Keep;
}

const words = (text: string): string[] => text.trim().split(/\s+/);

const NPM = words(`
  registry @*:registry cafile strict-ssl proxy https-proxy http-proxy noproxy fetch-* maxsockets
`);
const PIP = words(`
  index-url extra-index-url find-links trusted-host cert proxy timeout retries no-index
`);
const CARGO = words(`
  source.*.registry source.*.replace-with source.*.directory source.*.local-registry registries.*.index registry.default
  http.proxy http.cainfo http.check-revoke net.retry
`);
const UV = words(`
  index-url extra-index-url.* find-links.* index.*.name index.*.url index.*.default index.*.explicit native-tls
  allow-insecure-host.* python-install-mirror pypy-install-mirror pip.index-url pip.extra-index-url.*
`);
const YARN = words(`
  npmRegistryServer npmScopes.*.npmRegistryServer httpProxy httpsProxy httpsCaFilePath unsafeHttpWhitelist.* enableTelemetry
`);
const GO = ['GOPROXY', 'GOSUMDB', 'GOPRIVATE', 'GONOPROXY', 'GONOSUMDB', 'GOINSECURE'];
/** Of a proxy its address, but not its user. */
const GRADLE = ['http', 'https'].flatMap((scheme) =>
  ['proxyHost', 'proxyPort', 'nonProxyHosts'].map((name) => `systemProp.${scheme}.${name}`),
);
const MAVEN = new Set(
  words(`
    settings mirrors mirror id name url mirrorOf blocked profiles profile activation activeByDefault repositories repository
    pluginRepositories pluginRepository releases snapshots enabled updatePolicy checksumPolicy layout activeProfiles
    activeProfile proxies proxy active protocol host port nonProxyHosts offline
  `),
);

/** Files of package managers that may name a company's mirror, and what of each a task sees. */
export const MIRRORS: readonly Mirror[] = [
  {
    from: ({ home, env }) => [env['NPM_CONFIG_USERCONFIG'], env['npm_config_userconfig'], join(home, '.npmrc')],
    to: '.npmrc',
    keep: keepIni(NPM),
  },
  { from: ({ config }) => [join(config, 'pnpm/rc')], to: '.config/pnpm/rc', keep: keepIni(NPM) },
  { from: ({ home }) => [join(home, '.yarnrc')], to: '.yarnrc', keep: keepIni(NPM, /\s+/) },
  { from: ({ home }) => [join(home, '.yarnrc.yml')], to: '.yarnrc.yml', keep: keepYaml(YARN) },
  {
    from: ({ home, config, env }) => [
      env['PIP_CONFIG_FILE'],
      join(config, 'pip/pip.conf'),
      join(home, 'Library/Application Support/pip/pip.conf'),
      join(home, '.pip/pip.conf'),
    ],
    to: '.config/pip/pip.conf',
    keep: keepIni(PIP),
  },
  { from: ({ config }) => [join(config, 'uv/uv.toml')], to: '.config/uv/uv.toml', keep: keepToml(UV) },
  {
    from: ({ home, env }) => {
      const cargo = env['CARGO_HOME'] || join(home, '.cargo');
      return [join(cargo, 'config.toml'), join(cargo, 'config')];
    },
    to: '.cargo/config.toml',
    keep: keepToml(CARGO),
  },
  { from: ({ home }) => [join(home, '.m2/settings.xml')], to: '.m2/settings.xml', keep: keepXml(MAVEN) },
  {
    from: ({ home, env }) => [join(env['GRADLE_USER_HOME'] || join(home, '.gradle'), 'gradle.properties')],
    to: '.gradle/gradle.properties',
    keep: keepIni(GRADLE),
  },
  { from: ({ config, env }) => [env['GOENV'], join(config, 'go/env')], to: '.config/go/env', keep: keepIni(GO) },
]; // prettier-ignore
