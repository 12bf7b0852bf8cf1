import assert from 'node:assert/strict';
import * as names from '../../src/api/names.ts';

const LABEL_VALUE = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

describe('names that follow from a task', () => {
  const longest = 'a'.repeat(names.TASK_NAME_MAX);

  it('the object is called by the task and eight hex digits', () =>
    assert.match(names.sessionName('team', 'upgrade-lodash'), /^upgrade-lodash-[0-9a-f]{8}$/));
  it('the same project and task have the same object, so that a second one is refused', () =>
    assert.equal(names.sessionName('team', 'x'), names.sessionName('team', 'x')));
  it('another project or task has another object', () => {
    const all = [
      ['team', 'x'],
      ['team', 'y'],
      ['other', 'x'],
      ['te', 'am-x'],
    ].map(([project = '', task = '']) => names.sessionName(project, task));
    assert.equal(new Set(all.map((name) => name.slice(-8))).size, 4);
  });
  it('the Job of the longest task fits a label', () =>
    assert.equal(names.jobName(names.sessionName('team', longest)).length, 63));
  it('the branch is called by the task', () =>
    assert.equal(names.branchName('upgrade-lodash'), 'background-task-upgrade-lodash'));

  const short: [string, number, RegExp][] = [
    ['abc', 3, /^abc$/],
    ['abcdefghijkl', 10, /^abc-[0-9a-f]{6}$/],
    ['ab------------', 10, /^ab-[0-9a-f]{6}$/],
  ];
  for (const [name, max, wanted] of short)
    it(`${name} in ${max} characters matches ${wanted.source}`, () =>
      assert.match(names.shortName(name, max), wanted));
  it('two long names that begin alike stay two', () =>
    assert.notEqual(names.shortName(`${longest}x`, 20), names.shortName(`${longest}y`, 20)));
});

describe("a creator's label", () => {
  const users = [
    'user@example.com',
    'kube:admin',
    'system:serviceaccount:team:bot',
    'ünïcode',
    '---',
    '',
    '字',
    'a'.repeat(300),
    '.x.',
    'CN=Some One,O=Example',
  ];
  for (const user of users)
    it(`of ${JSON.stringify(user.slice(0, 40))} is a label's value`, () => {
      const label = names.creatorLabel(user);
      assert.match(label, LABEL_VALUE);
      assert.ok(label.length <= 63);
    });
  it('is readable', () =>
    assert.match(names.creatorLabel('user@example.com'), /^user-example\.com-[0-9a-f]{10}$/));
  it('differs for users that look alike', () =>
    assert.equal(new Set(['a@b', 'a:b', 'a-b', 'A-b'].map(names.creatorLabel)).size, 4));
});

describe('one spelling of a repository', () => {
  const same = [
    'https://github.com/example-org/app',
    'https://github.com/example-org/app/',
    'https://github.com/example-org/app.git',
    'https://github.com/example-org/app.git/',
    'https://GitHub.com/example-org/app',
    'HTTPS://github.com:443/example-org/app',
    'https://user@github.com/example-org/app',
    'https://github.com/other/../example-org/app',
    'https://github.com/other/%2e%2e/example-org/app',
    'https://github.com/example-org/app?x=1#y',
    'ssh://git@github.com/example-org/app',
    'ssh://git@github.com:22/example-org/app.git',
    'git@github.com:example-org/app.git',
    'git@github.com:/example-org/app',
  ];
  for (const url of same)
    it(`has ${url}`, () => assert.equal(names.canonicalRepo(url), 'github.com/example-org/app'));

  const others: [string, string][] = [
    ['https://github.com:8443/example-org/app', 'github.com:8443/example-org/app'],
    ['https://github.com/example-org/App', 'github.com/example-org/App'],
    ['https://git.example.com/example-org/app', 'git.example.com/example-org/app'],
    ['ssh://git@github.com:443/example-org/app', 'github.com:443/example-org/app'],
    ['https://github.com\\@git.example.com/o/r', 'git.example.com/o/r'],
    ['/home/me/app', '/home/me/app'],
    ['/home/me/app.git/', '/home/me/app'],
    ['file:///home/me/app', '/home/me/app'],
    ['', ''],
  ];
  for (const [url, wanted] of others)
    it(`${url || 'nothing'} is ${wanted || 'nothing'}`, () => assert.equal(names.canonicalRepo(url), wanted));

  it("the label's value is the same for all spellings", () => {
    assert.equal(new Set(same.map(names.repoLabel)).size, 1);
    assert.match(names.repoLabel(same[0] ?? ''), LABEL_VALUE);
  });
});
