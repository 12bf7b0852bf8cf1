import assert from 'node:assert/strict';
import { normalizedFailures, normalizedLines } from '../../../src/checks/results/normalized.ts';

const same: [promise: string, base: string, change: string][] = [
  [
    'a finding that moved down',
    'a.py:3: error: Bad type  [assignment]',
    'a.py:17: error: Bad type  [assignment]',
  ],
  [
    'another checkout',
    '/tmp/one/src/a.ts(1,7): error TS2322: Bad',
    '/var/two/x/src/a.ts(1,7): error TS2322: Bad',
  ],
  ['another duration', 'FAILED in 1.25s', 'FAILED in 12 s'],
  ['another address', 'Error: at 0x7f00', 'Error: at 0x1'],
  [
    'another id',
    'Error: job 3fa85f64-5717-4562-b3fc-2c963f66afa6',
    'Error: job 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d',
  ],
  ['another time', 'Error: 2024-05-01T10:11:12Z late', 'Error: 2025-06-02 01:02:03 late'],
  ['colours', '\u001b[31mError: x\u001b[0m', 'Error: x'],
];

const other: [promise: string, base: string, change: string][] = [
  ['another rule of the same file', 'a.ts(1,7): error TS2322: Bad', 'a.ts(1,7): error TS2345: Bad'],
  ['the same finding in another file', 'a.py:3: error: Bad', 'b.py:3: error: Bad'],
  [
    'the same finding under another file name',
    '/x/y/a.js\n  1:2  error  Bad  rule\n',
    '/x/y/b.js\n  1:2  error  Bad  rule\n',
  ],
  ['a second finding of the same kind', 'a.py:3: error: Bad', 'a.py:3: error: Bad\na.py:9: error: Bad'],
];

describe('failing lines of two runs', () => {
  for (const [promise, base, change] of same)
    it(`are the same with ${promise}`, () =>
      assert.deepEqual(normalizedFailures(change), normalizedFailures(base)));
  for (const [promise, base, change] of other)
    it(`show ${promise}`, () => {
      const known = normalizedFailures(base);
      assert.equal([...normalizedFailures(change)].filter((line) => !known.has(line)).length, 1);
    });

  it('name files below the checkout', () => {
    assert.deepEqual(
      [...normalizedFailures('/w/c/src/a.py:3: error: Bad', ['/w/c'])],
      ['src/a.py:N: error: Bad'],
    );
  });

  it('are empty where no line looks like a failure, and then all lines can be compared', () => {
    assert.deepEqual([...normalizedFailures('took 3 ms\nbad luck\n')], []);
    assert.deepEqual([...normalizedLines('took 3 ms\nbad luck\n')], ['took DURATION', 'bad luck']);
  });
});
