import { CARGO, itReads, job, nodeRepo, steps, type CiCase } from './ci-case.ts';
import { CI } from '../memory-repo.ts';

const cases: CiCase[] = [
  {
    promise: 'a matrix of tasks is as many commands',
    tree: {
      ...nodeRepo({ types: 'tsc --noEmit', knip: 'knip' }),
      [CI]: job(`    strategy: { matrix: { task: [types, knip] } }\n${steps('npm run ${{ matrix.task }}')}`),
    },
    runs: ['npm run types', 'npm run knip'],
  },
  {
    promise: 'a matrix of objects gives its parts',
    tree: {
      ...nodeRepo({
        'test:core': 'vitest run core',
        'test:plugins': 'vitest run plugins',
        test: 'npm run test:core && npm run test:plugins',
      }),
      [CI]: job(
        `    strategy:\n      matrix:\n        suite:\n          - { name: core, script: npm run test:core }\n          - { name: plugins, script: npm run test:plugins }\n${steps('${{ matrix.suite.script }}')}`,
      ),
    },
    runs: ['npm run test:core', 'npm run test:plugins'],
    never: /^npm test$/,
  },
  {
    promise: 'a matrix of manifests begins with the root, and flags stay',
    tree: {
      'Cargo.toml': '[workspace]\nmembers=["a"]\n',
      'Cargo.lock': '',
      [CI]: job(
        `    strategy: { matrix: { ws: [., examples] } }\n${steps('cargo clippy --manifest-path ${{ matrix.ws }}/Cargo.toml --workspace --all-features -- -D warnings')}`,
      ),
    },
    runs: ['cargo clippy --workspace --all-features -- -D warnings'],
    never: /--all-targets|examples/,
  },
  {
    promise: 'an empty matrix value leaves nothing behind, and versions are one row',
    tree: {
      'pom.xml': '<project/>',
      mvnw: '',
      [CI]: job(
        `    strategy:\n      matrix:\n        java: [17, 21]\n        include: [{ java: 21, extra: -Pnative }]\n${steps("./mvnw verify javadoc:jar ${{ matrix.extra || '' }}")}`,
      ),
    },
    runs: ['./mvnw verify javadoc:jar'],
  },
  {
    promise: 'a version of the matrix in the environment is not set here',
    tree: {
      'noxfile.py': '',
      'pyproject.toml': '[project]\nname="m"\nversion="0"\n',
      [CI]: job(
        `    strategy: { matrix: { py: ['3.12'] } }\n    steps:\n      - run: nox -s lint\n      - run: nox -s tests\n        env: { NOXFORCEPYTHON: "\${{ matrix.py }}" }\n`,
      ),
    },
    runs: ['.venv/bin/nox -s lint', '.venv/bin/nox -s tests'],
    never: /bin\/nox$|NOXFORCE/,
  },
  {
    promise: 'a job for main or for changed code runs for changes too',
    tree: {
      ...CARGO,
      [CI]: job(
        `    if: \${{ needs.changes.outputs.code == 'true' || github.ref == 'refs/heads/main' }}\n${steps('cargo clippy --all-targets --all-features -- -D warnings')}`,
      ),
    },
    runs: ['cargo clippy --all-targets --all-features -- -D warnings'],
  },
  {
    promise: 'a job for pushes or for forks runs for changes too',
    tree: {
      ...nodeRepo({ test: 'vitest', unit: 'vitest run --project unit' }),
      [CI]: job(
        `    if: \${{ github.event_name == 'push' || github.event.pull_request.head.repo.full_name != github.repository }}\n${steps('npm run unit')}`,
      ),
    },
    runs: ['npm run unit'],
    never: /npm test/,
  },
  {
    promise: 'a condition of the shell that the matrix decides does not count as a condition',
    tree: {
      ...nodeRepo({ 'test:a': 'mocha a', 'test:b': 'mocha b' }),
      [CI]: job(
        `    strategy: { matrix: { node: [22, lts-old] } }\n    steps:\n      - run: |\n          if [[ "\${{ matrix.node }}" == iojs* || "\${{ matrix.node }}" == v0 ]]; then\n            npm run test:a\n          else\n            npm run test:b\n          fi\n`,
      ),
    },
    runs: ['npm run test:b'],
    never: /test:a$/,
  },
  {
    promise: 'an action that runs a command again loses only what a run knows',
    tree: {
      ...nodeRepo({ 'test-ci': 'mocha' }),
      [CI]: job(
        '    steps:\n      - uses: nick-fields/retry@v4\n        with: { command: "npm run test-ci -- --jobs ${{ steps.cpu.outputs.count }} --shard=${{ vars.shard }}" }\n',
      ),
    },
    runs: ['npm run test-ci'],
  },
  {
    promise: 'a version of the matrix in the middle of a command is the first one',
    tree: {
      gradlew: '',
      'build.gradle': 'plugins { java; checkstyle }\n',
      [CI]: job(
        `    strategy: { matrix: { java: [17, 21] } }\n${steps('./gradlew -Ptest.java=${{ matrix.java }} build')}`,
      ),
    },
    runs: ['./gradlew -Ptest.java=17 build'],
    never: /gradlew test/,
  },
  {
    promise: 'a part of the matrix inside quotes is the first one',
    tree: {
      'composer.json': '{"require-dev":{"phpstan/phpstan":"1"}}',
      'stan.a.neon.dist': '',
      'stan.b.neon.dist': '',
      [CI]: job(
        `    strategy: { matrix: { part: [a, b] } }\n${steps('vendor/bin/phpstan --configuration="stan.${{ matrix.part }}.neon.dist"')}`,
      ),
    },
    runs: ['vendor/bin/phpstan --configuration="stan.a.neon.dist"'],
  },
  {
    promise: 'a linter of a job with conditions stays beside a format check of another job',
    tree: {
      ...CARGO,
      [CI]: job(
        `${steps('cargo fmt --check')}  clippy:\n    runs-on: ubuntu-latest\n    if: needs.x.outputs.code == 'true' || github.ref == 'refs/heads/main'\n${steps('cargo clippy -- -D warnings')}`,
      ),
    },
    runs: ['cargo fmt --check', 'cargo clippy -- -D warnings'],
  },
];

describe('checks from matrices and conditions of CI', () => itReads(cases));
