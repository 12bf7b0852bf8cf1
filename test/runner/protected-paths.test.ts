import assert from 'node:assert/strict';
import { defaultSettings } from '../../src/domain/settings.ts';
import { pathMatcher, refusedPaths } from '../../src/runner/protected-paths.ts';

describe('pathMatcher', () => {
  const rows: [glob: string, path: string, matches: boolean][] = [
    ['.github/workflows/**', '.github/workflows/ci.yml', true],
    ['.github/workflows/**', '.github/workflows', true],
    ['.github/workflows/**', '.GITHUB/Workflows/CI.yml', true],
    ['.github/workflows/**', 'docs/.github/workflows/ci.yml', false],
    ['.github/workflows/**', '.github/workflows-old/ci.yml', false],
    ['infra', 'infra/a/b.tf', true],
    ['infra/', 'infra/a/b.tf', true],
    ['infra', 'a/infra/b.tf', true],
    ['/infra', 'a/infra/b.tf', false],
    ['/infra', 'infra/b.tf', true],
    ['*.pem', 'a/b/.secret.pem', true],
    ['*.pem', 'a/b.pem.txt', false],
    ['deploy/*.yaml', 'deploy/a.yaml', true],
    ['deploy/*.yaml', 'deploy/x/a.yaml', false],
    ['!a.txt', 'b.txt', false],
    ['.bgtask.yaml', '.bgtask.yaml', true],
  ];
  for (const [glob, path, matches] of rows)
    it(`${glob} ${matches ? 'means' : 'does not mean'} ${path}`, () => {
      assert.equal(pathMatcher([glob])(path), matches);
    });

  it('means nothing without globs', () => assert.equal(pathMatcher([])('a.txt'), false));
});

describe('what the settings protect when nobody set anything', () => {
  const isProtected = pathMatcher(defaultSettings().protectedPaths);
  const CI = [
    '.github/workflows/ci.yml', '.github/actions/build/action.yml', '.gitlab-ci.yml', '.gitlab/ci/build.yml', '.circleci/config.yml',
    '.buildkite/pipeline.yml', '.gitea/workflows/ci.yaml', '.forgejo/workflows/ci.yaml', '.travis.yml', '.cirrus.yml', '.drone.yml', '.woodpecker.yml',
    '.woodpecker/test.yaml', 'azure-pipelines.yml', 'azure-pipelines-release.yml', 'bitbucket-pipelines.yml', 'Jenkinsfile', 'services/api/Jenkinsfile',
    '.gitmodules', '.bgtask.yaml', '.GitLab-CI.yml',
  ]; // prettier-ignore
  for (const path of CI)
    it(`a push that changes it tells a CI what to run: ${path}`, () => assert.ok(isProtected(path)));
  for (const path of ['package.json', 'src/jenkinsfile.ts', '.github/CODEOWNERS', 'docs/azure-pipelines.md'])
    it(`but not ${path}`, () => assert.ok(!isProtected(path)));
});

describe('refusedPaths', () => {
  const rules = { isProtected: pathMatcher(['a/**']), isAllowed: pathMatcher(['a/ok*']) };

  it('refuses what is protected and not allowed', () => {
    assert.deepEqual(refusedPaths(['a/b', 'a/ok.txt', 'c'], rules), ['a/b']);
  });

  it('is not escaped from with a line break in a name', () => {
    const paths = ['a/x\ny', 'a/\r', 'a/\u2028'];
    assert.deepEqual(refusedPaths(paths, rules), paths);
  });
});
