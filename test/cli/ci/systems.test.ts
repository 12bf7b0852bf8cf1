import assert from 'node:assert/strict';
import { ciOutput } from '../../../src/cli/ci/output.ts';
import type { Annotation, CiSystem } from '../../../src/cli/ci/system.ts';
import { CI_SYSTEMS } from '../../../src/cli/ci/table.ts';

const NOW = '2026-01-31T12:00:00Z';
const SECTION = { id: 'bgtask_1_2', title: 'Log of task "x"', time: 1769860800 };
const FULL: Annotation = {
  level: 'error',
  title: 'Lint: a,b',
  message: '100% wrong\nsecond, line: x',
  path: 'src/a,b:c.js',
  line: 3,
  column: 5,
};

interface Row {
  env: NodeJS.ProcessEnv;
  /** Environments that only look like it. */
  others: NodeJS.ProcessEnv[];
  open: string;
  close: string;
  full: string;
  short: string;
}

/** One for each record of the table, by its name. */
const ROWS: Record<string, Row> = {
  'GitHub Actions': {
    env: { GITHUB_ACTIONS: 'true' },
    others: [{ GITHUB_ACTIONS: 'false' }, { GITHUB_ACTIONS: '' }, { CI: 'true' }],
    open: '::group::Log of task "x"',
    close: '::endgroup::',
    full: '::error file=src/a%2Cb%3Ac.js,line=3,col=5,title=Lint%3A a%2Cb::100%25 wrong%0Asecond, line: x',
    short: '::notice title=bgtask::words',
  },
  'GitLab CI': {
    env: { GITLAB_CI: 'true' },
    others: [{ GITLAB_CI: '' }, { GITLAB_CI: 'false' }],
    open: '\u001b[0Ksection_start:1769860800:bgtask_1_2[collapsed=true]\r\u001b[0KLog of task "x"',
    close: '\u001b[0Ksection_end:1769860800:bgtask_1_2\r\u001b[0K',
    full: 'src/a,b:c.js:3:5: error: Lint: a,b: 100% wrong',
    short: 'notice: bgtask: words',
  },
  Jenkins: {
    env: { JENKINS_URL: 'https://jenkins.example.com/' },
    others: [{ JENKINS_URL: '' }],
    open: '=== Log of task "x" ===',
    close: '',
    full: 'src/a,b:c.js:3:5: error: Lint: a,b: 100% wrong',
    short: 'notice: bgtask: words',
  },
};

const systemIn = (env: NodeJS.ProcessEnv): CiSystem | undefined =>
  ciOutput({ env, write: () => undefined, now: () => new Date(NOW) })?.system;

describe('the CI systems', () => {
  it('each has a row here', () =>
    assert.deepEqual(
      CI_SYSTEMS.map(({ name }) => name),
      Object.keys(ROWS),
    ));

  for (const system of CI_SYSTEMS) {
    const row = ROWS[system.name];
    if (!row) continue;
    describe(system.name, () => {
      it('is recognised by its variable', () => assert.equal(systemIn(row.env)?.name, system.name));
      for (const env of row.others)
        it(`is not recognised by ${JSON.stringify(env)}`, () => assert.equal(systemIn(env), undefined));
      it('opens and closes a section', () =>
        assert.deepEqual([system.open(SECTION), system.close(SECTION)], [row.open, row.close]));
      it('writes an annotation', () => assert.equal(system.annotation(FULL), row.full));
      it('writes an annotation without a file', () =>
        assert.equal(system.annotation({ level: 'notice', title: 'bgtask', message: 'words' }), row.short));
    });
  }
});
