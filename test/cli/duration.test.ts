import assert from 'node:assert/strict';
import { parseDuration } from '../../src/cli/duration.ts';

describe('parseDuration', () => {
  for (const [text, milliseconds] of [
    ['90', 90_000],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['0s', 0],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(parseDuration(text, '--timeout'), milliseconds));
  }
  for (const text of ['', 'soon', '-1s', '1.5h', '1d', '1h 30m', 's', '99999999999s']) {
    it(`refuses "${text}", naming the option`, () =>
      assert.throws(() => parseDuration(text, '--timeout'), {
        code: 'Usage',
        message: /^invalid --timeout /,
      }));
  }
});
