import assert from 'node:assert/strict';
import { failingLines, isFailingLine } from '../../../src/checks/results/failing-lines.ts';

const FAILING = [
  '--- FAIL: TestX (0.00s)',
  '    --- FAIL: TestX/sub (0.00s)',
  'FAIL\texample.com/x\t0.003s',
  'not ok 3 - breaks',
  'FAILED tests/test_a.py::test_x - assert 1 == 2',
  'tests/test_a.py::test_x FAILED     [ 50%]',
  ' ✕ adds (3 ms)',
  '  ✗ adds',
  ' × adds 3ms',
  '  1) group breaks:',
  'E       assert 1 == 2',
  'AssertionError [ERR_ASSERTION]: 1 == 2',
  'TypeError: x is not a function',
  'java.lang.IllegalStateException: closed',
  "thread 'main' panicked at src/lib.rs:3:5:",
  'panic: runtime error: index out of range',
  "src/a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.",
  "src/a.ts:1:7 - error TS2322: Type 'string' is not assignable to type 'number'.",
  'error[E0308]: mismatched types',
  'error: could not compile `x` (lib test) due to 1 previous error',
  "main.c:3:5: error: expected ';' before '}' token",
  'main.c:3:10: fatal error: nothere.h: No such file or directory',
  'a.py:3: error: Incompatible types in assignment  [assignment]',
  "  12:5  error  'x' is assigned a value but never used  no-unused-vars",
  'a.py:1:1: F401 `os` imported but unused',
  'a.py:1:0: C0114: Missing module docstring (missing-module-docstring)',
  'pkg/a.go:10:2: ineffectual assignment to x (ineffassign)',
  'lib/a.rb:3:1: C: Layout/EmptyLines: Extra blank line detected.',
  '[ERROR] Tests run: 3, Failures: 1',
  'make: *** [Makefile:4: test] Error 2',
  '2/3 Test #2: bad .........................***Failed    0.00 sec',
];

const FINE = [
  'ok 1 - adds',
  'not ok 2 - later # TODO not written',
  '0 errors, 0 failures',
  'Found 0 errors.',
  'a.c:3:5: warning: unused variable',
  '✔ handles errors',
  'error',
  '',
];

describe('lines that look like a failure', () => {
  for (const line of FAILING) it(`sees ${line.trim()}`, () => assert.equal(isFailingLine(line), true));
  for (const line of FINE)
    it(`passes over ${line || 'an empty line'}`, () => assert.equal(isFailingLine(line), false));
});

describe('the end of a failing log', () => {
  it('shows each failure with a line before it and three after it, and where lines are left out', () => {
    const output = ['a', 'b', 'not ok 1 - x', 'c', 'd', 'e', 'f', 'g', 'h', 'not ok 2 - y', ''].join('\n');
    assert.deepEqual(failingLines(output), ['b', 'not ok 1 - x', 'c', 'd', 'e', '…', 'h', 'not ok 2 - y']);
  });

  it('shows no line twice', () => {
    assert.deepEqual(failingLines(['not ok 1', 'a', 'not ok 2', 'b']), ['not ok 1', 'a', 'not ok 2', 'b']);
  });

  it('keeps the first failures when there are too many', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `not ok ${index}`);
    assert.deepEqual(failingLines(lines, 2), ['not ok 0', 'not ok 1']);
  });

  it('shows nothing of output without failures', () => assert.deepEqual(failingLines('ok 1\nok 2\n'), []));
});
