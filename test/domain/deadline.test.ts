import assert from 'node:assert/strict';
import {
  deadlineMessage,
  deadlineOf,
  marginOf,
  timeLeft,
  timeToLastWords,
} from '../../src/domain/deadline.ts';
import { STARTED } from './builders.ts';

describe('the deadline', () => {
  const sentences: [number, string][] = [
    [3600, 'Task exceeded 1 hour deadline'],
    [1800, 'Task exceeded 30 minute deadline'],
    [60, 'Task exceeded 1 minute deadline'],
    [90, 'Task exceeded 90 second deadline'],
  ];
  for (const [timeout, sentence] of sentences)
    it(`of ${timeout} seconds reads "${sentence}"`, () => assert.equal(deadlineMessage(timeout), sentence));

  it('is the start and the timeout', () =>
    assert.equal(deadlineOf(STARTED, 3600).toISOString(), '2026-01-01T11:00:00.000Z'));

  const margins: [number, number][] = [
    [60, 6000],
    [20, 5000],
    [120, 12_000],
    [3600, 30_000],
  ];
  for (const [timeout, margin] of margins)
    it(`of ${timeout} seconds leaves the stages ${margin} ms to say why`, () =>
      assert.equal(marginOf(timeout), margin));

  const now = new Date('2026-01-01T10:30:00Z');
  const lefts: [what: string, ranFor: number | undefined, left: number][] = [
    ['by the clock, where running time is not counted', undefined, 1_800_000],
    ['by running time, when the machine slept for most of it', 60_000, 3_540_000],
    ['by running time, when the clock was set back', 3_600_000, 0],
    ['by running time, past the deadline', 3_700_000, -100_000],
  ];
  for (const [what, ranFor, left] of lefts)
    it(`is counted ${what}`, () => assert.equal(timeLeft({ startedAt: STARTED, ranFor }, 3600, now), left));

  it('leaves time between the last words of the stages and the end of the pod', () =>
    assert.equal(timeToLastWords({ startedAt: STARTED }, 3600, now), 1_785_000));
});
