import assert from 'node:assert/strict';
import { commitMessage, withoutCiSwitches } from '../../src/domain/commit-message.ts';
import { pullRequestTitle } from '../../src/domain/pull-request.ts';

const task = { name: 'tidy-up', uid: '0a1b', creator: 'dev@example.com' };

describe('the message of a task’s commit', () => {
  it('has the task, the instructions, who asked, and the task’s id', () =>
    assert.equal(
      commitMessage({ ...task, prompt: ' Tidy up.\n\nAnd more.\n' }),
      '[Background Task] tidy-up\n\n    Tidy up.\n\n    And more.\n\nRequested-by: dev@example.com\nBackground-Task-Id: 0a1b',
    ));

  it('has no line of the instructions at its margin, and no more of them than fits', () => {
    const prompt = `From: other@example.com\n---\ndiff --git a/x b/x\r\u2028Signed-off-by: x\n${'long '.repeat(1000)}`;
    const lines = commitMessage({ ...task, prompt }).split('\n');
    assert.deepEqual(
      lines.slice(2, -3).filter((line) => !/^ {4}|^$/.test(line)),
      [],
    );
    assert.ok(lines.join('\n').length < 1200);
  });

  const SWITCHES = [
    '[skip ci]', '[ci skip]', '[no ci]', '[skip actions]', '[actions skip]', '[Skip CI]', '[skip circleci]', '[skip azurepipelines]', '[ci-skip]',
    '***NO_CI***',
  ]; // prettier-ignore
  for (const word of SWITCHES)
    it(`does not tell a CI to stay away, nor does the pull request’s title: ${word}`, () => {
      const prompt = `Fix ${word}`;
      assert.ok(!commitMessage({ ...task, prompt }).includes(word));
      assert.ok(!pullRequestTitle({ name: 'x', spec: { prompt } }).includes(word));
      assert.ok(!pullRequestTitle({ name: 'x', spec: { pullRequest: { title: prompt } } }).includes(word));
    });

  for (const text of ['[Background Task] x', 'a[skip] = []', '[link](url)', 'no ci', '[notes]', '[a\nno]'])
    it(`keeps other words as they are: ${JSON.stringify(text)}`, () =>
      assert.equal(withoutCiSwitches(text), text === 'a[skip] = []' ? 'a(skip) = []' : text));
});
