import { CI } from '../memory-repo.ts';
import { itReads, job, nodeRepo, steps, type CiCase } from './ci-case.ts';

const cases: CiCase[] = [
  {
    promise: 'what needs the artifact of another job is run behind what that job does',
    tree: {
      ...nodeRepo({
        build: 'node build.js',
        lint: 'eslint src',
        test: 'jest',
        'test:built': 'cross-env BUILT=1 npm test',
        'test:built-lint': 'eslint dist --config=scripts/dist.config.js --quiet',
      }),
      '.github/workflows/dev-test.yml': job(steps('npm test', 'npm run lint')),
      '.github/workflows/prod-test.yml': `on: [pull_request]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm run build\n      - uses: actions/upload-artifact@v4\n  checked:\n    needs: [build]\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/download-artifact@v4\n      - run: npm run test:built\n      - run: npm run test:built-lint\n`,
    },
    runs: ['npm test', 'npm run lint', 'npm run test:built-lint'],
  },
  {
    promise: 'what needs the artifact of a job that cannot be read gives way to what can run alone',
    tree: {
      ...nodeRepo({ lint: 'eslint src', 'test:built-lint': 'eslint dist' }),
      [CI]: `on: [pull_request]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: acme/make-it@v1\n      - uses: actions/upload-artifact@v4\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm run lint\n  checked:\n    needs: [build]\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/download-artifact@v4\n      - run: npm run test:built-lint\n`,
    },
    runs: ['npm run lint'],
    never: /built/,
    note: /npm run test:built-lint is not run though .*: it needs what job build made/,
  },
  {
    promise: 'what needs an artifact and has no rival is run behind what the other job does',
    tree: {
      ...nodeRepo({ build: 'node build.js', 'test:built': 'mocha dist' }),
      [CI]: `on: [pull_request]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm run build\n      - uses: actions/upload-artifact@v4\n  checked:\n    needs: build\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/download-artifact@v4\n      - run: npm run test:built\n`,
    },
    runs: ['npm run test:built'],
    before: ['npm run build'],
  },
];

describe('checks that take what another job made', () => itReads(cases));
