import assert from 'node:assert/strict';
import { deadlineMessage, deadlineOf, lastWordsOf, marginOf } from '../../src/domain/deadline.ts';
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

  it('leaves time between the last words of the stages and the end of the pod', () =>
    assert.equal(lastWordsOf(STARTED, 3600).toISOString(), '2026-01-01T10:59:45.000Z'));
});
