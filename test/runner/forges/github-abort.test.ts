import assert from 'node:assert/strict';
import { StageError } from '../../../src/domain/reasons.ts';
import { githubWith } from '../../../src/runner/forges/github.ts';
import type { Fault } from '../../support/github-standin/faults.ts';
import { error } from './failure.ts';
import { commitOn, contextOf, draftOf, envOf, freshRepo, QUICK, standIn } from './fixtures.ts';

const CANCELLED = new StageError('Cancelled', 'The task was stopped.');

const TABLE: [what: string, operation: string, fault: Fault][] = [
  ['a request without an answer', 'pulls/list', { hang: 'answer' }],
  ['an answer that breaks off', 'pulls/create', { hang: 'body' }],
  [
    "a pause that GitHub's limit asks for",
    'pulls/create',
    { status: 403, headers: { 'retry-after': '3' }, ...error('You have exceeded a secondary rate limit.') },
  ],
];

describe('github forge, when its stage is told to end', () => {
  const github = standIn();

  for (const [what, operation, fault] of TABLE)
    it(`breaks off ${what} with the reason of the end, and opens no pull request`, async () => {
      const repo = await freshRepo(github());
      await commitOn(repo, draftOf().branch);
      github().fault(operation, fault);
      const end = new AbortController();
      const context = contextOf({ repository: repo.cloneUrl, signal: end.signal });
      // Seconds as users get them, so that the pause is one.
      const forge = await githubWith({ ...QUICK, second: 1000 }).create(context, envOf(github()));
      const opened = forge.open(draftOf());
      const isUnderWay = (): boolean =>
        fault.status === undefined
          ? github().requests.some(
              (each) => each.operation === operation && each.pathname.includes(`/${repo.name}/`),
            )
          : context.lines.some((line) => line.includes('waiting 3 s'));
      while (!isUnderWay()) await new Promise((resolve) => setImmediate(resolve));
      end.abort(CANCELLED);
      await assert.rejects(opened, CANCELLED);
      assert.deepEqual(
        github().pulls.filter((pull) => pull.repo === repo.name),
        [],
      );
    });

  it('asks nothing when the stage has been told before', async () => {
    const repo = await freshRepo(github());
    const before = github().requests.length;
    const context = contextOf({ repository: repo.cloneUrl, signal: AbortSignal.abort(CANCELLED) });
    const forge = await githubWith(QUICK).create(context, envOf(github()));
    await assert.rejects(forge.open(draftOf()), CANCELLED);
    assert.equal(github().requests.length, before);
  });
});
