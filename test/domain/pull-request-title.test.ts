import assert from 'node:assert/strict';
import { pullRequestTitle } from '../../src/domain/pull-request.ts';

const title = (prompt: string | undefined, title?: string): string =>
  pullRequestTitle({
    name: 'chore',
    spec: { prompt, ...(title !== undefined && { pullRequest: { title } }) },
  });

describe("a pull request's title", () => {
  const cases: [string, string, string][] = [
    [
      'is the task and the first sentence',
      title('Upgrade lodash to 4.17.21. Ensure npm test passes.'),
      '[Background Task] chore: Upgrade lodash to 4.17.21',
    ],
    [
      'is the task and the first line',
      title('Upgrade lodash\nand test it'),
      '[Background Task] chore: Upgrade lodash',
    ],
    ['skips empty lines', title('\n\n  Upgrade lodash'), '[Background Task] chore: Upgrade lodash'],
    [
      'cuts a long sentence at 72 characters',
      title('x'.repeat(100)),
      `[Background Task] chore: ${'x'.repeat(71)}…`,
    ],
    [
      "is the user's own where there is one",
      title('Upgrade', 'Bump lodash'),
      '[Background Task] chore: Bump lodash',
    ],
    ['is the task alone where there is nothing to say', title(undefined), '[Background Task] chore'],
    ['is one line without escapes', title('', 'a\n\u001b[31mb\tc\u0007'), '[Background Task] chore: a b c'],
    ['has at most 256 characters', title('', 'x'.repeat(400)).length.toString(), '225'],
  ];
  for (const [promise, actual, wanted] of cases) it(promise, () => assert.equal(actual, wanted));
});
