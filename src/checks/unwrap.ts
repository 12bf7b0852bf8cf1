/** The program that a command runs in the end, without npx, uv run, cross-env, coverage and the like around it. */
export interface Program {
  /** Without folder and extension: `./node_modules/.bin/eslint` is eslint, `./gradlew` is gradle. */
  tool: string;
  args: string[];
}

type Peel = (rest: string[]) => string[];

const ALIASES: Record<string, string> = {
  pn: 'pnpm',
  gradlew: 'gradle',
  mvnw: 'mvn',
  'pre-commit.pyz': 'pre-commit',
};

/** `nix develop -i .#fmt -c make fmt`: what stands behind -c. */
const behindCommand: Peel = (rest) => {
  const at = rest.findIndex((word) => /^(-c|--command)$/.test(word));
  return at < 0 ? [] : rest.slice(at + 1);
};

const baseName = (word: string): string => {
  const name = word.slice(word.lastIndexOf('/') + 1).replace(/\.(c?js|mjs|cmd|bat|exe|phar)$/, '');
  return ALIASES[name] ?? name.replace(/^(python|pip)[\d.]+$|^(clang-(?:format|tidy))-\d+$/, '$1$2');
};

/** Drops leading flags, and the value after those in `valued`, up to the first word or behind `--`. */
function skipFlags(words: string[], valued: readonly string[] = []): string[] {
  let at = 0;
  while (at < words.length && words[at]?.startsWith('-')) {
    const flag = words[at] ?? '';
    at += 1;
    if (flag === '--') break;
    if (valued.includes(flag)) at += 1;
  }
  return words.slice(at);
}

const dropVersion = ([name = '', ...rest]: string[]): string[] => [name.replace(/^(.+)@.*$/, '$1'), ...rest];

const afterAssignments: Peel = (rest) => {
  const words = skipFlags(rest, ['-e', '-f', '-u']);
  const first = words.findIndex((word) => !/^\w+=/.test(word));
  return skipFlags(first < 0 ? [] : words.slice(first));
};

const packaged: Peel = (rest) =>
  dropVersion(skipFlags(rest, ['-p', '--package', '--from', '--with', '--python']));
const plain: Peel = (rest) => skipFlags(rest);
const PYTHON_RUN = (
  '--with --with-requirements --group --extra --python -p --package --directory --env-file --no-group ' +
  '--only-group -e --environment --project'
).split(' ');
const pythonRun: Peel = (rest) => skipFlags(rest, PYTHON_RUN);

/** `-c make test` and `--run 'make test'` of a shell with programs of its own. */
const afterCommandFlag: Peel = (rest) => {
  const at = rest.findIndex((word) => /^(-c|--command|--run)$/.test(word));
  const words = at < 0 ? [] : rest.slice(at + 1);
  return words.length === 1 ? (words[0] ?? '').split(/\s+/) : words;
};

const ONE_WORD: Record<string, Peel> = {
  'nix-shell': afterCommandFlag,
  env: afterAssignments,
  'cross-env': afterAssignments,
  'cross-env-shell': afterAssignments,
  dotenv: afterAssignments,
  npx: packaged,
  bunx: packaged,
  pnpx: packaged,
  uvx: packaged,
  c8: (rest) =>
    skipFlags(rest, ['-r', '--reporter', '-n', '--include', '-x', '--exclude', '-o', '--config', '-c']),
  nyc: (rest) => skipFlags(rest, ['-r', '--reporter', '-n', '--include', '-x', '--exclude']),
  shx: plain,
  time: plain,
  exec: plain,
  command: plain,
  'xvfb-run': plain,
  timeout: (rest) => skipFlags(rest, ['-k', '-s']).slice(1),
  nice: (rest) => skipFlags(rest, ['-n']),
};

/** `cargo run -p xtask -- lint` is `cargo xtask lint`, as the usual alias has it. */
const ofTasks: Peel = (rest) => {
  const at = rest.findIndex(
    (word, index) => /^(-p|--package|--bin)$/.test(rest[index - 1] ?? '') && word === 'xtask',
  );
  const behind = rest.slice(at + 1);
  return at < 0
    ? []
    : ['cargo', 'xtask', ...skipFlags(behind[0]?.startsWith('-') ? behind : ['--', ...behind])];
};

