import assert from 'node:assert/strict';
import { validate } from '../../src/api/validate.ts';
import type { JobFacts } from '../../src/domain/job-facts.ts';
import { statusPatch } from '../../src/domain/lifecycle.ts';
import { outcomeOf } from '../../src/domain/outcome.ts';
import { failedReport, parseReport, type Stage, type StageReport } from '../../src/domain/report.ts';
import { ended, good, task, WAITING } from './builders.ts';
import { cloned, over, published, SOON, told, worked } from './outcomes.ts';

const unproven = ended(
  good('work', {
    changed: true,
    verdict: { reason: 'BaselineFailing', message: 'Tests failed before too.' },
  }),
);
const refused = ended({
  ...failedReport('work', 80, 'ValidationFailed', 'Nothing proves it.'),
  verdict: { reason: 'NothingProven', message: 'Nothing proves it.' },
});

describe('what lasts of a finished Job', () => {
  const facts = over({
    clone: cloned,
    work: ended(
      good('work', {
        changed: true,
        checks: [{ name: 'lint', result: 'passed' }],
        verdict: { reason: 'ChecksPassed', message: 'All checks passed' },
        usage: { turns: 3 },
      }),
    ),
    publish: published,
  });
  const done = outcomeOf(
    task(),
    { ...facts, live: { logTail: 'the end', usage: { turns: 99 }, progress: 3 } },
    SOON,
  );
  const conditions = (status: typeof done) =>
    status.conditions?.map(({ type, status: is, reason }) => `${type}=${is} ${reason}`);

  it('checks, usage, the branch and the end of the log', () =>
    assert.deepEqual(
      [done.checks, done.usage, done.repos?.[0]?.prUrl, done.logs],
      [[{ name: 'lint', result: 'passed' }], { turns: 3 }, 'https://git.example.com/o/r/pull/1', 'the end'],
    ));

  const progress: [string, JobFacts, number, string | undefined][] = [
    ['100 and "Pull request created" when published', facts, 100, 'Pull request created'],
    [
      '100 and "No changes needed" when nothing changed',
      over({ clone: cloned, work: worked, publish: ended(good('publish', { repo: { status: 'nodiff' } })) }),
      100,
      'No changes needed',
    ],
    [
      'what the stages came to when one failed',
      over({ clone: cloned, work: told('work', 'AgentFailed') }),
      42,
      undefined,
    ],
    [
      'the step of the check that failed, though later ones passed',
      over({
        clone: cloned,
        work: ended({
          ...failedReport('work', 74, 'ValidationFailed', 'Linting failed'),
          checks: [
            { name: 'lint', kind: 'lint', command: 'npm run lint', result: 'failed', worse: true },
            { name: 'test', kind: 'test', command: 'npm test', result: 'passed' },
          ],
        }),
      }),
      74,
      'Running linters: npm run lint',
    ],
    [
      'no more than its own steps for a stage that claims more',
      over({ clone: cloned, work: ended({ ...failedReport('work', 100, 'AgentFailed', 'x') }) }),
      80,
      undefined,
    ],
    [
      'never 100 for a task that is not Completed',
      over({
        clone: cloned,
        work: worked,
        publish: ended(failedReport('publish', 100, 'PullRequestFailed', 'x')),
      }),
      99,
      undefined,
    ],
    ['0 when no stage reported anything', over({ clone: ended(undefined) }), 0, undefined],
  ];
  for (const [promise, of, wanted, phase] of progress)
    it(`progress is ${promise}`, () => {
      const status = outcomeOf(task(), of, SOON);
      assert.deepEqual([status.progress, status.currentPhase], [wanted, phase]);
    });

  const said: [string, JobFacts, string[]][] = [
    ['published', facts, ['Validated=True ChecksPassed', 'Published=True PullRequestOpen']],
    [
      'pushed without a pull request',
      over({
        clone: cloned,
        work: worked,
        publish: ended(good('publish', { repo: { status: 'pushed', branch: 'b' } })),
      }),
      ['Validated=True ChecksPassed', 'Published=True BranchPushed'],
    ],
    [
      'nothing to change',
      over({ clone: cloned, work: worked, publish: ended(good('publish', { repo: { status: 'nodiff' } })) }),
      ['Published=False NoChanges'],
    ],
    [
      'checks failed',
      over({ clone: cloned, work: told('work', 'ValidationFailed') }),
      ['Validated=False ChecksFailed', 'Published=False ValidationFailed'],
    ],
    [
      'agent failed',
      over({ clone: cloned, work: told('work', 'AgentFailed') }),
      ['Published=False AgentFailed'],
    ],
    [
      'push refused',
      over({ clone: cloned, work: worked, publish: told('publish', 'PushDenied') }),
      ['Validated=True ChecksPassed', 'Published=False PushDenied'],
    ],
    [
      'published, but not proved',
      over({ clone: cloned, work: unproven, publish: published }),
      ['Validated=False BaselineFailing', 'Published=True PullRequestOpen'],
    ],
    [
      'published by a work stage that stated no verdict',
      over({ clone: cloned, work: ended(good('work', { changed: true })), publish: published }),
      ['Validated=False NothingProven', 'Published=True PullRequestOpen'],
    ],
    [
      'not proved where a proof is demanded',
      over({ clone: cloned, work: refused }),
      ['Validated=False NothingProven', 'Published=False ValidationFailed'],
    ],
    ['lost', over({ clone: ended(undefined) }), ['Published=False RunnerLost']],
  ];
  for (const [promise, of, wanted] of said)
    it(`the conditions of: ${promise}`, () =>
      assert.deepEqual(conditions(outcomeOf(task(), of, SOON)), wanted));
});

