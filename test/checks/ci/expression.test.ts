import assert from 'node:assert/strict';
import { evaluate, fillIn, mayHold, UNKNOWN } from '../../../src/checks/ci/expression.ts';
import { githubContexts, type ChangeEvent } from '../../../src/checks/ci/github-contexts.ts';

const holds = (condition: string, event: ChangeEvent = 'pull_request'): boolean =>
  mayHold(condition, githubContexts(event));

describe('mayHold', () => {
  const conditions: [condition: string, expected: boolean][] = [
    ['false', false],
    ['always()', true],
    ['failure()', false],
    ['success() || failure()', true],
    ['!cancelled()', true],
    ["github.event_name == 'push'", false],
    ["github.event_name != 'push'", true],
    ["startsWith(github.ref, 'refs/tags/')", false],
    ["github.ref == 'refs/heads/main'", false],
    ["needs.x.outputs.code == 'true' || github.ref == 'refs/heads/main'", true],
    ["needs.x.outputs.code == 'true' && github.ref == 'refs/heads/main'", false],
    ["github.event_name == 'push' || github.event.pull_request.head.repo.fork", true],
    ["runner.os == 'Linux'", true],
    ["runner.os == 'macOS'", false],
    ["contains(github.event.pull_request.labels.*.name, 'e2e')", false],
    ["!contains(github.event.pull_request.labels.*.name, 'skip')", true],
    ["github.actor != 'dependabot[bot]'", true],
    ["github.event.pull_request.user.login == 'renovate[bot]'", false],
    ['github.event.pull_request.merged == true', false],
    ["github.repository == 'owner/name'", true],
    ["${{ github.repository_owner == 'owner' }}", true],
    ["hashFiles('x') != ''", true],
    ['inputs.release', false],
    ['this is (no expression', true],
  ];
  for (const [condition, expected] of conditions)
    it(`${condition} ${expected ? 'may hold' : 'does not hold'} for a change`, () => {
      assert.equal(holds(condition), expected);
    });

  it('knows pushes where only they start a workflow', () => {
    assert.equal(holds("github.event_name == 'push'", 'push'), true);
    assert.equal(holds('github.event.pull_request.draft == true', 'push'), false);
  });

  it('reads an expression that nests without end in no time', () => {
    for (const text of [
      `${'('.repeat(5_000)}a${')'.repeat(5_000)}`,
      `${'!'.repeat(40)}x`,
      `x${" == 'a'".repeat(40)}`,
    ])
      assert.equal(holds(text), true);
  });
});

describe('fillIn', () => {
  it('fills in what is known and marks what is not', () => {
    const contexts = githubContexts('pull_request');
    const text = "a ${{ runner.os }} ${{ secrets.X }} ${{ '}}' }}";
    assert.equal(
      fillIn(text, contexts, () => '?'),
      'a Linux ? }}',
    );
  });

  it('takes nothing for known that is made from something unknown', () => {
    const contexts = githubContexts('pull_request');
    for (const text of [
      "github.repository || 'x'",
      "format('{0}', vars.A)",
      'vars.A == vars.B',
      'fromJSON(vars.A)[0].x',
    ])
      assert.equal(evaluate(text, contexts), UNKNOWN, text);
  });
});
