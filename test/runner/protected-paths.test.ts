import assert from 'node:assert/strict';
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
