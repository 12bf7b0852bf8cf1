import assert from 'node:assert/strict';
import { type Key, keysOf } from '../../../src/tui/state/key.ts';

const CASES: readonly (readonly [what: string, args: Parameters<typeof keysOf>, keys: readonly Key[]])[] = [
  ['an arrow', ['', { upArrow: true }], [{ name: 'up' }]],
  ['Enter', ['', { return: true }], [{ name: 'enter' }]],
  ['the backspace key of most terminals', ['', { delete: true }], [{ name: 'backspace' }]],
  ['a letter', ['q', {}], [{ char: 'q' }]],
  ['Ctrl-C', ['c', { ctrl: true }], [{ name: 'quit' }]],
  ['another control key', ['z', { ctrl: true }], []],
  ['keys that come together', ['cy', {}], [{ char: 'c' }, { char: 'y' }]],
  ['a pasted line', ['é\r', {}], [{ char: 'é' }, { name: 'enter' }]],
  ['Ctrl-C behind other keys', ['a\u0003', {}], [{ char: 'a' }, { name: 'quit' }]],
  ['a stray control character', ['\u0007', {}], []],
];

describe('keys', () => {
  for (const [what, args, keys] of CASES) it(what, () => assert.deepEqual(keysOf(...args), keys));
});
