import assert from 'node:assert/strict';
import { readPull, readPulls, type PullAnswer } from '../../../src/runner/forges/github-pull.ts';

const repo = { full_name: 'example-org/app', owner: { login: 'example-org' } };
const answer: PullAnswer = {
  number: 7,
  html_url: 'https://github.example.com/example-org/app/pull/7',
  created_at: '2026-01-02T03:04:05Z',
  state: 'open',
  head: { ref: 'topic', sha: 'abc', repo },
  base: { ref: 'main', repo },
  labels: [{ name: 'chore' }],
};

describe('reading a pull request', () => {
  it('reads what bgtask needs, with what may be absent', () => {
    const { url, fork, reviewers, assignees, labels } = readPull(answer);
    assert.deepEqual([url, fork, reviewers, assignees, labels], [answer.html_url, false, [], [], ['chore']]);
  });

  it('knows a fork, also one that was deleted', () => {
    const theirs = { ...repo, full_name: 'example-stranger/app' };
    assert.equal(readPull({ ...answer, head: { ...answer.head, repo: theirs } }).fork, true);
    assert.equal(readPull({ ...answer, head: { ...answer.head, repo: null } }).fork, true);
  });

  for (const bad of [
    '<html>',
    '',
    null,
    {},
    [],
    { ...answer, html_url: 'javascript:alert(1)' },
    { ...answer, html_url: 'https://github.example.com/example-org/app/pull/7\nrm -rf /' },
    { ...answer, created_at: 'soon' },
  ]) {
    it(`refuses ${JSON.stringify(bad).slice(0, 40)}`, () => {
      const untyped: never = bad as never;
      assert.throws(() => readPull(untyped), /not that of a GitHub API/);
      assert.throws(
        () => readPulls(bad === answer || Array.isArray(bad) ? ('x' as never) : untyped),
        /not that of a GitHub API/,
      );
    });
  }
});