const worst = (stage: Stage, more: object): StageReport | undefined =>
  parseReport(stage, JSON.stringify({ ...good(stage), ...more }));

describe('a status that hostile reports come to', () => {
  const text = 'x'.repeat(3000);
  const reports: [string, StageReport | undefined][] = [
    ['long texts', worst('work', { ok: false, reason: 'AgentFailed', error: text })],
    [
      'long names of checks',
      worst('work', {
        checks: [
          {
            name: text.slice(0, 900),
            command: text.slice(0, 900),
            note: text.slice(0, 900),
            result: 'failed',
            exitCode: 2 ** 40,
            seconds: 1e300,
          },
        ],
      }),
    ],
    [
      'many checks',
      worst('work', { checks: Array.from({ length: 50 }, () => ({ name: 'x', result: 'failed' })) }),
    ],
    [
      'endless usage',
      worst('work', {
        usage: {
          turns: Number.MAX_SAFE_INTEGER,
          inputTokens: Number.MAX_SAFE_INTEGER,
          costUSD: 1e300,
          model: text,
        },
      }),
    ],
    [
      'a strange pull request',
      worst('publish', {
        repo: {
          status: 'abandoned',
          branch: text.slice(0, 600),
          prUrl: text,
          prCreatedAt: 'never',
          added: Number.MAX_SAFE_INTEGER,
        },
      }),
    ],
  ];
  for (const [what, report] of reports)
    it(`is one that the API server takes: ${what}`, async () => {
      assert.ok(report, 'the report was refused');
      const facts = over({
        clone: cloned,
        work: ended(report.stage === 'work' ? report : good('work')),
        publish: report.stage === 'publish' ? ended(report) : WAITING,
      });
      const session = task();
      const status = statusPatch(
        session,
        outcomeOf(session, { ...facts, live: { logTail: '€'.repeat(20_000) } }, SOON),
        SOON,
      );
      const { errors } = await validate('AgenticSession', { ...session, status }, session);
      assert.deepEqual(
        errors.filter(({ path }) => path.startsWith('status')),
        [],
      );
    });
});
