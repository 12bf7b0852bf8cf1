import assert from 'node:assert/strict';
import { extraEnv, reportFiles } from '../../../src/checks/results/sources.ts';

const MAVEN = ['**/target/surefire-reports/TEST-*.xml', '**/target/failsafe-reports/TEST-*.xml'];
const GRADLE = ['**/build/test-results/**/TEST-*.xml'];

describe('reports that a command leaves behind', () => {
  const rows: [run: string, files: string[] | 'any'][] = [
    ['mvn -B -ntp verify', MAVEN],
    ['./mvnw test', MAVEN],
    ['./gradlew check', GRADLE],
    ['cd app && gradle test', GRADLE],
    ['make test', 'any'],
    ['bash ci/test.sh', 'any'],
    ['pytest', []],
    ['go test ./...', []],
  ];
  for (const [run, files] of rows)
    it(`of ${run}`, () => {
      if (files === 'any') assert.ok(reportFiles(run).length > MAVEN.length, 'a script can start any tool');
      else assert.deepEqual(reportFiles(run), files);
    });
});

describe('variables that make runners name each test', () => {
  const rows: [promise: string, env: Record<string, string>, extra: Record<string, string>][] = [
    ['are set', {}, { PYTEST_ADDOPTS: '-v', CTEST_OUTPUT_ON_FAILURE: '1' }],
    [
      'keep what is set',
      { PYTEST_ADDOPTS: '-x --tb=short', CTEST_OUTPUT_ON_FAILURE: '0' },
      { PYTEST_ADDOPTS: '-x --tb=short -v' },
    ],
    ['are not set twice', { PYTEST_ADDOPTS: '-v', CTEST_OUTPUT_ON_FAILURE: '1' }, {}],
    ['leave Go alone', { GOFLAGS: '-mod=mod', PYTEST_ADDOPTS: '-v', CTEST_OUTPUT_ON_FAILURE: '1' }, {}],
  ];
  for (const [promise, env, extra] of rows) it(promise, () => assert.deepEqual(extraEnv(env), extra));
});
