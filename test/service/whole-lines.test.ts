import assert from 'node:assert/strict';
import { wholeLines } from '../../src/service/whole-lines.ts';

async function lines(...pieces: string[]): Promise<string[]> {
  const all: string[] = [];
  const source = (async function* () {
    yield* pieces;
  })();
  for await (const piece of wholeLines(source)) all.push(piece);
  return all;
}

describe('pieces of whole lines', () => {
  const cases: [pieces: string[], whole: string[]][] = [
    [[], []],
    [['a\n'], ['a\n']],
    [['a\nb'], ['a\n', 'b']],
    [
      ['a', 'b\nc', '\n'],
      ['ab\n', 'c\n'],
    ],
    [['\u001b[3', '1mred\n'], ['\u001b[31mred\n']],
    [['', 'a\n\n', ''], ['a\n\n']],
  ];
  for (const [pieces, whole] of cases)
    it(`${JSON.stringify(pieces)} are ${JSON.stringify(whole)}`, async () =>
      assert.deepEqual(await lines(...pieces), whole));
});
