import assert from 'node:assert/strict';
import {
  failedReport,
  formatReport,
  parseReport,
  REPORT_MAX_BYTES,
  type Stage,
  type StageReport,
  STAGES,
} from '../../src/domain/report.ts';
import { REASONS } from '../../src/domain/reasons.ts';
import { good, randomOf } from './builders.ts';

const SHA = 'a'.repeat(40);
type Check = NonNullable<StageReport['checks']>[number];
const check = (name: string, result: Check['result'], more: Partial<Check> = {}): Check => ({
  name,
  result,
  ...more,
});

const FULL: StageReport = {
  stage: 'work',
  ok: false,
  reason: 'ValidationFailed',
  error: 'Linting failed: npm run lint exited with code 1',
  progress: 66,
  base: SHA,
  snapshot: 'b'.repeat(64),
  checks: [
    check('lint', 'failed', {
      command: 'npm run lint',
      exitCode: 1,
      seconds: 2.5,
      note: 'failed before the change',
      kind: 'lint',
      base: 'failed',
      worse: false,
    }),
    check('test', 'failed', {
      kind: 'test',
      base: 'passed',
      worse: true,
      tests: {
        run: 5,
        passed: 3,
        failed: 2,
        skipped: 0,
        baseline: { run: 5, passed: 5, failed: 0, skipped: 0 },
        newFailures: ['adds', 'subtracts'],
      },
    }),
  ],
  changed: true,
  verdict: { reason: 'TestsRemoved', message: 'Fewer tests ran.' },
  usage: { turns: 3, inputTokens: 10, outputTokens: 20, costUSD: 0.5, model: 'some-model' },
  summary: 'Upgraded lodash.',
  repo: {
    status: 'pushed',
    branch: 'b',
    commit: SHA,
    prUrl: 'https://git.example.com/o/r/pull/1',
    prCreatedAt: '2026-01-01T10:00:00Z',
    added: 1,
    removed: 2,
    files: 3,
  },
};

describe("a stage's report", () => {
  it('comes back as it went', () => assert.deepEqual(parseReport('work', formatReport(FULL)), FULL));
  // An agent that says that it used 10.5 tokens must not turn a validated change into "No changes needed".
  const bad: [string, Partial<Record<keyof StageReport, unknown>>][] = [
    ['usage', { usage: { turns: 1, inputTokens: 10.5 } }],
    ['summary', { summary: 7 }],
    ['error', { error: {} }],
    ['repo', { repo: { status: 'fun' } }],
    ['one check', { checks: [...(FULL.checks ?? []), { name: 'x', result: 'great' }] }],
    ['progress', { progress: 1.5 }],
  ];
  for (const [part, more] of bad)
    it(`keeps the verdict, the change and the good checks when its ${part} cannot be held`, () => {
      const report = parseReport('work', formatReport({ ...FULL, ...more } as StageReport));
      const { changed, snapshot, base, verdict, ok, checks } = FULL;
      const kept = report && { changed: report.changed, snapshot: report.snapshot, base: report.base };
      assert.deepEqual(kept, { changed, snapshot, base });
      assert.deepEqual([report?.verdict, report?.ok, report?.checks], [verdict, ok, checks]);
    });

  it('keeps the verdict and the change however long it is', () => {
    const long = Array.from({ length: 50 }, (_, at) =>
      check(`check-${at}-${'x'.repeat(50)}`, 'failed', {
        command: 'c'.repeat(200),
        note: 'n'.repeat(120),
        tests: {
          run: 1,
          passed: 0,
          failed: 1,
          skipped: 0,
          newFailures: Array.from({ length: 20 }, () => 'f'.repeat(200)),
        },
      }),
    );
    const report = parseReport('work', formatReport({ ...FULL, checks: long, error: 'e'.repeat(1500) }));
    assert.deepEqual(
      [report?.changed, report?.snapshot, report?.verdict],
      [true, FULL.snapshot, FULL.verdict],
    );
  });

  it('of a failure has the reason and the sentence', () =>
    assert.deepEqual(failedReport('clone', 5, 'CloneFailed', 'No such repository.'), {
      stage: 'clone',
      ok: false,
      reason: 'CloneFailed',
      error: 'No such repository.',
      progress: 5,
    }));

  const refused: [string, string | undefined][] = [
    ['no message', undefined],
    ['an empty message', ''],
    ['half of a message', formatReport(FULL).slice(0, -5)],
    ['no object', '7'],
    ['a list', '[]'],
    ["another stage's report", JSON.stringify({ ...FULL, stage: 'publish' })],
    ['an unknown stage', JSON.stringify({ ...FULL, stage: 'deploy' })],
    ['an unknown reason', JSON.stringify({ ...FULL, reason: 'Fun' })],
    ['a verdict that is not a boolean', JSON.stringify({ ...FULL, ok: 'true' })],
    ['progress over 100', JSON.stringify({ ...FULL, progress: 101 })],
    ['progress that is not a whole number', JSON.stringify({ ...FULL, progress: 1.5 })],
    ['a commit that is an option', JSON.stringify({ ...FULL, snapshot: '--upload-pack=x' })],
    ['a commit with more behind it', JSON.stringify({ ...FULL, snapshot: `${SHA}\n` })],
    ['an unknown result', JSON.stringify({ ...FULL, checks: [check('x', 'great' as 'passed')] })],
    [
      'more checks than a status holds',
      JSON.stringify({ ...FULL, checks: Array.from({ length: 51 }, () => check('x', 'passed')) }),
    ],
    [
      'endless costs',
      JSON.stringify({ ...FULL, usage: {} }).replace('"usage":{}', '"usage":{"costUSD":1e999}'),
    ],
    ['tokens below nothing', JSON.stringify({ ...FULL, usage: { inputTokens: -1 } })],
    ['tokens beyond counting', JSON.stringify({ ...FULL, usage: { inputTokens: 1e300 } })],
    ['more than 4,096 characters', JSON.stringify({ ...good('work'), more: 'x'.repeat(REPORT_MAX_BYTES) })],
    ['endless nesting', '['.repeat(4000)],
  ];
  for (const [what, message] of refused)
    it(`is refused when it is ${what}`, () => assert.equal(parseReport('work', message), undefined));

  it('is held to limits and loses escapes and unknown fields', () => {
    const report = parseReport(
      'work',
      JSON.stringify({
        ...good('work'),
        error: '\u001b[31mred\u0007',
        checks: [check('n'.repeat(100), 'passed')],
        admin: true,
      }),
    );
    assert.deepEqual(report, {
      ...good('work'),
      error: 'red',
      checks: [check(`${'n'.repeat(63)}…`, 'passed')],
    });
  });

  it('loses a time of the pull request that no status may hold, and nothing else', () =>
    assert.deepEqual(
      parseReport(
        'publish',
        JSON.stringify({ ...good('publish'), repo: { status: 'pushed', prCreatedAt: 'yesterday' } }),
      )?.repo?.status,
      'pushed',
    ));
});

