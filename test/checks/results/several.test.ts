import assert from 'node:assert/strict';
import { resultsOf } from './results-of.ts';

const mocha = (...failures: string[]): string[] => [
  '  group',
  '    ✔ works',
  ...failures.map((name, index) => `    ${index + 1}) ${name}`),
  '',
  '  1 passing (3ms)',
  ...(failures.length
    ? [
        `  ${failures.length} failing`,
        '',
        ...failures.map((name, index) => `  ${index + 1}) group\n       ${name}:\n     Error: x`),
      ]
    : []),
  '',
];

describe('results of several suites in one output', () => {
  it('of npm workspaces are added up and named by their package', () => {
    const read = resultsOf(
      [
        '> root@1.0.0 test',
        '> npm test --workspaces',
        '',
        '> @x/a@1.2.3 test',
        '> mocha',
        ...mocha('breaks'),
        '> b@0.0.1 test',
        '> mocha',
        ...mocha(),
      ].join('\n'),
    );
    assert.deepEqual(read, {
      run: 3,
      passed: 2,
      failed: 1,
      skipped: 0,
      runners: ['mocha'],
      failures: ['@x/a: group > breaks'],
      passes: ['@x/a: group > works', 'b: group > works'],
      skips: [],
      isNamed: true,
    });
  });

  it('of one package keep their names as they are', () => {
    const read = resultsOf(['> a@1.0.0 test', '> mocha test --recursive', ...mocha('breaks')].join('\n'));
    assert.deepEqual(read?.failures, ['group > breaks']);
  });

  it('do not depend on the version of the package', () => {
    const [first, second] = ['1.0.0', '2.0.0-rc.1'].map((version) =>
      resultsOf(`> root@1.0.0 test\n> a@${version} test\n${mocha('breaks').join('\n')}`),
    );
    assert.deepEqual(second, first);
  });

  const mixed: [tool: string, announce: (name: string) => string, prefix: (name: string) => string][] = [
    ['pnpm -r', (name) => `packages/${name} test$ mocha`, (name) => `packages/${name} test: `],
    ['turbo', (name) => `${name}:test: > ${name}@1.0.0 test`, (name) => `${name}:test: `],
    ['lerna --stream', (name) => `${name}: > ${name}@1.0.0 test`, (name) => `${name}: `],
  ];
  for (const [tool, announce, prefix] of mixed)
    it(`of ${tool}, line by line in turns, are told apart by their prefixes`, () => {
      const [a, b] = [mocha('breaks').join('\n').split('\n'), mocha().join('\n').split('\n')];
      const lines = a.flatMap((line, index) => [`${prefix('a')}${line}`, `${prefix('b')}${b[index] ?? ''}`]);
      const read = resultsOf([announce('a'), announce('b'), ...lines].join('\n'));
      assert.deepEqual([read?.passed, read?.failed], [2, 1]);
      assert.deepEqual(
        read?.failures.map((name) => name.replace(/^packages\//, '')),
        ['a: group > breaks'],
      );
    });

  it('of tox are named by their environment', () => {
    const read = resultsOf(
      [
        'py311: commands[0]> pytest',
        'FAILED tests/test_a.py::test_x - assert 0',
        '1 failed, 1 passed in 0.12s',
        'py312: commands[0]> pytest',
        '2 passed in 0.10s',
        '  py311: FAIL code 1',
        '  py312: OK',
      ].join('\n'),
    );
    assert.deepEqual([read?.run, read?.failures], [4, ['py311: tests/test_a.py::test_x']]);
  });

  it('of a runner inside another are not counted twice', () => {
    const read = resultsOf(
      [
        'Test project /build',
        '    Start 1: inner',
        '1/1 Test #1: inner ..............***Failed    0.01 sec',
        '1..2',
        'ok 1 - a',
        'not ok 2 - b',
        '',
        '0% tests passed, 1 tests failed out of 1',
      ].join('\n'),
    );
    assert.deepEqual([read?.run, read?.failures, read?.runners], [1, ['inner'], ['ctest']]);
  });

  it('go on when the program under test prints the result of another', () => {
    const lines = [
      '1..4',
      'ok 1 - a',
      '=== 2 passed in 0.10s ===',
      'not ok 2 - b',
      '1 passed, 0 failed',
      'ok 3 - c',
      'not ok 4 - d',
    ];
    assert.deepEqual(resultsOf(lines.join('\n'))?.failures, ['b', 'd']);
  });

  it('leave out a line that many programs print when a runner is recognised', () => {
    assert.equal(resultsOf('All 3 tests passed.\n=== 2 passed in 0.10s ===')?.run, 2);
    assert.equal(resultsOf('All 3 tests passed.')?.run, 3);
  });

  it('of two runners in a row are both counted', () => {
    const read = resultsOf(
      ['1..1', 'ok 1 - a', '=== 2 passed in 0.10s ===', 'ok  \texample.com/x\t0.003s'].join('\n'),
    );
    assert.deepEqual([read?.run, read?.runners], [4, ['tap', 'pytest', 'go test']]);
  });
});

describe('a test’s name', () => {
  const names: [promise: string, first: string, second: string][] = [
    ['has no duration', 'ok 1 - works (12ms)', 'ok 1 - works (1.5 s)'],
    ['has no temporary folder', 'ok 1 - reads /tmp/abc12/x/a.txt', 'ok 1 - reads /tmp/zzz/a.txt'],
    ['has no address', 'ok 1 - at 0x7f001234', 'ok 1 - at 0x1'],
    ['has no colour', '\u001b[32mok 1\u001b[0m - works', 'ok 1 - works'],
    ['has no time of day', 'ok 1 - since 2024-01-01T10:00:00.000Z', 'ok 1 - since 2025-02-02T11:11:11Z'],
    ['has no number of the run', 'ok 1 - works', 'ok 7 - works'],
  ];
  for (const [promise, first, second] of names)
    it(promise, () => assert.deepEqual(resultsOf(`1..1\n${second}`), resultsOf(`1..1\n${first}`)));

  it('is relative to the checkout', () => {
    const read = resultsOf('1..1\nnot ok 1 - /var/checkouts/7/src/a.test.js', ['/var/checkouts/7']);
    assert.deepEqual(read?.failures, ['src/a.test.js']);
  });
});
