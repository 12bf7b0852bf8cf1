import assert from 'node:assert/strict';
import { type ConditionChange, conditionOf, withConditions } from '../../src/domain/conditions.ts';
import { after } from './builders.ts';

const BEFORE = after(0);
const NOW = after(60);
const inLine: ConditionChange = { type: 'Admitted', status: 'False', reason: 'InLine', message: 'place 2' };
const admitted: ConditionChange = {
  type: 'Admitted',
  status: 'True',
  reason: 'Admitted',
  message: 'Within the limits',
};
const scheduled: ConditionChange = {
  type: 'Scheduled',
  status: 'True',
  reason: 'Running',
  message: 'Job runs',
};

describe('conditions', () => {
  const one = withConditions(undefined, [inLine], BEFORE);

  it('begin with the first change', () =>
    assert.deepEqual(one, [{ ...inLine, lastTransitionTime: BEFORE.toISOString() }]));

  it('keep lastTransitionTime while the status stays, though its words change', () =>
    assert.deepEqual(withConditions(one, [{ ...inLine, message: 'place 1' }], NOW), [
      { ...inLine, message: 'place 1', lastTransitionTime: BEFORE.toISOString() },
    ]));

  it('move lastTransitionTime when the status changes', () =>
    assert.deepEqual(withConditions(one, [admitted], NOW), [
      { ...admitted, lastTransitionTime: NOW.toISOString() },
    ]));

  it('of other types stay as they are', () =>
    assert.deepEqual(withConditions(one, [scheduled], NOW), [
      ...one,
      { ...scheduled, lastTransitionTime: NOW.toISOString() },
    ]));

  it('have one of a type, the last change', () =>
    assert.equal(withConditions([], [inLine, admitted], NOW).length, 1));

  it('are found by their type', () => {
    assert.equal(conditionOf(one, 'Admitted')?.reason, 'InLine');
    assert.equal(conditionOf(one, 'Published'), undefined);
    assert.equal(conditionOf(undefined, 'Admitted'), undefined);
  });
});
