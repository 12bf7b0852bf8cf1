import assert from 'node:assert/strict';
import { bearerOf } from '../../src/server/bearer.ts';

describe('the token of an Authorization header', () => {
  const taken: [header: string, token: string][] = [
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['Bearer   abc', 'abc'],
    ['Bearer sha256~A-b_c.d/e+f==', 'sha256~A-b_c.d/e+f=='],
    ['Bearer eyJhbGciOi.eyJzdWIi.sig-_', 'eyJhbGciOi.eyJzdWIi.sig-_'],
  ];
  for (const [header, token] of taken)
    it(`${header} is ${token}`, () => assert.equal(bearerOf(header), token));

  const refused = [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic abc',
    'abc',
    'Bearer a b',
    'Bearer a\r\nImpersonate-User: x',
    'Bearer a,Bearer b',
    'Bearer é',
    'Bearer a=b',
  ];
  for (const header of refused)
    it(`${JSON.stringify(header)} is refused, and the refusal does not repeat it`, () =>
      assert.throws(
        () => bearerOf(header),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'Unauthorized');
          assert.match(error.message, /^(Send your token|The header Authorization must be)[^:]*: /);
          return true;
        },
      ));

  it('a header of a megabyte is judged at once', () => {
    assert.throws(() => bearerOf(`Bearer ${'a'.repeat(1_000_000)}!`));
    assert.throws(() => bearerOf(`Bearer${' '.repeat(1_000_000)}`));
  });
});
