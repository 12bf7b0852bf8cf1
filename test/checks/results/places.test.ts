import assert from 'node:assert/strict';
import { pathInside, type Place, placesIn } from '../../../src/checks/results/places.ts';

const place = (path: string, line: number, column: number | undefined, message: string): Place => ({
  path,
  line,
  ...(column !== undefined && { column }),
  message,
});

const CASES: [program: string, output: string, places: Place[]][] = [
  [
    'ruff',
    'app/a.py:3:5: F401 `os` imported but unused',
    [place('app/a.py', 3, 5, 'F401 `os` imported but unused')],
  ],
  [
    'mypy',
    'app/a.py:3: error: Name "x" is not defined',
    [place('app/a.py', 3, undefined, 'Name "x" is not defined')],
  ],
  ['gcc', './src/a.c:10:2: fatal error: x.h: No such file', [place('src/a.c', 10, 2, 'x.h: No such file')]],
  [
    'tsc',
    "src/a.ts(3,7): error TS2322: Type 'x'.\nsrc/b.ts:4:1 - error TS1005: ';' expected.",
    [
      place('src/a.ts', 3, 7, "error TS2322: Type 'x'."),
      place('src/b.ts', 4, 1, "error TS1005: ';' expected."),
    ],
  ],
  [
    'eslint',
    'src/a.js\n  1:5  error  Unexpected debugger  no-debugger\n  2:1  warning  x  y\n  9:1  error  No var  no-var\n\nsrc/b.js\n  3:1  error  z  q',
    [
      place('src/a.js', 1, 5, 'Unexpected debugger  no-debugger'),
      place('src/a.js', 9, 1, 'No var  no-var'),
      place('src/b.js', 3, 1, 'z  q'),
    ],
  ],
  ['eslint, with the heading left out', 'src/a.js\n…\n  1:5  error  Unexpected  no-debugger', []],
  [
    'rustc',
    'error[E0308]: mismatched types\n  --> src/main.rs:3:5\n   |',
    [place('src/main.rs', 3, 5, 'error[E0308]: mismatched types')],
  ],
  [
    'maven',
    '[ERROR] src/main/A.java:[10,5] cannot find symbol',
    [place('src/main/A.java', 10, 5, 'cannot find symbol')],
  ],
  [
    'pytest',
    'E       assert 1 == 2\n\ntests/test_a.py:7: AssertionError',
    [place('tests/test_a.py', 7, undefined, 'AssertionError')],
  ],
  [
    'unittest',
    'Traceback (most recent call last):\n  File "/usr/lib/python3/unittest.py", line 3, in run\n  File "tests/test_a.py", line 7, in test\nAssertionError: 1 != 2',
    [place('tests/test_a.py', 7, undefined, 'AssertionError: 1 != 2')],
  ],
  [
    'mocha, with a frame of a package before its own',
    'AssertionError: no\n    at x (node_modules/chai/a.js:1:1)\n    at Context.<anonymous> (test/a.test.js:5:10)\n    at y (test/b.js:1:1)',
    [place('test/a.test.js', 5, 10, 'AssertionError: no')],
  ],
  [
    "node's test runner",
    "not ok 1 - adds\n  ---\n  location: 'test/a.test.js:1:61'",
    [place('test/a.test.js', 1, 61, 'not ok 1 - adds')],
  ],
  ['go vet', './a.go:3:2: undefined: x', [place('a.go', 3, 2, 'undefined: x')]],
  ['the same line twice', 'a.py:1:2: E1 x\na.py:1:9: E2 y', [place('a.py', 1, 2, 'E1 x')]],
  ['a warning', 'a.c:1:2: warning: unused', []],
  ['a host', 'example.com:443: connection refused', []],
  ['an address', '10.0.0.1:80: error: refused', []],
  ['an absolute path', '/etc/passwd.txt:1:1: error: x', []],
  ['a path that leaves the repository', '../../secret.txt:1:1: error: x', []],
  ['line zero', 'a.py:0:1: error: x', []],
  ['a command of GitHub', '::error file=a.js,line=1::x', []],
  ['a frame without an error', '    at x (a.js:1:1)', []],
  ['words', 'Tests failed: 3 of 4', []],
];

describe('placesIn', () => {
  for (const [program, output, places] of CASES)
    it(program, () => assert.deepEqual(placesIn(output), places));

  it('puts the folder of the check before its paths', () =>
    assert.deepEqual(placesIn('src/a.py:1:1: E1 x', 'packages/a'), [
      place('packages/a/src/a.py', 1, 1, 'E1 x'),
    ]));

  it('reads ten thousand failures, and lines that nearly match', () => {
    const lines = Array.from({ length: 10_000 }, (_, at) => `src/a.py:${at + 1}:1: E1 x`);
    assert.equal(placesIn(lines).length, 10_000);
    assert.deepEqual(placesIn(`${'a'.repeat(5000)}\n${'  '.repeat(5000)}\n    at ${'x ('.repeat(2000)}`), []);
  });
});

const PATHS: [text: string, folder: string, path: string | undefined][] = [
  ['src/a.ts', '', 'src/a.ts'],
  ['./src//a.ts', '', 'src/a.ts'],
  ['../b/a.ts', 'packages/a', 'packages/b/a.ts'],
  ['../../../a.ts', 'packages/a', undefined],
  ['/abs/a.ts', '', undefined],
  ['~/a.ts', '', undefined],
  ['a\\b.ts', '', undefined],
  ['node_modules/x/a.js', '', undefined],
  ['.git/config.x', '', undefined],
  ['a\n.ts', '', undefined],
  ['..', '', undefined],
];

describe('pathInside', () => {
  for (const [text, folder, path] of PATHS)
    it(`${JSON.stringify(text)} in ${JSON.stringify(folder)} is ${path}`, () =>
      assert.equal(pathInside(text, folder), path));
});
