import assert from 'node:assert/strict';
import type { SessionSpec } from '../../src/api/types.ts';
import type { JobFacts } from '../../src/domain/job-facts.ts';
import { outcomeOf } from '../../src/domain/outcome.ts';
import { REASONS } from '../../src/domain/reasons.ts';
import type { Stage } from '../../src/domain/report.ts';
import { ended, good, task } from './builders.ts';
import { cloned, HOUR, LATE, over, published, SOON, told, worked } from './outcomes.ts';

const evicted = { reason: 'Evicted', message: 'The node ran out of disk.' } as const;
const gone = { reason: 'RunnerLost', message: 'The pod was deleted.' } as const;
const CANCEL: SessionSpec = { cancel: true };

const CANCELLED =
  'Stopped Cancelled: The task was cancelled. Nothing is pushed after that. Try it again: bgtask retry chore';
const TIMEOUT = 'Timeout DeadlineExceeded: Task exceeded 1 hour deadline';
const lost = (stage: Stage, what: string) =>
  `Failed RunnerLost: The ${stage} stage exited without a report; it was probably killed (out of memory, or its node was lost). ${what}`;

describe('how a finished Job ended', () => {
  const cases: [string, JobFacts, string, { spec?: SessionSpec; now?: Date }?][] = [
    ['published: Completed', over({ clone: cloned, work: worked, publish: published }), 'Completed'],
    [
      'nothing to change: Completed with NoChanges',
      over({
        clone: cloned,
        work: ended(good('work')),
        publish: ended(good('publish', { repo: { status: 'nodiff' } })),
      }),
      'Completed NoChanges',
    ],
    [
      'published, then cancelled: Completed, for the pull request is there',
      over({ clone: cloned, work: worked, publish: published }),
      'Completed',
      { spec: CANCEL },
    ],
    [
      'published, then its time was over: Completed',
      over({ clone: cloned, work: worked, publish: published }),
      'Completed',
      { now: LATE },
    ],
    [
      'published, then evicted: Completed',
      over({ clone: cloned, work: worked, publish: published }, evicted),
      'Completed',
    ],

    [
      'cancelled while it worked: Stopped',
      over({ clone: cloned, work: told('work', 'Cancelled') }),
      CANCELLED,
      { spec: CANCEL },
    ],
    [
      'cancelled, killed before it could say so: Stopped',
      over({ clone: cloned, work: ended(undefined) }),
      CANCELLED,
      { spec: CANCEL },
    ],
    ['cancelled before a stage began: Stopped', over({}), CANCELLED, { spec: CANCEL }],
    [
      'cancelled after its time was over: Stopped',
      over({ clone: cloned, work: ended(undefined, null) }),
      CANCELLED,
      { spec: CANCEL, now: LATE },
    ],
    [
      'cancelled and evicted: Stopped',
      over({ clone: cloned, work: ended(undefined) }, evicted),
      CANCELLED,
      { spec: CANCEL },
    ],
    [
      'failed, then cancelled: its failure stays',
      over({ clone: cloned, work: told('work', 'AgentFailed') }),
      'Failed AgentFailed: AgentFailed words',
      { spec: CANCEL },
    ],
    [
      'told to stop by an unknown sender: Stopped, in its own words',
      over({ clone: cloned, work: told('work', 'Cancelled') }),
      'Stopped Cancelled: Cancelled words',
    ],
    [
      'told to stop by an eviction: Evicted',
      over({ clone: cloned, work: told('work', 'Cancelled') }, evicted),
      'Failed Evicted: The node ran out of disk.',
    ],

    [
      'ended itself before its time was over: Timeout',
      over({ clone: cloned, work: told('work', 'DeadlineExceeded', 3570) }),
      TIMEOUT,
    ],
    [
      'told to stop after its time: Timeout',
      over({ clone: cloned, work: told('work', 'Cancelled', HOUR + 1) }),
      TIMEOUT,
    ],
    [
      'told to stop after its time, not known when: Timeout',
      over({ clone: cloned, work: told('work', 'Cancelled', null) }),
      TIMEOUT,
      { now: LATE },
    ],
    [
      'killed after its time: Timeout',
      over({ clone: cloned, work: ended(undefined, HOUR + 1) }),
      TIMEOUT,
      { now: LATE },
    ],
    [
      'killed for its time, not known when: Timeout',
      over({ clone: cloned, work: ended(undefined, null) }),
      TIMEOUT,
      { now: LATE },
    ],
    ['killed for its time while a stage waited: Timeout', over({ clone: cloned }), TIMEOUT, { now: LATE }],
    ['killed for its time before any stage: Timeout', over({}), TIMEOUT, { now: LATE }],
    [
      'killed for its time, the pod gone with it: Timeout',
      over({ clone: cloned, work: ended(undefined, null) }, gone),
      TIMEOUT,
      { now: LATE },
    ],
    [
      'killed by Kubernetes for its time: Timeout',
      over({ clone: cloned, work: ended(undefined, null) }, { reason: 'DeadlineExceeded', message: 'x' }),
      TIMEOUT,
    ],
    [
      'a shorter time has its own words',
      over({ clone: cloned, work: ended(undefined, 61) }),
      'Timeout DeadlineExceeded: Task exceeded 1 minute deadline',
      { spec: { timeout: 60 } },
    ],
    [
      'failed after its time: its failure stays',
      over({ clone: cloned, work: told('work', 'AgentFailed', HOUR + 1) }),
      'Failed AgentFailed: AgentFailed words',
      { now: LATE },
    ],

    ['clone lost', over({ clone: ended(undefined) }), lost('clone', 'Nothing was changed. Retry the task.')],
    [
      'work lost',
      over({ clone: cloned, work: ended(undefined) }),
      lost('work', 'Nothing was pushed. Retry the task.'),
    ],
    [
      'publish lost',
      over({ clone: cloned, work: worked, publish: ended(undefined) }),
      lost('publish', 'See whether its branch is there, then retry the task.'),
    ],
    [
      'work lost early, looked at late: lost, not late',
      over({ clone: cloned, work: ended(undefined, 60) }),
      lost('work', 'Nothing was pushed. Retry the task.'),
      { now: LATE },
    ],
    [
      'stopped before any stage, in time: lost',
      over({}),
      lost('clone', 'Nothing was changed. Retry the task.'),
    ],
    [
      'a fate explains a stage without a report',
      over(
        { clone: cloned, work: ended(undefined) },
        { reason: 'OutOfMemory', message: 'It needed more than 4 GiB.' },
      ),
      'Failed OutOfMemory: It needed more than 4 GiB.',
    ],
    [
      'a fate of its own says more than the clock',
      over({ clone: cloned, work: ended(undefined, null) }, evicted),
      'Failed Evicted: The node ran out of disk.',
      { now: LATE },
    ],
    [
      'a fate explains stages that never began',
      over({}, { reason: 'ImagePullFailed', message: 'No such image.' }),
      'Failed ImagePullFailed: No such image.',
    ],
    [
      'a fate does not win over a report',
      over({ clone: told('clone', 'CloneFailed') }, evicted),
      'Failed CloneFailed: CloneFailed words',
    ],
    [
      'a failure without words says where to look',
      over({ clone: ended({ stage: 'clone', ok: false, progress: 5 }) }),
      'Failed RunnerLost: The clone stage failed and did not say why. Read the log, then retry the task.',
    ],
  ];
  for (const [promise, facts, wanted, { spec, now = SOON } = {}] of cases)
    it(promise, () => {
      const { phase, reason, error, completionTime } = outcomeOf(task({ spec }), facts, now);
      assert.equal(`${[phase, reason].filter(Boolean).join(' ')}${error ? `: ${error}` : ''}`, wanted);
      assert.equal(completionTime, now.toISOString());
    });

  for (const reason of REASONS.filter((one) => one !== 'Cancelled' && one !== 'DeadlineExceeded'))
    for (const [stage, before] of [
      ['clone', {}],
      ['work', { clone: cloned }],
      ['publish', { clone: cloned, work: worked }],
    ] as const)
      it(`${stage} says ${reason}: Failed, in its words`, () => {
        const status = outcomeOf(task(), over({ ...before, [stage]: told(stage, reason) }), SOON);
        assert.deepEqual([status.phase, status.reason, status.error], ['Failed', reason, `${reason} words`]);
      });
});
