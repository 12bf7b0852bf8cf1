import assert from 'node:assert/strict';
import { fitBody, fitTitle } from '../../../src/runner/forges/pull-request-text.ts';

const LIMIT = 65_536;
const CUT = /_The rest is cut: .*65,536 characters/;

describe('pull request text', () => {
  for (const [what, title, length] of [
    ['short', 'A title', 7],
    ['just fits', 'x'.repeat(256), 256],
    ['too long', 'x'.repeat(257), 256],
    ['emoji at the cut', `${'x'.repeat(254)}😀😀`, 255],
    ['two lines', 'one\n two', 7],
  ] as const) {
    it(`title: ${what}`, () => {
      assert.equal(fitTitle(title).length, length);
      assert.doesNotMatch(fitTitle(title), /[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
      assert.doesNotMatch(fitTitle(title), /\n/);
    });
  }

  it('leaves a body that fits as it is', () => {
    const body = `${'x'.repeat(LIMIT - 1)}\n`;
    assert.equal(fitBody(body), body);
  });

  for (const [what, body] of [
    ['lines', 'a line of text\n'.repeat(5000)],
    ['one line', 'x'.repeat(LIMIT + 1)],
    ['emoji', '😀'.repeat(LIMIT)],
    ['an endless fence', `${'`'.repeat(LIMIT)}\n${'x\n'.repeat(LIMIT)}`],
  ] as const) {
    it(`cuts ${what} and says so`, () => {
      const cut = fitBody(body);
      assert.ok(cut.length <= LIMIT && cut.length > LIMIT - 500, String(cut.length));
      assert.match(cut, CUT);
    });
  }

  for (const [what, before, closes] of [
    ['an open code block', '````diff\n```\n', '````'],
    ['an open block of tildes', '~~~\n```\n', '~~~'],
    ['a closed code block', '```\nx\n```\n', undefined],
  ] as const) {
    it(`closes ${what}`, () => {
      const end = fitBody(before + 'line\n'.repeat(LIMIT))
        .split('\n')
        .slice(-3);
      assert.equal(end[0], closes ?? 'line');
      assert.match(end[2] ?? '', CUT);
    });
  }
});
