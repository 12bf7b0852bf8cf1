import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEY_BYTES, SealedTokens, SIGNED_IN_FOR } from '../../../src/server/session/sealed-token.ts';
import { sessionKey } from '../../../src/server/session/session-key.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
const TOKEN = 'eyJhbGciOi.J9';
const SECRET = 'secret-of-the-page';
/** A text with another character in its middle. */
const altered = (text: string): string => {
  const at = text.length >> 1;
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
};

describe('a token in a cookie', () => {
  const tokens = new SealedTokens(randomBytes(KEY_BYTES));
  const sealed = tokens.seal(TOKEN, SECRET, NOW) ?? '';

  it('comes back until the sign-in ends', () => {
    assert.equal(tokens.open(sealed, SECRET, NOW), TOKEN);
    assert.equal(tokens.open(sealed, SECRET, later(SIGNED_IN_FOR - 1)), TOKEN);
    assert.equal(tokens.open(sealed, SECRET, later(SIGNED_IN_FOR)), undefined);
  });

  it('does not show the token, and is another each time', () => {
    assert.ok(!Buffer.from(sealed, 'base64url').includes(TOKEN));
    assert.notEqual(tokens.seal(TOKEN, SECRET, NOW), sealed);
  });

  const refused: [what: string, value: string][] = [
    ['an empty value', ''],
    ['a short one', 'AAAA'],
    ['the token itself', TOKEN],
    ['an altered one', altered(sealed)],
    ['a shortened one', sealed.slice(0, -4)],
    ['one that another key sealed', new SealedTokens(randomBytes(KEY_BYTES)).seal(TOKEN, SECRET, NOW) ?? ''],
    ['random bytes', randomBytes(200).toString('base64url')],
  ];
  for (const [what, value] of refused)
    it(`is not read from ${what}`, () => assert.equal(tokens.open(value, SECRET, NOW), undefined));

  it('is not read without the secret that it was sealed with', () =>
    assert.equal(tokens.open(sealed, 'secret-of-another', NOW), undefined));

  it('is not made of a token that browsers would cut', () => {
    assert.ok(tokens.seal('x'.repeat(2700), SECRET, NOW));
    assert.equal(tokens.seal('x'.repeat(4000), SECRET, NOW), undefined);
  });
});

describe('the key of the cookies', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'session-key-'))));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: Buffer | string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it('is new each time without a file', () =>
    assert.notDeepEqual(sessionKey(undefined), sessionKey(undefined)));

  it('is the same for the same file, and another for another', () => {
    const [one, same, other] = [
      file('a', 'x'.repeat(40)),
      file('b', 'x'.repeat(40)),
      file('c', 'y'.repeat(40)),
    ];
    assert.deepEqual(sessionKey(one), sessionKey(same));
    assert.notDeepEqual(sessionKey(one), sessionKey(other));
    assert.equal(sessionKey(one).length, KEY_BYTES);
  });

  it('is refused from a file that is short or missing, which is named', () => {
    assert.throws(() => sessionKey(file('short', 'secret')), {
      code: 'Usage',
      message: /short has 6 bytes; it needs 32 or more/,
    });
    assert.throws(() => sessionKey(join(folder, 'missing')), {
      code: 'Usage',
      message: /missing cannot be read: ENOENT/,
    });
  });
});
