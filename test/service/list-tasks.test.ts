import assert from 'node:assert/strict';
import { sinceTime } from '../../src/service/list-tasks.ts';

describe('sinceTime', () => {
  const now = new Date('2026-01-31T12:00:00Z');
  for (const [since, time] of [
    ['30s', '2026-01-31T11:59:30.000Z'],
    ['90m', '2026-01-31T10:30:00.000Z'],
    ['2h', '2026-01-31T10:00:00.000Z'],
    ['7d', '2026-01-24T12:00:00.000Z'],
    ['2026-01-30', '2026-01-30T00:00:00.000Z'],
    ['2026-01-30T08:00:00+02:00', '2026-01-30T06:00:00.000Z'],
  ] as const) {
    it(`${since} is ${time}`, () => assert.equal(sinceTime(since, now).toISOString(), time));
  }
  for (const since of ['', 'soon', '1', '1w', '-1h', '99999999999d', '2026-13-01', 'January 2026'])
    it(`"${since}" is refused`, () => assert.throws(() => sinceTime(since, now), { code: 'Usage' }));
});