/** The size of a message as Kubernetes counts it, and the report that comes back. */
function delivered(report: StageReport): StageReport {
  const message = formatReport(report);
  assert.ok(Buffer.byteLength(message) <= REPORT_MAX_BYTES, `${Buffer.byteLength(message)} bytes`);
  const back = parseReport(report.stage, message);
  assert.ok(back, `not readable: ${message.slice(0, 200)}`);
  assert.deepEqual([back.ok, back.reason], [report.ok, report.reason]);
  return back;
}

const many = (result: Check['result'], count: number, length = 60): Check[] =>
  Array.from({ length: count }, (_, at) =>
    check(`${result} ${at}`, result, { command: 'c'.repeat(length), exitCode: 1, seconds: 1.5 }),
  );

const namesOf = (report: StageReport): string[] => report.checks?.map(({ name }) => name) ?? [];

describe('a report that is too long', () => {
  it('loses its summary before anything else', () => {
    const back = delivered({ ...FULL, summary: 's'.repeat(600), checks: many('passed', 20, 120) });
    assert.equal(back.summary, undefined);
    assert.equal(back.checks?.length, 20);
    assert.equal(back.error, FULL.error);
  });

  it('keeps failed checks before passed ones, in their order', () => {
    const back = delivered({
      ...FULL,
      checks: [...many('passed', 40), ...many('failed', 3), ...many('passed', 30)],
    });
    assert.deepEqual(
      namesOf(back).filter((name) => name.startsWith('failed')),
      ['failed 0', 'failed 1', 'failed 2'],
    );
    assert.ok(namesOf(back).indexOf('passed 0') < namesOf(back).indexOf('failed 0'));
  });

  it('with more checks than a status holds keeps the failed ones', () =>
    assert.ok(
      namesOf(
        delivered({
          ...FULL,
          checks: [...Array.from({ length: 60 }, () => check('p', 'passed')), check('f', 'failed')],
        }),
      ).includes('f'),
    ));

  it('keeps the beginning of its error', () =>
    assert.match(
      delivered({ ...FULL, error: `Linting failed: ${'é'.repeat(3000)}`, checks: many('failed', 50) })
        .error ?? '',
      /^Linting failed: é+…$/,
    ));

  it('keeps the pull request while it fits', () =>
    assert.equal(
      delivered({
        ...FULL,
        error: 'x'.repeat(1500),
        summary: 's'.repeat(600),
        checks: many('failed', 20, 200),
      }).repo?.prUrl,
      FULL.repo?.prUrl,
    ));

  it('with a value that no report may hold keeps its verdict', () => {
    const back = delivered({ ...FULL, progress: Number.NaN, snapshot: 'none' });
    assert.deepEqual([back.error, back.progress], [FULL.error, 0]);
  });

  it('is small and readable whatever goes in', () => {
    const random = randomOf(7);
    const alphabet = ['a', '"', '\\', '\n', '\u0001', '\u001b[31m', 'é', '€', '😀', '\ud800', '\u2028', '<'];
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] ?? list[0]!;
    const words = (max: number): string =>
      Array.from({ length: Math.floor(random() * max) }, () => pick(alphabet)).join('');
    const maybe = <T>(value: T): T | undefined => (random() < 0.7 ? value : undefined);
    for (let round = 0; round < 300; round++) {
      const checks = Array.from({ length: Math.floor(random() * 90) }, () =>
        check(words(100), pick(['passed', 'failed', 'skipped']), {
          command: maybe(words(300)),
          note: maybe(words(200)),
          exitCode: maybe(1),
        }),
      );
      const back = delivered({
        stage: pick<Stage>(STAGES),
        ok: random() < 0.5,
        reason: maybe(pick(REASONS)),
        error: maybe(words(5000)),
        progress: Math.floor(random() * 101),
        checks: maybe(checks),
        usage: maybe({ turns: 5, model: words(300) }),
        summary: maybe(words(2000)),
        repo: maybe({
          status: 'pushed',
          branch: words(400),
          commit: SHA,
          prUrl: words(3000),
          prCreatedAt: maybe(words(60)),
        }),
      });
      const failed = checks.some(({ result }) => result === 'failed');
      if (failed && back.checks?.length)
        assert.ok(
          back.checks.some(({ result }) => result === 'failed'),
          'a failed check is left',
        );
    }
  });
});
