import assert from 'node:assert/strict';
import { PROTECTED, PROTECTED_WHY } from '../../src/domain/protected.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import { pathMatcher, protectedMatcher, refusedPaths } from '../../src/runner/protected-paths.ts';

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
    ['infra', `infra/${'a/'.repeat(600)}b`, true],
    ['*.{pem,key}', 'a/b.KEY', true],
    ['a(b)', 'a(b)', true],
    ['straße/*', 'STRASSE/a', true],
    ['.bgtask.yaml', '.bgtask.yaml', true],
  ];
  for (const [glob, path, matches] of rows)
    it(`${glob} ${matches ? 'means' : 'does not mean'} ${path}`, () => {
      assert.equal(pathMatcher([glob])(path), matches);
    });

  it('means nothing without globs', () => assert.equal(pathMatcher([])('a.txt'), false));

  for (const glob of ['!a.txt', '+(a|b)', '{1..3}'])
    it(`${glob} is refused by name, since it would silently protect nothing`, () => {
      assert.throws(() => pathMatcher([glob]), {
        name: 'StageError',
        reason: 'InvalidTask',
        message: /^Path glob "/,
      });
    });
});

describe('protectedMatcher', () => {
  const rows: [glob: string, path: string, why: string][] = [
    ['.github/workflows/**', '.github./workflows/ci.yml', 'Windows drops a trailing dot'],
    ['.github/workflows/**', '.github /workflows. ./ci.yml', 'Windows drops trailing spaces and dots'],
    ['.github/workflows/**', '.gi\u200cthub/workflows/ci.yml', 'macOS skips a zero width non-joiner'],
    ['.github/workflows/**', '\ufeff.github/work\u2060flows/ci.yml', 'macOS skips ignorable code points'],
    ['.github/workflows/**', '.github\\workflows\\ci.yml', 'Windows separates with backslashes'],
    ['.github/workflows/**', 'GITHUB~1/WORKFL~1/ci.yml', 'Windows has short names'],
    ['.gitlab-ci.yml', 'GITLAB~1.YML', 'Windows has short names'],
    ['.gitlab-ci.yml', 'GI7EBA~1.YML', 'Windows has short names with a hash'],
    ['.woodpecker*', 'woodpe~2', 'Windows has short names'],
    ['azure-pipelines*.yml', 'AZURE-~1.YML', 'Windows has short names'],
    ['*.pem', 'a/SERVER~1.PEM', 'Windows has short names'],
    ['.gitlab-ci.yml', '.gitlab-ci.yml::$DATA', 'Windows has streams'],
    ['Jenkinsfile', 'Jenkinſfile', 'macOS folds a long s'],
    ['infra/**', 'infra/.\u200b/x', 'a part that folds to a dot is still a name'],
    ['infra/**', `infra/${'a'.repeat(5000)}`, 'a path that is too long to test'],
    ['a/**', 'a/x\ny', 'a line break is a character'],
    ['a*', 'a\u2028b', 'a line separator is a character'],
  ];
  for (const [glob, path, why] of rows)
    it(`${glob} means ${JSON.stringify(path.slice(0, 40))}: ${why}`, () => {
      assert.ok(protectedMatcher([glob])(path));
    });

  for (const [glob, path] of [
    ['.github/workflows/**', 'docs~1/workflows/ci.yml'],
    ['.gitlab-ci.yml', 'gitlab.yml'],
    ['.gitlab-ci.yml', 'github~1.yml'],
    ['*.pem', 'a~1.txt'],
    ['Jenkinsfile', 'jenkinsfile~'],
  ] as const)
    it(`${glob} does not mean ${path}`, () => assert.ok(!protectedMatcher([glob])(path)));

  it('takes a moment for the glob of a repository that made publish spin for the whole deadline', () => {
    // With a backtracking engine this takes longer than mocha's own time limit.
    const isProtected = protectedMatcher(['*a*a*a*a*a*a*a*a*a*a*a*a*b']);
    assert.ok(!isProtected(`${'a'.repeat(60)}c`));
    assert.ok(isProtected(`${'a'.repeat(60)}b`));
  });
});

describe('what the default settings protect', () => {
  const isProtected = protectedMatcher(defaultSettings().protectedPaths);
  const CI = [
    '.github/workflows/ci.yml', '.github/actions/build/action.yml', '.gitlab-ci.yml', '.gitlab/ci/build.yml', '.circleci/config.yml',
    '.buildkite/pipeline.yml', '.gitea/workflows/ci.yaml', '.forgejo/workflows/ci.yaml', '.travis.yml', '.cirrus.yml', '.drone.yml', '.woodpecker.yml',
    '.woodpecker/test.yaml', 'azure-pipelines.yml', 'azure-pipelines-release.yml', 'bitbucket-pipelines.yml', 'Jenkinsfile', 'services/api/Jenkinsfile',
    '.gitmodules', '.bgtask.yaml', '.GitLab-CI.yml', '.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS',
    '.github/dependabot.yml', '.github/dependabot.yaml', '.mergify.yml', '.mergify/config.yml', '.github/mergify.yml', '.cirrus.star', '.drone.jsonnet',
    'azure-pipelines.yaml', '.azure-pipelines/build.yml', '.azure-pipelines.yml', 'Jenkinsfile.release', '.tekton/push.yaml', 'appveyor.yml', '.appveyor.yml',
    '.semaphore/semaphore.yml', '.teamcity/settings.kts', '.build.yml', '.builds/alpine.yml', 'bitrise.yml', 'codefresh.yml', '.codefresh/ci.yml',
    'wercker.yml', 'cloudbuild.yaml', 'cloudbuild-release.json', 'buildspec.yml', 'buildspec-test.yaml', '.harness/pipeline.yaml', 'netlify.toml',
    'vercel.json', 'apps/site/vercel.json',
  ]; // prettier-ignore
  for (const path of CI)
    it(`a push that changes it tells a CI what to run: ${path}`, () => assert.ok(isProtected(path)));
  for (const path of [
    'package.json',
    'src/jenkins-file.ts',
    '.github/ISSUE_TEMPLATE/bug.md',
    'docs/azure-pipelines.md',
    'src/buildspec.ts',
  ])
    it(`but not ${path}`, () => assert.ok(!isProtected(path)));

  it('each has its program and its reason, and stands once', () => {
    assert.equal(new Set(PROTECTED.map(([path]) => path)).size, PROTECTED.length);
    for (const [path, reader, why] of PROTECTED) assert.ok(reader !== '' && PROTECTED_WHY[why], path);
  });
});

describe('refusedPaths', () => {
  const rules = { isProtected: protectedMatcher(['a/**']), isAllowed: pathMatcher(['a/ok*']) };

  it('refuses what is protected and not allowed', () => {
    assert.deepEqual(refusedPaths(['a/b', 'a/ok.txt', 'c'], rules), ['a/b']);
  });

  it('is not escaped from with a line break in a name', () => {
    const paths = ['a/x\ny', 'a/\r', 'a/\u2028'];
    assert.deepEqual(refusedPaths(paths, rules), paths);
  });
});
