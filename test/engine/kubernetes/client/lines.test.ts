import assert from 'node:assert/strict';
import { linesOf } from '../../../../src/engine/kubernetes/client/lines.ts';

async function lines(chunks: readonly Buffer[]): Promise<string[]> {
  const all: string[] = [];
  async function* stream(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  for await (const line of linesOf(stream())) all.push(line);
  return all;
}
const cut = (text: string, size: number): Buffer[] => {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
};

describe('linesOf', () => {
  const CASES: [what: string, text: string, wanted: string[]][] = [
    ['nothing', '', []],
    ['lines', 'a\nbc\n', ['a', 'bc']],
    ['a line that was not ended', 'a\nb', ['a']],
    ['empty lines', '\n\na\n\n', ['a']],
    ['characters of several bytes', 'Grüße 👩‍💻\n世界\n', ['Grüße 👩‍💻', '世界']],
  ];
  for (const [what, text, wanted] of CASES)
    for (const size of [1, 2, 3, 1000])
      it(`reads ${what} in chunks of ${size} bytes`, async () => {
        assert.deepEqual(await lines(cut(text, size)), wanted);
      });

  it('reads a line of 20 MB in time that grows with its length', async () => {
    const long = 'x'.repeat(20 * 1024 * 1024);
    assert.deepEqual(await lines(cut(`${long}\n`, 4096)), [long]);
  });

  it('refuses a line without end', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    await assert.rejects(lines(Array.from({ length: 65 }, () => megabyte)), /a line of over/);
  });
});
