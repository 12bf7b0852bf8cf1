import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { BgtaskError } from '../../src/domain/errors.ts';
import { checkBranch, checkProject, checkRepositoryUrl, checkTaskName } from '../../src/domain/input.ts';

/** The sentence of the refusal; empty when there is none. */
function refusal(check: () => void): string {
  try {
    check();
    return '';
  } catch (error) {
    assert.ok(error instanceof BgtaskError && error.code === 'Invalid');
    return error.message;
  }
}

describe('repository URLs', () => {
  const BOTH = [true, false];
  const good: [string, boolean[]][] = [
    ['https://github.com/example-org/app', BOTH],
    ['https://github.com/example-org/app.git', BOTH],
    ['https://git.example.com:8443/example-org/app', BOTH],
    ['HTTPS://GIT.EXAMPLE.COM/o/r', BOTH],
    ['ssh://git@git.example.com/o/r', BOTH],
    ['ssh://git@git.example.com:2222/o/r', BOTH],
    ['ssh://git.example.com/o/r', BOTH],
    ['git@github.com:example-org/app.git', BOTH],
    ['/home/me/app', [true]],
    ['/home/me/my app', [true]],
    ['/home/me/a@b:c', [true]],
    ['file:///home/me/app', [true]],
    ['http://localhost:3000/o/r', [true]],
    ['http://127.0.0.1:3000/o/r', [true]],
    ['http://127.1/o/r', [true]],
    ['http://[::1]:3000/o/r', [true]],
  ];
  for (const [url, engines] of good)
    for (const local of BOTH) {
      const allowed = engines.includes(local);
      it(`${url} ${allowed ? 'is taken' : 'is refused'} ${local ? 'on this machine' : 'in a cluster'}`, () =>
        assert.equal(refusal(() => checkRepositoryUrl(url, { local })) === '', allowed));
    }

  const bad: [string, RegExp][] = [
    ['', /^repository\.url: the repository is missing/],
    [`https://git.example.com/${'x'.repeat(2048)}`, /more than 2,048 characters/],
    ['https://git.example.com/o /r', /spaces, control characters/],
    ['https://git.example.com/o\n/r', /spaces, control characters/],
    ['https://git.example.com/o\u00a0/r', /spaces, control characters/],
    ['https://git.example.com/\u202eo/r', /spaces, control characters/],
    ['/home/me/a\nb', /spaces, control characters/],
    ['https://git.example.com\\@elsewhere.example.com/o/r', /holds a backslash/],
    ['--upload-pack=touch', /begins with "-"/],
    ['ssh://-oProxyCommand/o/r', /the host begins with "-"|must be a URL/],
    ['git@-oProxyCommand:o/r', /begins with "-"/],
    ['git@git.example.com:-o/r', /begins with "-"/],
    [
      'https://user:hunter22@git.example.com/o/r',
      /holds a credential; give it as GITHUB_TOKEN or in a Secret instead/,
    ],
    ['https://ghp_0000000000000000@git.example.com/o/r', /holds a credential/],
    ['ssh://root@git.example.com/o/r', /holds a credential/],
    ['ssh://git:hunter22@git.example.com/o/r', /holds a credential/],
    ['root@git.example.com:o/r', /only the user git@ is allowed/],
    ['http://git.example.com/o/r', /the scheme http is not allowed/],
    ['http://localhost.example.com/o/r', /the scheme http is not allowed/],
    ['http://127.0.0.1.example.com/o/r', /the scheme http is not allowed/],
    ['git://git.example.com/o/r', /the scheme git is not allowed/],
    ['ftp://git.example.com/o/r', /the scheme ftp is not allowed/],
    ['ext::sh -c touch', /spaces/],
    ['ext::sh', /no URL, and no absolute path/],
    ['javascript:alert(1)', /no URL, and no absolute path/],
    ['./app', /no URL, and no absolute path/],
    ['app', /no URL, and no absolute path/],
    ['https:git.example.com/o/r', /no URL, and no absolute path/],
    ['https://', /must be a URL/],
    ['https://git.example.com:99999/o/r', /must be a URL/],
    ['ssh:///o/r', /the URL names no host/],
    ['https://git.example.com/o/r?private_token=hunter22', /no "\?" and no "#"/],
    ['https://git.example.com/o/../p/r', /the path holds "\.\." or a coded "\/"/],
    ['https://git.example.com/o/%2E%2e/p/r', /the path holds/],
    ['https://git.example.com/o%2fp/r', /the path holds/],
    ['ssh://git@git.example.com/o/%5c/r', /the path holds/],
    ['git@git.example.com:../o/r', /the path holds/],
    ['git@git.example.com:o/..', /the path holds/],
    ['https://git.example.com/o/r#main', /no "\?" and no "#"/],
  ];
  for (const [url, sentence] of bad)
    it(`${JSON.stringify(url.slice(0, 80))} is refused: ${sentence.source}`, () =>
      assert.match(
        refusal(() => checkRepositoryUrl(url, { local: true })),
        sentence,
      ));

  it('a path is for the local engine', () =>
    assert.match(
      refusal(() => checkRepositoryUrl('/home/me/app', { local: false })),
      /a path works with the local engine alone/,
    ));

  const secrets = [
    'https://user:hunter22@git.example.com/o/r',
    'https://user:hunt@hunter22@git.example.com/o/r',
    'https://user:a/hunter22@git.example.com/o/r',
    'user:hunter22@git.example.com:o/r',
    'http://git.example.com/o/r?token=hunter22',
  ];
  for (const url of secrets)
    it(`the refusal of ${url} does not repeat its secret`, () => {
      const sentence = refusal(() => checkRepositoryUrl(url, { local: false }));
      assert.notEqual(sentence, '');
      assert.doesNotMatch(sentence, /hunter22/);
    });

  it('the refusal names the field and says what to write', () =>
    assert.throws(() => checkRepositoryUrl('x', { local: false }, 'spec.repos[0].input.url'), {
      message: /^spec\.repos\[0\]\.input\.url: /,
      hint: 'Use https://host/owner/name, ssh://git@host/owner/name or git@host:owner/name.',
    }));
});