const TWO_WORDS: Record<string, Peel> = {
  'npm exec': packaged,
  'pnpm exec': packaged,
  'pnpm dlx': packaged,
  'yarn exec': packaged,
  'yarn dlx': packaged,
  'yarn run': plain,
  'bun x': packaged,
  'bun run': plain,
  'uv run': pythonRun,
  'poetry run': pythonRun,
  'pdm run': pythonRun,
  'pipenv run': pythonRun,
  'rye run': pythonRun,
  'hatch run': pythonRun,
  'pixi run': pythonRun,
  'pipx run': packaged,
  'bundle exec': plain,
  'direnv exec': (rest) => rest.slice(1),
  'devbox run': plain,
  'mise exec': plain,
  'mise x': plain,
  'opam exec': plain,
  'stack exec': plain,
  'cabal exec': plain,
  'nix develop': behindCommand,
  'nix shell': behindCommand,
  'composer exec': plain,
  'cargo run': ofTasks,
  'go tool': (rest) => skipFlags(rest, ['-modfile', '-C']),
  'coverage run': (rest) => fromModule(rest) ?? [],
};

/** `-m pytest -x` is `pytest -x`. */
function fromModule(rest: string[]): string[] | undefined {
  const at = rest.indexOf('-m');
  const isFlagsOnly = at >= 0 && rest.slice(0, at).every((word) => word.startsWith('-'));
  return isFlagsOnly ? rest.slice(at + 1) : undefined;
}

/** True for a sub-command of yarn and pnpm themselves. */
export const isOwnCommand = (word: string): boolean => OWN_COMMANDS.has(word);

/** Sub-commands of yarn and pnpm; any other word is a script or an installed program. */
const OWN_COMMANDS = new Set(
  (
    'install i ci add remove test t run run-script start publish pack exec dlx x link up update ' +
    'upgrade why audit outdated list ls config set init create workspace workspaces version ' +
    'cache store dedupe prune rebuild deploy build info node npm plugin constraints patch pm ' +
    'global check fetch import setup env'
  ).split(' '),
);

function peelOnce(words: string[]): string[] | undefined {
  const [first = '', second = ''] = words;
  const tool = baseName(first);
  const rest = words.slice(1);
  const two = TWO_WORDS[`${tool} ${second}`];
  if (two) return two(rest.slice(1));
  const one = Object.hasOwn(ONE_WORD, tool) ? ONE_WORD[tool] : undefined;
  if (one) return one(rest);
  if (/^(python|pypy)[\d.]*$/.test(tool)) return fromModule(rest);
  if (tool === 'yarn' || tool === 'pnpm') return peelManager(tool, rest);
  return tool === 'node' || tool === 'php' ? peelInterpreter(rest) : undefined;
}

function peelManager(tool: string, rest: string[]): string[] | undefined {
  const [word = ''] = rest;
  if (tool === 'pnpm' && word.startsWith('-')) {
    const flagless = skipFlags(rest, ['--filter', '-F', '-C', '--dir']);
    return flagless[0] === 'exec' ? flagless.slice(1) : undefined;
  }
  return word !== '' && !word.startsWith('-') && !isOwnCommand(word) ? rest : undefined;
}

/** `node ./node_modules/.bin/eslint` and `php vendor/bin/phpunit`. */
function peelInterpreter(rest: string[]): string[] | undefined {
  const script = skipFlags(rest, ['--import', '-r', '--require', '--loader', '-d'])[0];
  if (script === undefined) return undefined;
  const behind = rest.slice(rest.indexOf(script));
  if (/(^|\/)\.yarn\/releases\/yarn-[\w.-]+\.c?js$/.test(script)) return ['yarn', ...behind.slice(1)];
  return /(^|\/)(node_modules|vendor\/bin)\//.test(script) ? behind : undefined;
}

/** Peels wrappers off a command's words; what is left names the program that judges. */
export function unwrap(words: readonly string[]): Program {
  let left = [...words];
  for (let depth = 0; depth < 8; depth += 1) {
    const next = peelOnce(left);
    if (next === undefined || next.length === 0) break;
    left = next;
  }
  const [first = '', ...args] = left;
  return { tool: baseName(first), args };
}
