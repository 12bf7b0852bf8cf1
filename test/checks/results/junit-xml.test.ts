import assert from 'node:assert/strict';
import { junitResults, withReports } from '../../../src/checks/results/junit-xml.ts';
import type { TestResults } from '../../../src/checks/results/results.ts';

/** Surefire's report, less its properties. */
const SUREFIRE = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="demo.ATest$Deep" time="0.049" tests="5" errors="1" skipped="1" failures="1">
  <properties><property name="java.vendor" value="a > b"/></properties>
  <testcase name="breaks" classname="demo.ATest" time="0.165">
    <failure message="expected: &lt;1&gt; but was: &lt;2&gt;" type="org.opentest4j.AssertionFailedError"><![CDATA[</testcase><error>]]></failure>
  </testcase>
  <testcase name="errs" classname="demo.ATest" time="0.036"><error type="java.lang.IllegalStateException">boom</error></testcase>
  <testcase name="later" classname="demo.ATest" time="0.0"><skipped message="no"/></testcase>
  <testcase name="works" classname="demo.ATest" time="0.001"/>
  <testcase name="inner" classname="demo.ATest$Deep" time="0.004"><system-out>failure</system-out></testcase>
</testsuite>`;

const counts = (results: TestResults | undefined): number[] | undefined =>
  results && [results.run, results.passed, results.failed, results.skipped];

describe('reports in the format of JUnit', () => {
  it('name each test', () => {
    assert.deepEqual(junitResults([SUREFIRE]), {
      run: 4,
      passed: 2,
      failed: 2,
      skipped: 1,
      runners: ['junit xml'],
      failures: ['demo.ATest.breaks', 'demo.ATest.errs'],
      passes: ['demo.ATest.works', 'demo.ATest$Deep.inner'],
      skips: ['demo.ATest.later'],
      isNamed: true,
    });
  });

  it('of several files are added up', () =>
    assert.deepEqual(counts(junitResults([SUREFIRE, SUREFIRE])), [8, 4, 4, 2]));

  const rows: [promise: string, xml: string, expected: number[] | undefined][] = [
    ['are empty when a suite is empty', '<testsuite tests="0"></testsuite>', [0, 0, 0, 0]],
    ['are absent from a file of another kind', '<project><testcase name="x"/></project>', undefined],
    ['are absent from an empty file', '', undefined],
    ['are absent from plain text', 'Tests: 3 passed', undefined],
    [
      'leave out a case that was cut off',
      '<testsuite><testcase name="a"/><testcase name="b"><system-out>',
      [1, 1, 0, 0],
    ],
    ['are not read in comments', '<testsuite><!-- <testcase name="a"/> --></testsuite>', [0, 0, 0, 0]],
    [
      'count a rerun that passed as passed',
      '<testsuite><testcase name="a"><flakyFailure/></testcase></testsuite>',
      [1, 1, 0, 0],
    ],
    [
      'know what was not run',
      '<testsuites><testsuite><testcase name="a" status="notrun"/></testsuite></testsuites>',
      [0, 0, 0, 1],
    ],
    [
      'read single quotes',
      "<testsuite><testcase name='a > b' classname='c'><failure/></testcase></testsuite>",
      [1, 0, 1, 0],
    ],
  ];
  for (const [promise, xml, expected] of rows)
    it(promise, () => assert.deepEqual(counts(junitResults([xml])), expected));

  it('decode entities, and name tests below the checkout', () => {
    const read = junitResults(
      ['<testsuite><testcase name="/w/c/a.js &lt;&#65;&#x42;&gt;"/></testsuite>'],
      ['/w/c'],
    );
    assert.deepEqual(read?.passes, ['a.js <AB>']);
  });

  it('cost linear time when they are hostile', () => {
    for (const piece of ['<', '<testcase ', '<testcase name="', '&#', '<![CDATA[', ' name=""', '<!--', "'"])
      assert.doesNotThrow(() =>
        junitResults([`<testsuite>${piece.repeat(200_000)}`, `<testsuite ${piece.repeat(200_000)}>`]),
      );
  });

  it('win over the output when they know as many tests, and lose when they know fewer', () => {
    const one = junitResults([SUREFIRE]);
    const two = junitResults([SUREFIRE, SUREFIRE]);
    assert.equal(withReports(two, one), two);
    assert.equal(withReports(one, two), two);
    assert.equal(withReports(undefined, one), one);
    assert.equal(withReports(one, undefined), one);
  });
});