describe('branches', () => {
  const cases = [
    'main',
    'release/1.2',
    'feature/a-b_c',
    'ünïcode',
    'a'.repeat(244),
    'a@b',
    'a{b',
    'dependabot/npm_and_yarn/x-1.0.0',
    '',
    '@',
    '-x',
    '.x',
    'a/.x',
    'x.',
    'x.lock',
    'x.lock/y',
    'a..b',
    'a//b',
    '/a',
    'a/',
    'a b',
    'a\tb',
    'a\nb',
    'a\u007fb',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    'a@{1}',
    'a@{u}',
  ];
  for (const branch of cases)
    it(`${JSON.stringify(branch.slice(0, 40))} is taken when git takes it`, () => {
      // What begins with "-" git takes as a ref's name, but commands take it for an option.
      const { status } = spawnSync('git', ['check-ref-format', `refs/heads/${branch}`]);
      const wanted = status === 0 && !branch.startsWith('-') && branch !== '@';
      assert.equal(refusal(() => checkBranch(branch)) === '', wanted);
    });

  it('of more than 244 characters are refused', () =>
    assert.notEqual(
      refusal(() => checkBranch('a'.repeat(245))),
      '',
    ));
  it('the refusal names the field and the branch', () =>
    assert.throws(() => checkBranch('-x'), {
      message: 'repository.branch: "-x" is not a valid branch name.',
      hint: 'For example: main',
    }));
});

describe('names of tasks and projects', () => {
  const cases: [string, boolean, boolean][] = [
    ['upgrade-lodash', true, true],
    ['a', true, true],
    ['1', true, true],
    ['a'.repeat(50), true, true],
    ['a'.repeat(51), false, true],
    ['a'.repeat(63), false, true],
    ['a'.repeat(64), false, false],
    ['', false, false],
    ['-a', false, false],
    ['a-', false, false],
    ['A', false, false],
    ['a.b', false, false],
    ['a_b', false, false],
    ['a b', false, false],
    ['a\n', false, false],
    ['ä', false, false],
    ['../x', false, false],
  ];
  for (const [name, asTask, asProject] of cases)
    it(`${JSON.stringify(name)} is ${asTask ? 'a' : 'no'} task's and ${asProject ? 'a' : 'no'} project's name`, () => {
      assert.equal(refusal(() => checkTaskName(name)) === '', asTask);
      assert.equal(refusal(() => checkProject(name)) === '', asProject);
    });

  it('the refusals say what a name must be', () => {
    assert.throws(() => checkTaskName('Upgrade'), {
      message:
        'name: "Upgrade" is not a valid task name: it must have at most 50 lower-case letters, digits and "-", and begin and end with a letter or digit.',
      hint: 'For example: upgrade-lodash',
    });
    assert.throws(() => checkProject('Team A'), {
      message:
        'project: "Team A" is not a valid project name: it must be a DNS label of at most 63 characters.',
    });
  });
});
