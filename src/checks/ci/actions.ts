/** The inputs of an action's step (`with`), those without expressions. */
export type Inputs = ReadonlyMap<string, string>;

const join = (...words: (string | undefined)[]): string => words.filter(Boolean).join(' ').trim();

/** Well-known actions and the command that each one runs. */
const ACTIONS: Record<string, (inputs: Inputs) => string | undefined> = {
  'golangci/golangci-lint-action': (inputs) => join('golangci-lint run', inputs.get('args')),
  'pre-commit/action': (inputs) => join('pre-commit run', inputs.get('extra_args') ?? '--all-files'),
  'j178/prek-action': (inputs) => join('pre-commit run', inputs.get('extra-args') ?? '--all-files'),
  'psf/black': (inputs) => join('black', inputs.get('options') ?? '--check', inputs.get('src') ?? '.'),
  'isort/isort-action': () => 'isort --check-only .',
  'astral-sh/ruff-action': (inputs) => join('ruff', inputs.get('args') ?? 'check', inputs.get('src')),
  'chartboost/ruff-action': (inputs) => join('ruff', inputs.get('args') ?? 'check', inputs.get('src')),
  'crate-ci/typos': () => 'typos',
  'codespell-project/actions-codespell': () => 'codespell',
  'davidanson/markdownlint-cli2-action': (inputs) =>
    join('npx --yes markdownlint-cli2', quoted(inputs.get('globs') ?? '')),
  'ludeeus/action-shellcheck': () => "find . -name '*.sh' -exec shellcheck {} +",
  'ibiqlik/action-yamllint': (inputs) => join('yamllint', inputs.get('file_or_dir') ?? '.'),
  'fsfe/reuse-action': () => 'reuse lint',
  'bufbuild/buf-lint-action': () => 'buf lint',
  'rhysd/actionlint': () => 'actionlint',
  'actions-rust-lang/rustfmt': () => 'cargo fmt --all -- --check',
  'nick-fields/retry': (inputs) => inputs.get('command'),
  'coactions/setup-xvfb': (inputs) => inputs.get('run'),
  'magefile/mage-action': (inputs) => join('mage', inputs.get('args')),
  'jakebailey/pyright-action': () => 'pyright',
  'dominikh/staticcheck-action': () => 'staticcheck ./...',
  'actions-rs/cargo': (inputs) =>
    inputs.has('command') ? join('cargo', inputs.get('command'), inputs.get('args')) : undefined,
  'actions-rs/clippy-check': (inputs) => join('cargo clippy', inputs.get('args')),
  'gradle/gradle-build-action': (inputs) => gradle(inputs),
  'gradle/actions/setup-gradle': (inputs) => gradle(inputs),
  'borales/actions-yarn': (inputs) => (inputs.has('cmd') ? join('yarn', inputs.get('cmd')) : undefined),
  'ramsey/composer-install': () => 'composer install --no-interaction --no-progress',
};

/** Globs, one a line or with commas between them, as words of the shell. */
const quoted = (globs: string): string =>
  globs
    .split(/[\n,]/)
    .map((glob) => glob.trim().replace(/^(['"])(.*)\1$/, '$2'))
    .filter((glob) => /^[^'"`$\\\s]+$/.test(glob))
    .map((glob) => `'${glob}'`)
    .join(' ');

const gradle = (inputs: Inputs): string | undefined =>
  inputs.has('arguments') ? join('./gradlew', inputs.get('arguments')) : undefined;

/** The command behind `uses: owner/name@version`; undefined for an action that is not known. */
export function actionCommand(uses: string, inputs: Inputs): string | undefined {
  const name = uses
    .replace(/^docker:\/\/([^:@]*).*$/, '$1')
    .replace(/@.*$/, '')
    .toLowerCase();
  return Object.hasOwn(ACTIONS, name) ? ACTIONS[name]?.(inputs) : undefined;
}
