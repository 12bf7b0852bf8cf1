import assert from 'node:assert/strict';
import type { StageFacts } from '../../src/domain/job-facts.ts';
import { outcomeOf } from '../../src/domain/outcome.ts';
import { failedReport } from '../../src/domain/report.ts';
import { ended, good, task, WAITING } from './builders.ts';
import { cloned, over, published, SOON } from './outcomes.ts';

/** What a container with the agent says of itself: it may be forged. */
const claims = ended(
  good('work', {
    changed: true,
    checks: [{ name: 'test', result: 'passed' }],
    verdict: { reason: 'ChecksPassed', message: 'All checks passed' },
    usage: { turns: 3 },
  }),
);

describe('a task of a pod is proved by its prove stage alone', () => {
  const rows: [what: string, prove: StageFacts, publish: StageFacts, expected: object][] = [
    [
      'which passed',
      ended(
        good('prove', {
          changed: true,
          checks: [{ name: 'test', result: 'passed', note: 'here' }],
          verdict: { reason: 'ChecksPassed', message: 'All checks passed' },
        }),
      ),
      published,
      { phase: 'Completed', validated: 'True ChecksPassed', note: 'here', turns: 3 },
    ],
    [
      'which proved nothing',
      ended(good('prove', { changed: true, verdict: { reason: 'NothingProven', message: 'No checks.' } })),
      published,
      { phase: 'Completed', validated: 'False NothingProven', note: undefined, turns: 3 },
    ],
    [
      'which says nothing of the proof',
      ended(good('prove', { changed: true })),
      published,
      { phase: 'Completed', validated: 'False NothingProven', note: undefined, turns: 3 },
    ],
    [
      'which failed, whatever the stage with the agent claims',
      ended({
        ...failedReport('prove', 80, 'ValidationFailed', 'Tests failed'),
        checks: [{ name: 'test', kind: 'test', command: 'npm test', result: 'failed', note: 'here' }],
      }),
      WAITING,
      {
        phase: 'Failed',
        reason: 'ValidationFailed',
        validated: 'False ChecksFailed',
        note: 'here',
        turns: 3,
      },
    ],
    [
      'which was killed',
      ended(undefined),
      WAITING,
      { phase: 'Failed', reason: 'RunnerLost', validated: undefined, note: undefined, turns: 3 },
    ],
  ];
  for (const [what, prove, publish, expected] of rows)
    it(`: one ${what}`, () => {
      const status = outcomeOf(task(), over({ clone: cloned, work: claims, prove, publish }), SOON);
      const validated = status.conditions?.find(({ type }) => type === 'Validated');
      assert.deepEqual(
        {
          phase: status.phase,
          ...(status.reason && { reason: status.reason }),
          validated: validated && `${validated.status} ${validated.reason}`,
          note: status.checks?.[0]?.note,
          turns: status.usage?.turns,
        },
        expected,
      );
    });
});
