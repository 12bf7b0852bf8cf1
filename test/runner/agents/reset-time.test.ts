import assert from 'node:assert/strict';
import { resetTime } from '../../../src/runner/agents/reset-time.ts';

const NOW = new Date('2026-11-28T10:20:30Z');

const CASES: readonly [text: string, until: string | undefined][] = [
  ["You've hit your session limit · resets 3pm (UTC)", '2026-11-28T15:00:00Z'],
  ["You've hit your session limit · resets 3pm (Europe/Berlin)", '2026-11-28T14:00:00Z'],
  ["You've hit your limit · resets 11:30am (Asia/Kolkata)", '2026-11-29T06:00:00Z'],
  ['usage limit, resets at 13:00 (UTC)', '2026-11-28T13:00:00Z'],
  ['resets 9am (UTC)', '2026-11-29T09:00:00Z'],
  ['resets 12am (UTC)', '2026-11-29T00:00:00Z'],
  ['resets 12pm (UTC)', '2026-11-28T12:00:00Z'],
  ["You've hit your weekly limit · resets Dec 2, 3:30pm (UTC)", '2026-12-02T15:30:00Z'],
  ['resets Jan 3, 4pm (UTC)', '2027-01-03T16:00:00Z'],
  ['Claude AI usage limit reached|1790000000', '2026-09-21T14:13:20Z'],
  ['resets 25:00 (UTC)', undefined],
  ['resets 13:99 (UTC)', undefined],
  ['resets Foo 3, 4pm (UTC)', undefined],
  ['resets 3pm (Nowhere/Land)', undefined],
  ['rate limit exceeded', undefined],
  ['', undefined],
];

describe('resetTime', () => {
  for (const [text, until] of CASES)
    it(`${JSON.stringify(text)} means ${until ?? 'that no time is named'}`, () => {
      assert.equal(resetTime(text, NOW)?.toISOString().replace('.000', ''), until);
    });

  it('takes the zone of this machine where none is named', () => {
    const until = resetTime('resets 3:05pm', NOW);
    assert.deepEqual([until?.getHours(), until?.getMinutes()], [15, 5]);
  });
});
