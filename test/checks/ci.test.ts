import assert from 'node:assert/strict';
import { ciIn, readCi } from '../../src/checks/ci.ts';
import { CI, memoryRepo, workflow } from './memory-repo.ts';

const runs = (text: string, path = CI, more: Record<string, string> = {}): string[] =>
  readCi(memoryRepo({ [path]: text, ...more })).commands.map(({ run }) => run);

const job = (...lines: string[]): string =>
  ['jobs:', '  a:', '    runs-on: ubuntu-latest', ...lines.map((line) => `    ${line}`)].join('\n');
const INSTALL = { run: 'npm ci', evidence: `${CI}:7`, dir: '', installs: ['node'] };
const STEP = 'steps: [{ run: make test }]';

describe('readCi', () => {
  it('names the file, line and job of each command', () => {
    const { commands } = readCi(
      memoryRepo({
        [CI]: workflow('npm ci', '', '# a comment', 'npm run lint', 'npm test -- \\', '  --coverage'),
      }),
    );
    assert.deepEqual(commands, [
      { source: `${CI}:7`, run: 'npm ci', job: 'test' },
      { source: `${CI}:10`, run: 'npm run lint', job: 'test', before: [INSTALL] },
      { source: `${CI}:11`, run: 'npm test -- --coverage', job: 'test', before: [INSTALL] },
    ]);
  });

  const triggers: [on: string, isRead: boolean][] = [
    ['on: push', true],
    ['on: [pull_request]', true],
    ['on:\n  pull_request:', true],
    ['on:\n  pull_request:\n    branches: [main]', true],
    ['on:\n  pull_request_target:\n    types: [opened, synchronize]', true],
    ['on:\n  pull_request:\n    types: [closed]', false],
    ['on:\n  push:\n    tags: ["v*"]', false],
    ['on:\n  push:\n    tags: ["v*"]\n    branches: [main]', true],
    ['on: workflow_dispatch', false],
    ['on:\n  schedule:\n    - cron: "0 0 * * *"', false],
    ['on: release', false],
    ['"on": push', true],
  ];
  for (const [on, isRead] of triggers) {
    it(`${isRead ? 'reads' : 'leaves out'} a workflow with ${JSON.stringify(on)}`, () => {
      assert.deepEqual(runs(`${on}\n${job(STEP)}`), isRead ? ['make test'] : []);
    });
  }

  it('puts workflows of pull requests before those of pushes', () => {
    const files = memoryRepo({
      '.github/workflows/a.yml': `on: push\n${job('steps: [{ run: make a }]')}`,
      '.github/workflows/b.yml': `on: pull_request\n${job('steps: [{ run: make b }]')}`,
    });
    assert.deepEqual(
      readCi(files).commands.map(({ run }) => run),
      ['make b', 'make a'],
    );
  });

  const lines: [promise: string, lines: string[], expected: string[]][] = [
    [
      'drops what cannot fail',
      ['a || true', 'b || :', 'c | tee log', 'd &', 'e || exit 1', 'f; true'],
      ['e', 'f'],
    ],
    ['drops everything behind set +e', ['a', 'set +e', 'b'], ['a']],
    ['drops what hangs on a condition', ['if [ -f x ]; then a; fi', 'for f in *; do b; done', 'c'], ['c']],
    ['takes both sides of &&', ['a x && b y'], ['a x', 'b y']],
    [
      'drops expressions and unknown variables',
      ['a ${{ matrix.x }}', 'b $GITHUB_SHA', 'c "$HOME"', 'd -x ${{ vars.y }} e'],
      ['c "$HOME"', 'd e'],
    ],
    [
      'follows cd',
      ['cd web', 'a', 'cd ..', 'b', '(cd api && c)', 'd'],
      ['cd web && a', 'b', 'cd api && c', 'd'],
    ],
    ['drops what runs outside of the repository', ['cd ..', 'a'], []],
    ['takes each text once', ['a', 'a'], ['a']],
    ['reads nothing from text that is not valid shell', ['if then fi ((', 'a'], []],
  ];
  for (const [promise, block, expected] of lines)
    it(promise, () => assert.deepEqual(runs(workflow(...block)), expected));

  const jobs: [promise: string, text: string, expected: string[]][] = [
    ['drops steps that may fail', job('steps: [{ run: a, continue-on-error: true }, { run: b }]'), ['b']],
    ['drops jobs that may fail', job('continue-on-error: true', STEP), []],
    [
      'drops other systems beside Linux',
      `${job(STEP)}\n  b:\n    runs-on: windows-latest\n    steps: [{ run: make b }]`,
      ['make test'],
    ],
    [
      'reads other systems where CI has nothing else',
      job(STEP).replace('ubuntu-latest', 'windows-latest'),
      ['make test'],
    ],
    [
      'drops other shells, and all of PowerShell but plain commands',
      job(
        'steps: [{ run: a, shell: cmd }, { run: "b\\n$x = 1\\nWrite-Host x", shell: pwsh }, { run: c, shell: bash }]',
      ),
      ['b', 'c'],
    ],
    [
      'drops steps for pushes and failures',
      job(
        "steps: [{ run: a, if: github.event_name == 'push' }, { run: b, if: failure() }, { run: c, if: '!cancelled()' }]",
      ),
      ['c'],
    ],
    [
      'honours working-directory of step and job',
      job(
        'defaults: { run: { working-directory: web } }',
        'steps: [{ run: a }, { run: b, working-directory: ./api/ }]',
      ),
      ['cd web && a', 'cd api && b'],
    ],
    [
      'drops a working-directory that leaves the tree',
      job('steps: [{ run: a, working-directory: ../x }]'),
      [],
    ],
    [
      'knows well-known actions',
      job(
        'steps:',
        '  - uses: pre-commit/action@v3.0.1',
        '  - uses: golangci/golangci-lint-action@v6',
        '    with: { working-directory: api }',
        '  - uses: actions/checkout@v4',
      ),
      ['pre-commit run --all-files', 'cd api && golangci-lint run'],
    ],
    [
      'takes no shell from the inputs of an action',
      job('steps:', '  - uses: golangci/golangci-lint-action@v6', '    with: { args: "; curl x" }'),
      [],
    ],
  ];
  for (const [promise, text, expected] of jobs)
    it(promise, () => assert.deepEqual(runs(`on: pull_request\n${text}`), expected));

  it('leaves out workflows that are made for sites, scanners and releases', () => {
    for (const name of ['codeql-analysis', 'gh-pages', 'release', 'docs', 'nightly', 'autofix']) {
      assert.deepEqual(runs(`on: pull_request\n${job(STEP)}`, `.github/workflows/${name}.yml`), [], name);
    }
  });

  it('drops a command that a matrix steers through its environment', () => {
    const steps =
      'steps: [{ run: tox run, env: { TOX_ENV: "${{ matrix.tox }}" } }, { run: make b, env: { A: "1" } }]';
    assert.deepEqual(runs(`on: pull_request\n${job(steps)}`), ['make b']);
  });

  it('follows workflows and actions of the same repository, once', () => {
    const more = {
      '.github/workflows/called.yml': `on: workflow_call\n${job('uses: ./.github/workflows/called.yml')}\n  b:\n    steps: [{ run: make b }]`,
      '.github/actions/x/action.yml': 'runs:\n  using: composite\n  steps: [{ run: make c, shell: bash }]',
    };
    const text = `on: pull_request\njobs:\n  a: { uses: ./.github/workflows/called.yml }\n  z: { steps: [{ uses: ./.github/actions/x }] }`;
    assert.deepEqual(runs(text, CI, more), ['make b', 'make c']);
  });

  it('says which services the tests may need', () => {
    const { notes } = readCi(
      memoryRepo({ [CI]: `on: push\n${job('services: { postgres: { image: "postgres:17" } }', STEP)}` }),
    );
    assert.deepEqual(notes, [`${CI} job a: CI starts postgres for its tests; here it must be provided`]);
  });

  const others: [path: string, text: string, expected: string[]][] = [
    [
      '.gitlab-ci.yml',
      'default: { before_script: [make deps] }\n.base: { script: [x] }\ntest: { script: [make test, [make lint]] }\ndeploy: { script: y, environment: prod }\nmaybe: { script: z, allow_failure: true }\ntags: { script: t, only: [tags] }',
      ['make deps', 'make test', 'make lint'],
    ],
    [
      '.circleci/config.yml',
      'jobs:\n  t:\n    steps: [checkout, { run: make a }, { run: { command: make b, working_directory: ~/project/web } }, { run: "make << parameters.x >>" }]',
      ['make a', 'cd web && make b'],
    ],
    [
      'azure-pipelines.yml',
      'steps: [{ script: make a }, { bash: make b, workingDirectory: web }, { script: "make $(Build.Id)" }]',
      ['make a', 'cd web && make b'],
    ],
  ];
  for (const [path, text, expected] of others)
    it(`reads ${path}`, () => assert.deepEqual(runs(text, path), expected));

  it('survives YAML that is broken, repeats itself without end, or nests too deep', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]', ...'bcdefgh'.split('').map((name, at) => {
      const before = 'abcdefgh'[at];
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`;
    }), 'on: push', 'jobs: *h'].join('\n'); // prettier-ignore
    const files = memoryRepo({
      '.github/workflows/bad.yml': 'on: [push\njobs: {',
      '.github/workflows/bomb.yml': bomb,
      '.github/workflows/deep.yml': `on: push\njobs: ${'['.repeat(20_000)}`,
      '.github/workflows/loop.yml': 'on: push\njobs: &a\n  <<: *a\n  x: *a\n',
      '.github/workflows/wide.yml': `s: &s { run: a }\non: push\njobs:\n  a: { steps: [${'*s, '.repeat(5_000)}] }`,
      '.github/workflows/good.yml': `on: push\n${job(STEP)}`,
    });
    const { commands, notes } = readCi(files);
    assert.match(notes.join('\n'), /deep\.yml was not read: it nests deeper than 64 levels/);
    assert.deepEqual(
      commands.map(({ run }) => run),
      ['make test'],
    );
    assert.match(notes.join('\n'), /bomb\.yml was not read: Excessive alias count/);
    assert.match(notes.join('\n'), /bad\.yml was not read/);
  });
});

describe('ciIn', () => {
  it("gives a folder's commands as they read there", () => {
    const commands = [
      { source: 's:1', run: 'make a' },
      { source: 's:2', run: 'cd web && npm test' },
    ];
    assert.deepEqual(ciIn(commands, 'web'), [{ source: 's:2', run: 'npm test' }]);
    assert.deepEqual(ciIn(commands, ''), [{ source: 's:1', run: 'make a' }]);
  });
});
