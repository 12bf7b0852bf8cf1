import assert from 'node:assert/strict';
import { parseSettings } from '../../../src/domain/settings.ts';
import { after, task } from '../../domain/builders.ts';
import { done, planOf, short } from './plans.ts';

const DAY = 86_400;

describe('retention', () => {
  const keeps: [string, number][] = [
    ['Completed', 30 * DAY],
    ['Failed', 90 * DAY],
    ['Timeout', 90 * DAY],
    ['Stopped', 7 * DAY],
  ];
  for (const [phase, seconds] of keeps)
    it(`keeps a ${phase} task ${seconds / DAY} days`, () => {
      assert.equal(short(planOf({ session: done(phase), now: after(seconds - 1) })), 'kept:');
      assert.equal(short(planOf({ session: done(phase), now: after(seconds) })), 'retention: delete');
    });

  it('is a setting', () => {
    const settings = parseSettings({ retention: { completed: '1h' } }, 'f');
    assert.equal(
      short(planOf({ session: done('Completed'), settings, now: after(3600) })),
      'retention: delete',
    );
  });
  it('looks again when the time has come', () =>
    assert.equal(planOf({ session: done('Stopped'), now: after(7 * DAY - 60) }).requeueAfter, 60_000));
  it('looks again after a day at the latest', () =>
    assert.equal(planOf({ session: done('Failed'), now: after(1) }).requeueAfter, DAY * 1000));
  it('counts from the creation where no end is known', () =>
    assert.equal(
      short(planOf({ session: task({ status: { phase: 'Stopped' } }), now: after(8 * DAY) })),
      'retention: delete',
    ));
});
