import assert from 'node:assert/strict';
import { resultsOf } from './results-of.ts';

type Row = [
  runner: string,
  output: string,
  counts: [passed: number, failed: number, skipped: number],
  failures: string[],
];

/** Lines in the shape that each runner documents, for runners that the machine of the tests does not have. */
const rows: Row[] = [
  [
    'cargo nextest',
    `        PASS [   0.003s] demo tests::works
        FAIL [   0.003s] demo tests::breaks
     Summary [   0.006s] 2 tests run: 1 passed, 1 failed, 1 skipped
        FAIL [   0.003s] demo tests::breaks
error: test run failed`,
    [1, 1, 1],
    ['demo tests::breaks'],
  ],
  [
    'karma',
    `Chrome Headless 120.0.0.0 (Linux x86_64): Executed 0 of 3 SUCCESS (0 secs / 0 secs)
Chrome Headless 120.0.0.0 (Linux x86_64): Executed 3 of 3 (1 FAILED) (skipped 1) (0.01 secs / 0.005 secs)`,
    [1, 1, 1],
    [],
  ],
  [
    'playwright',
    `Running 3 tests using 2 workers
  ✓  1 [chromium] › a.spec.ts:3:5 › works (1.2s)
  ✘  2 [chromium] › a.spec.ts:7:5 › breaks (0.3s)
  -  3 [chromium] › a.spec.ts:9:6 › later

  1) [chromium] › a.spec.ts:7:5 › breaks ─────────────

    Error: expect(received).toBe(expected)

  1 failed
    [chromium] › a.spec.ts:7:5 › breaks ────────────────
  1 skipped
  1 passed (2.3s)`,
    [1, 1, 1],
    ['[chromium] › a.spec.ts › breaks'],
  ],
  [
    'swift test',
    `Test Suite 'All tests' started at 2024-01-01 10:00:00.000
Test Suite 'DemoTests' started at 2024-01-01 10:00:00.000
Test Case 'DemoTests.testWorks' started at 2024-01-01 10:00:00.000
Test Case 'DemoTests.testWorks' passed (0.001 seconds)
Test Case 'DemoTests.testBreaks' started at 2024-01-01 10:00:00.000
Test Case 'DemoTests.testBreaks' failed (0.002 seconds)
Test Suite 'DemoTests' failed at 2024-01-01 10:00:00.003
	 Executed 2 tests, with 2 failures (0 unexpected) in 0.003 (0.003) seconds
Test Suite 'All tests' failed at 2024-01-01 10:00:00.003
	 Executed 2 tests, with 2 failures (0 unexpected) in 0.003 (0.003) seconds
◇ Test run started.
✔ Test run with 0 tests passed after 0.001 seconds.`,
    [1, 1, 0],
    ['DemoTests.testBreaks'],
  ],
  [
    'swift test',
    `Test Suite 'All tests' passed at 2024-01-01 10:00:00.003
	 Executed 0 tests, with 0 failures (0 unexpected) in 0.000 (0.000) seconds
◇ Test works() started.
✔ Test works() passed after 0.001 seconds.
✘ Test "breaks it" recorded an issue at DemoTests.swift:9:3: Expectation failed
✘ Test "breaks it" failed after 0.001 seconds with 1 issue.
✘ Test run with 2 tests failed after 0.002 seconds with 1 issue.`,
    [1, 1, 0],
    ['breaks it'],
  ],
  [
    'dart test',
    `00:00 +0: loading test/a_test.dart
00:01 +1: group works
00:01 +1 -1: group breaks [E]
  Expected: <2>
00:01 +1 ~1 -1: Some tests failed.`,
    [1, 1, 1],
    ['group breaks'],
  ],
  [
    'dotnet test',
    `  Failed Demo.ATest.Breaks [12 ms]
  Error Message:
   Assert.Equal() Failure
Failed!  - Failed:     1, Passed:     2, Skipped:     1, Total:     4, Duration: 12 ms - Demo.dll (net8.0)
Passed!  - Failed:     0, Passed:     3, Skipped:     0, Total:     3, Duration: 8 ms - Other.dll (net8.0)`,
    [5, 1, 1],
    ['Demo.ATest.Breaks'],
  ],
  [
    'dotnet test',
    `  Passed Demo.ATest.Works [< 1 ms]
  Failed Demo.ATest.Breaks [12 ms]

Test Run Failed.
Total tests: 2
     Passed: 1
     Failed: 1
 Total time: 1.2 Seconds`,
    [1, 1, 0],
    ['Demo.ATest.Breaks'],
  ],
  [
    'dotnet test',
    `failed Breaks (12ms)
Test run summary: Failed!
  total: 3
  failed: 1
  succeeded: 2
  skipped: 0
  duration: 120ms`,
    [2, 1, 0],
    ['Breaks'],
  ],
  [
    'pest',
    `   PASS  Tests\\Unit\\BTest
  ✓ it is fine                                       0.01s

   FAIL  Tests\\Unit\\ATest
  ✓ it works                                         0.01s
  ⨯ it breaks                                        0.02s
  - it waits → later

  Tests:    1 failed, 1 skipped, 2 passed (4 assertions)
  Duration: 0.10s`,
    [2, 1, 1],
    ['Tests\\Unit\\ATest > it breaks'],
  ],
  [
    'gradle',
    `> Task :test FAILED

ATest > breaks() FAILED
    org.opentest4j.AssertionFailedError at ATest.java:6

3 tests completed, 1 failed, 1 skipped

BUILD FAILED in 3s`,
    [1, 1, 1],
    ['ATest > breaks()'],
  ],
  [
    'gradle',
    `ATest > works() PASSED

BTest > b() SKIPPED

BUILD SUCCESSFUL in 3s`,
    [1, 0, 1],
    [],
  ],
  [
    'surefire',
    `breaks(demo.ATest)  Time elapsed: 0.012 sec  <<< FAILURE!
Tests run: 3, Failures: 1, Errors: 0, Skipped: 1, Time elapsed: 0.05 sec <<< FAILURE! - in demo.ATest

Results :

Tests run: 3, Failures: 1, Errors: 0, Skipped: 1`,
    [1, 1, 1],
    ['demo.ATest.breaks'],
  ],
  [
    'sbt',
    `[info] ATest:
[info] - works
[info] - breaks *** FAILED *** (3 milliseconds)
[info] Tests: succeeded 1, failed 1, canceled 0, ignored 0, pending 0
[error] Failed: Total 2, Failed 1, Errors 0, Passed 1`,
    [1, 1, 0],
    ['breaks'],
  ],
  [
    'googletest',
    `[==========] Running 2 tests from 1 test suite.
[ RUN      ] Demo.Works
[       OK ] Demo.Works (0 ms)
[ RUN      ] Demo.Breaks
a.cc:5: Failure
[  FAILED  ] Demo.Breaks (0 ms)
[==========] 2 tests from 1 test suite ran. (1 ms total)
[  PASSED  ] 1 test.
[  FAILED  ] 1 test, listed below:
[  FAILED  ] Demo.Breaks`,
    [1, 1, 0],
    ['Demo.Breaks'],
  ],
  ['catch2', 'test cases: 3 | 2 passed | 1 failed\nassertions: 5 | 4 passed | 1 failed', [2, 1, 0], []],
  ['catch2', 'All tests passed (5 assertions in 3 test cases)', [3, 0, 0], []],
  ['catch2', '[doctest] test cases:  4 |  2 passed | 1 failed | 1 skipped', [2, 1, 1], []],
  [
    'hunit',
    'Cases: 3  Tried: 0  Errors: 0  Failures: 0\rCases: 3  Tried: 3  Errors: 0  Failures: 1',
    [2, 1, 0],
    [],
  ],
  [
    'hunit',
    'Ran: 4 tests in: 0.10 seconds.\nFAILED: Cases: 4 Tried: 4 Errors: 1 Failures: 1 Skip:  1 Todo: 0 Timeouts: 0.',
    [1, 2, 1],
    [],
  ],
  ['tests', 'All 3 tests passed (0.00s)', [3, 0, 0], []],
  ['tests', '1 out of 3 tests failed (0.00s)', [2, 1, 0], []],
  ['tests', 'Tests: 3 passed, 1 failed', [3, 1, 0], []],
  ['eunit', '  Failed: 1.  Skipped: 0.  Passed: 2.', [2, 1, 0], []],
  [
    'zig test',
    '2/3 a.test.breaks...FAIL (TestUnexpectedResult)\n1 passed; 1 skipped; 1 failed.',
    [1, 1, 1],
    ['a.test.breaks'],
  ],
  ['busted', '2 successes / 1 failure / 0 errors / 1 pending : 0.01 seconds', [2, 1, 1], []],
  [
    'gotestsum',
    `=== RUN   TestA
--- FAIL: TestA (0.00s)
FAIL
FAIL\texample.com/x\t0.003s

=== Failed
=== FAIL: . TestA (0.00s)

DONE 3 tests, 1 skipped, 1 failure in 0.512s`,
    [1, 1, 1],
    ['..TestA'],
  ],
  [
    'rspec',
    `group
  works [✔]
  breaks [✘]

Failures:

  test/Spec.hs:7:24:
  1) group breaks
       expected: 2

Finished in 0.0003 seconds
2 examples, 1 failure`,
    [1, 1, 0],
    ['group breaks'],
  ],
  [
    'minitest',
    'Failure:\nDemoTest#test_bad [test/demo_test.rb:4]:\nExpected: 1\n\n3 runs, 3 assertions, 1 failures, 0 errors, 0 skips',
    [2, 1, 0],
    ['DemoTest#test_bad'],
  ],
  [
    'unittest',
    `FAIL: test_x (app.tests.DemoTest)
----------------------------------------------------------------------
Ran 3 tests in 0.123s

FAILED (failures=1, skipped=1)`,
    [1, 1, 1],
    ['app.tests.DemoTest.test_x'],
  ],
];

describe('output in the shapes of test runners', () => {
  for (const [runner, output, [passed, failed, skipped], failures] of rows)
    it(`of ${runner}: ${output.split('\n').at(-1)?.trim().slice(0, 60)}`, () => {
      const read = resultsOf(output);
      assert.ok(read, 'nothing was read');
      const { passes: _p, skips: _s, isNamed: _n, ...rest } = read;
      assert.deepEqual(rest, { run: passed + failed, passed, failed, skipped, runners: [runner], failures });
    });
});
