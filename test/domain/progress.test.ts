import assert from 'node:assert/strict';
import {
  CEILING,
  eventLine,
  generatingProgress,
  parseEventLine,
  STEP,
  type StageEvent,
} from '../../src/domain/progress.ts';

describe('the steps of a task', () => {
  /** The table of the specification: progress and what the status says. */
  const TABLE: [number, string][] = [
    [0, 'Initializing workspace'],
    [5, 'Cloning repository'],
    [20, 'Repository cloned'],
    [20, 'Generating changes'],
    [60, 'Code changes generated'],
    [80, 'Validation passed'],
    [90, 'Branch pushed'],
    [100, 'Pull request created'],
    [100, 'No changes needed'],
  ];
  for (const [progress, phase] of TABLE)
    it(`${progress} is "${phase}"`, () =>
      assert.ok(Object.values(STEP).some((step) => step.progress === progress && step.phase === phase)));

  for (const phase of ['Running formatters', 'Running linters', 'Running type checks', 'Running tests'])
    it(`"${phase}" is from 60 to 79`, () => {
      const step = Object.values(STEP).find((one) => one.phase === phase);
      assert.ok(step && step.progress >= 60 && step.progress <= 79);
    });

  it('go up in their order', () => {
    const all = Object.values(STEP).map(({ progress }) => progress);
    assert.deepEqual(
      all,
      all.toSorted((a, b) => a - b),
    );
  });

  it('each stage may claim no more than its own steps', () =>
    assert.deepEqual(CEILING, { clone: 20, work: 80, prove: 80, publish: 100 }));
});

describe('generatingProgress', () => {
  it('begins at 20, never falls, and never passes 59', () => {
    let before = generatingProgress(0);
    assert.equal(before, 20);
    for (let turns = 1; turns <= 2000; turns++) {
      const now = generatingProgress(turns);
      assert.ok(now >= before && now <= 59, `${turns} turns: ${now} after ${before}`);
      before = now;
    }
    assert.equal(before, 59);
  });

  it('is half of the way at 10 turns', () => assert.equal(generatingProgress(10), 40));
  it('stays at 59 for a number of turns that no task reaches', () =>
    assert.equal(generatingProgress(Number.MAX_SAFE_INTEGER), 59));
});

const line = (json: string): string => `##bgtask ${json}`;

describe('event lines', () => {
  it('come back as they went', () => {
    const event: StageEvent = {
      progress: 41,
      phase: 'Generating changes',
      usage: { turns: 3, inputTokens: 9, outputTokens: 2, costUSD: 0.25, model: 'm' },
    };
    assert.deepEqual(parseEventLine(eventLine(event)), event);
  });

  const cases: [string, string, StageEvent | undefined][] = [
    ['a line of log is not an event', 'Running linters', undefined],
    ['a line that only mentions an event is not an event', ` ${line('{"progress":5}')}`, undefined],
    ['broken JSON says nothing', line('{"progress":'), {}],
    ['JSON that is not an object says nothing', line('7'), {}],
    ['null says nothing', line('null'), {}],
    ['progress over 100 is not believed', line('{"progress":101}'), {}],
    ['progress below 0 is not believed', line('{"progress":-1}'), {}],
    ['progress that is not a number is not believed', line('{"progress":"80"}'), {}],
    ['progress is a whole number', line('{"progress":41.9}'), { progress: 41 }],
    ['a phase is one line without escapes', line('{"phase":"a\\u001b[31m\\nb\\u0007"}'), { phase: 'a b' }],
    [
      'a phase has at most 256 characters',
      line(`{"phase":"${'x'.repeat(300)}"}`),
      { phase: `${'x'.repeat(255)}…` },
    ],
    [
      'a phase never ends in half a character',
      line(`{"phase":"${'x'.repeat(254)}😀😀"}`),
      { phase: `${'x'.repeat(254)}…` },
    ],
    ['usage below nothing is not believed', line('{"usage":{"turns":-1,"costUSD":-0.1}}'), { usage: {} }],
    [
      'endless usage is not believed',
      line('{"usage":{"turns":1e400,"inputTokens":5}}'),
      { usage: { inputTokens: 5 } },
    ],
    ['tokens are whole numbers', line('{"usage":{"inputTokens":5.5}}'), { usage: { inputTokens: 5 } }],
    [
      'unknown fields are dropped',
      line('{"progress":5,"ok":true,"usage":{"free":1}}'),
      { progress: 5, usage: {} },
    ],
  ];
  for (const [promise, text, wanted] of cases)
    it(promise, () => assert.deepEqual(parseEventLine(text), wanted));
});
