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
  const SET = { PYTEST_ADDOPTS: '-v', CTEST_OUTPUT_ON_FAILURE: '1' };
  const rows: [promise: string, env: Record<string, string>, extra: Record<string, string>][] = [
    ['are set', {}, { PYTEST_ADDOPTS: '-v', CTEST_OUTPUT_ON_FAILURE: '1' }],
    [
      'keep what is set',
      { PYTEST_ADDOPTS: '-x --tb=short', CTEST_OUTPUT_ON_FAILURE: '0' },
      { PYTEST_ADDOPTS: '-x --tb=short -v' },
    ],
    ['are not set twice', { PYTEST_ADDOPTS: '-v', CTEST_OUTPUT_ON_FAILURE: '1' }, {}],
  ];
  for (const [promise, env, extra] of rows)
    it(promise, () => assert.deepEqual(extraEnv('make test', env), extra));

  const commands: [run: string, goflags: string | undefined][] = [
    ['go test ./...', '-mod=mod -v'],
    ['CGO_ENABLED=0 go test -race ./...', '-mod=mod -v'],
    ['cd api && go test ./... && go test ./e2e', '-mod=mod -v'],
    ['go vet ./... && go test ./...', undefined],
    ['go test $(go list ./... | grep -v /e2e)', undefined],
    ['go test ./... | tee out.txt', undefined],
    ['go test ./... & go list -json ./...', undefined],
    ['make test', undefined],
  ];
  for (const [run, goflags] of commands)
    it(`${goflags ? 'name the tests of' : 'leave the go commands alone in'} ${run}`, () =>
      assert.equal(extraEnv(run, { ...SET, GOFLAGS: '-mod=mod' })['GOFLAGS'], goflags));
});
