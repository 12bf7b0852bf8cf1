/** Variables that change how a program talks or where it keeps things, not what it judges; and those that name a machine's parts. */
const NOISE =
  /^(CI|TERM|HOME|PATH|PWD|SHELL|LANG|LC_\w+|.*COLOR.*|PYTHONUNBUFFERED|DEBIAN_FRONTEND|.*_?(TOKEN|SECRET|PASSWORD|PASSWD|API_KEY|CREDENTIALS|WEBHOOK)\w*|.*VERSIONS?|.*CACHE.*|(GITHUB|ACTIONS|RUNNER|CODECOV|COVERALLS|SONAR|SENTRY|AWS|AZURE|GCP|DOCKER|REGISTRY|IMAGE|TURBO|NX_CLOUD|HUSKY|UV|PIP|POETRY|NPM_CONFIG|YARN|PNPM|GRADLE|JAVA_HOME|RUSTUP|SCCACHE|RUSTC_WRAPPER|HOMEBREW|BUNDLE|COMPOSER|CCACHE|NOXFORCE|NOXPYTHON|FORCE_NODE|NODE_AUTH|NODE_PRE_GYP)(_\w*)?|CARGO_(INCREMENTAL|NET|HTTP|REGISTRIES|PROFILE|UNSTABLE)\w*|RUST_BACKTRACE|MSRV|COVERAGE|PLAYWRIGHT_\w*|\w*RETR(Y|IES)\w*|DOTNET_(NOLOGO|CLI\w*|SKIP\w*|GENERATE\w*)|CI_.*)$/i;
const PLAIN_VALUE = /^[^\u0000-\u001f\u007f'"$`\\\u01c2\u01c3]*$/;
const MAX_VARIABLES = 8;
const MAX_VALUE = 200;

/** The variables of a CI command that are worth having elsewhere; at most 8, with plain values of at most 200 characters. */
export function usefulVariables(env: Iterable<readonly [string, string]>): [string, string][] {
  const useful = [...env].filter(([name, value]) => {
    return (
      /^[A-Za-z_]\w*$/.test(name) && !NOISE.test(name) && value.length <= MAX_VALUE && PLAIN_VALUE.test(value)
    );
  });
  return useful.slice(0, MAX_VARIABLES).map(([name, value]) => [name, value]);
}

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
