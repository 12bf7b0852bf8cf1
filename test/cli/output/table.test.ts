import assert from 'node:assert/strict';
import { layout } from '../../../src/cli/output/table.ts';

const table = (headers: string[], rows: string[][], width?: number, cuts?: boolean[]): Promise<string> =>
  layout({ headers, rows, ...(cuts && { cuts }) }, { noHeaders: false, width });

describe('layout', () => {
  it('aligns wide characters, emoji and combined letters by the columns they take', async () => {
    assert.equal(
      await table(
        ['NAME', 'X'],
        [
          ['漢字', '1'],
          ['👩‍👩‍👧', '2'],
          ['e\u0301', '3'],
        ],
      ),
      'NAME   X\n漢字   1\n👩‍👩‍👧     2\ne\u0301      3\n',
    );
  });

  it('gives a narrow column six columns, as kubectl does, and ends lines without spaces', async () => {
    assert.equal(await table(['A', 'B', 'C'], [['1', '', '']]), 'A     B     C\n1\n');
  });

  it('cuts only cells that may be cut, between graphemes, to the width of the terminal', async () => {
    const rows = [['https://example.com/a/long/link', '漢字漢字漢字漢字漢字漢字漢字漢字']];
    assert.equal(
      await table(['LINK', 'TEXT'], rows, 50, [false, true]),
      'LINK                              TEXT\nhttps://example.com/a/long/link   漢字漢字漢字漢…\n',
    );
    assert.match(await table(['LINK', 'TEXT'], rows, 10, [false, true]), /漢字漢字漢…\n$/);
  });

  it('lays out twenty thousand rows', async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => [String(row), 'x']);
    assert.equal((await table(['N', 'X'], rows)).split('\n').length, 20_002);
  });
});
