import { delimiter, join } from 'node:path';
import { CACHE_VARIABLES, cacheVariables } from './home/caches.ts';

/** Variables of the stage's own process that untrusted programs may see as they are: where tools and certificates are, how to write text. */
// prettier-ignore
const PASSED: readonly string[] = [
  'PATH', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'USER', 'LOGNAME', 'SHELL',
  'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'PIP_CERT', 'GIT_SSL_CAINFO',
  'CARGO_HTTP_CAINFO', 'AWS_CA_BUNDLE', 'DENO_CERT',
  'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy',
  'JAVA_HOME', 'GOROOT', 'GOPROXY', 'GOSUMDB', 'GOTOOLCHAIN', 'RUSTUP_HOME', 'PYENV_ROOT', 'NVM_DIR', 'VOLTA_HOME', 'ASDF_DATA_DIR',
  'MISE_DATA_DIR', 'DOTNET_ROOT', 'ANDROID_HOME', 'BGTASK_JOB_COOKIE', ...CACHE_VARIABLES,
];

/** Where packages come from: an address of a mirror passes, one with a user's name in it does not. */
// prettier-ignore
export const MIRROR_ADDRESSES: readonly string[] = [
  'npm_config_registry', 'NPM_CONFIG_REGISTRY', 'YARN_NPM_REGISTRY_SERVER', 'PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'UV_INDEX_URL',
  'UV_DEFAULT_INDEX', 'UV_EXTRA_INDEX_URL',
];

/**
 * ssh finds the person's keys by the user's own home, whatever HOME says: this one offers none and asks nothing. It keeps an agent from using
 * them by accident; a hostile program of the same user is kept from nothing by it.
 */
const SSH_WITHOUT_KEYS =
  'ssh -F /dev/null -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityFile=/dev/null -o IdentityAgent=none';

/** A proxy's URL may hold a password; such a one stays with us. */
const holdsPassword = (name: string, value: string): boolean =>
  /proxy$/i.test(name) && /\/\/[^/]*@/.test(value);

/** Addresses, separated by spaces or commas, without user, query or fragment. */
const PLAIN_ADDRESS = /^(https?:\/\/[^/\s@?#,]+(\/[^\s@?#,]*)?([\s,]+|$))+$/;

/**
 * Where tools put the programs that they install for a user: a script that installs one there calls it next. Behind the machine's own, so that nothing that a
 * repository writes there takes the place of npm, sh or the agent, which holds the model's key.
 */
const OWN_PROGRAMS: readonly string[] = ['.local/bin', 'go/bin', '.cargo/bin'];

const pathOf = (home: string, path: string | undefined): string =>
  [path ?? DEFAULT_PATH, ...OWN_PROGRAMS.map((folder) => join(home, folder))].join(delimiter);

/** What a shell takes when it is given none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface EnvironmentOptions {
  /** The stage's own environment. */
  env: NodeJS.ProcessEnv;
  /** A home and a folder for temporary files of the task's own. */
  home: string;
  tmp: string;
  /** Further names that the settings allow. */
  pass: readonly string[];
}

/**
 * Returns the whole environment of agents, checks and install steps: only variables on a list of names pass. Credentials, the SSH agent and the
 * user's home are left out. Git does not prompt and does not use a credential helper. TERM is not set, as in most CI systems. Programs may print
 * colours: the log removes the escape sequences.
 */
export function untrustedEnv({ env, home, tmp, pass }: EnvironmentOptions): Record<string, string> {
  const clean = cacheVariables(env);
  for (const name of MIRROR_ADDRESSES) {
    const value = env[name];
    if (value !== undefined && PLAIN_ADDRESS.test(value)) clean[name] = value;
  }
  for (const name of [...PASSED, ...pass]) {
    const value = env[name];
    if (value !== undefined && !holdsPassword(name, value)) clean[name] = value;
  }
  return {
    GIT_SSH_COMMAND: SSH_WITHOUT_KEYS,
    ...clean,
    HOME: home,
    TMPDIR: tmp,
    PATH: pathOf(home, clean['PATH']),
    CI: 'true',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    npm_config_update_notifier: 'false',
    npm_config_fund: 'false',
    npm_config_audit: 'false',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    DO_NOT_TRACK: '1',
  };
}

/** Returns the environment without proxy variables, for programs that can reach loopback only. */
export const withoutProxy = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(https?|no)_proxy$/i.test(name)));

/** What one agent gets besides: its endpoints and switches, and the first of its keys that is there. */
export function agentEnv(
  base: Record<string, string>,
  agent: { keys: readonly string[]; variables: readonly string[] },
  env: NodeJS.ProcessEnv,
  modelKeys: Readonly<Record<string, string>>,
): Record<string, string> {
  const own: Record<string, string> = { ...base };
  for (const name of agent.variables) {
    const value = env[name];
    if (value !== undefined) own[name] = value;
  }
  const key = agent.keys.find((name) => modelKeys[name]);
  if (key) own[key] = modelKeys[key] ?? '';
  return own;
}
