import type { Reading } from '../read-command.ts';

/** Variables that change how a program talks or where it keeps things, not what it judges; and those that name a machine's parts. */
const NOISE =
  /^(CI|TERM|HOME|PATH|PWD|SHELL|LANG|LC_\w+|.*COLOR.*|PYTHONUNBUFFERED|DEBIAN_FRONTEND|.*_?(TOKEN|SECRET|PASSWORD|PASSWD|API_KEY|CREDENTIALS|WEBHOOK)\w*|.*VERSIONS?|.*_IMAGE|.*CACHE.*|(GITHUB|ACTIONS|RUNNER|CODECOV|COVERALLS|SONAR|SENTRY|AWS|AZURE|GCP|DOCKER|REGISTRY|IMAGE|TURBO|NX_CLOUD|HUSKY|UV|PIP|POETRY|NPM_CONFIG|YARN|PNPM|GRADLE|JAVA_HOME|RUSTUP|SCCACHE|RUSTC_WRAPPER|HOMEBREW|BUNDLE|COMPOSER|CCACHE|NOXFORCE|NOXPYTHON|FORCE_NODE|NODE_AUTH|NODE_PRE_GYP)(_\w*)?|CARGO_(INCREMENTAL|NET|HTTP|REGISTRIES|PROFILE|UNSTABLE)\w*|RUST_BACKTRACE|MSRV|COVERAGE|PLAYWRIGHT_\w*|\w*RETR(Y|IES)\w*|DOTNET_(NOLOGO|CLI\w*|SKIP\w*|GENERATE\w*)|CI_.*)$/i;
const PLAIN_VALUE = /^[^\u0000-\u001f\u007f'"$`\\\u01c2\u01c3]*$/;
const MAX_VARIABLES = 8;
const MAX_VALUE = 200;

/** Variables that speak to the programs of some ecosystems, by how their names begin. */
const SPEAKS_TO: readonly (readonly [name: RegExp, ecosystems: readonly string[]])[] = [
  [/^(RUST|CARGO)/, ['rust']],
  [/^(PYTHON|PYTEST|TOX|NOX|DJANGO|MYPY)/, ['python']],
  [/^(GO[A-Z0-9]*$|GO_|CGO_|GOTEST)/, ['go']],
  [/^(NODE_|JEST|VITEST|TS_NODE)/, ['node']],
  [/^(MIX_|ERL_|ELIXIR)/, ['elixir']],
  [/^(RUBY|RAILS|RACK_)/, ['ruby']],
  [/^(PHP|XDEBUG|SYMFONY)/, ['php']],
  [/^(MAVEN|MVN)/, ['maven']],
  [/^DOTNET/, ['dotnet']],
];
/** What a compiler of C and its sanitizers read: nothing for linters and installs. */
const COMPILES = /^(CC|CXX|LD|AR|C(XX|PP)?FLAGS|LDFLAGS|\w*SAN_OPTIONS|CTEST_\w+)$/;

/** The variables that a command can mean: not those that speak to the programs of another ecosystem than its own. */
export function variablesOf<T extends readonly [string, string]>(
  { kind, ecosystems }: Pick<Reading, 'kind' | 'ecosystems'>,
  env: readonly T[],
): T[] {
  const own = ecosystems.filter((name) => name !== 'any');
  return env.filter(([name]) => {
    if (COMPILES.test(name)) return kind !== 'lint' && kind !== 'install';
    const meant = SPEAKS_TO.find(([pattern]) => pattern.test(name))?.[1];
    return meant === undefined || own.length === 0 || own.some((ecosystem) => meant.includes(ecosystem));
  });
}

/** The variables of a CI command that are worth having elsewhere; at most 8, with plain values of at most 200 characters. */
export function usefulVariables(env: Iterable<readonly [string, string]>): [string, string][] {
  const useful = [...env].filter(([name, value]) => {
    return (
      /^[A-Za-z_]\w*$/.test(name) &&
      !NOISE.test(name) &&
      value !== '' &&
      !isOneOfMany(name, value) &&
      value.length <= MAX_VALUE &&
      PLAIN_VALUE.test(value)
    );
  });
  return useful.slice(0, MAX_VARIABLES).map(([name, value]) => [name, value]);
}

/** A compiler of one version; the machine has another. */
const isOneOfMany = (name: string, value: string): boolean =>
  /^(CC|CXX)$/.test(name) && /^(gcc|g\+\+|clang|clang\+\+)-\d+$/.test(value);

/** `A=1 B='x y'`; empty for none. */
export const environmentPrefix = (env: Iterable<readonly [string, string]>): string =>
  [...env]
    .map(([name, value]) => `${name}=${/^[\w./:=@,+%-]*$/.test(value) ? value : `'${value}'`}`)
    .join(' ');

/** A command with variables set for all of it; what it sets itself stays. */
export function withPrefix(prefix: string, run: string): string {
  if (prefix === '') return run;
  return /[;&|\n]|^\(|^!/.test(run) || /^(export|set|for|if|while|case)\b/.test(run)
    ? `export ${prefix} && ${run}`
    : `${prefix} ${run}`;
}
