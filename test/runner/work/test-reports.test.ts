import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readReports } from '../../../src/runner/work/test-reports.ts';
import { tempFolder } from '../../support/stage/remote.ts';

const REPORT = `<testsuite name="demo.ATest" tests="2" failures="1">
  <testcase classname="demo.ATest" name="adds"/>
  <testcase classname="demo.ATest" name="breaks"><failure message="no"/></testcase>
</testsuite>`;
const BEGAN = Date.parse('2026-01-01T12:00:00Z');
const SUREFIRE = 'a/target/surefire-reports';

/** A checkout with one report, written at a time. */
function checkout(name: string, at: number): string {
  const dir = tempFolder();
  mkdirSync(join(dir, SUREFIRE), { recursive: true });
  writeFileSync(join(dir, name), REPORT);
  utimesSync(join(dir, name), new Date(at), new Date(at));
  return dir;
}

describe('reports that a test runner writes by itself', () => {
  it('are read when they were written during the run', async () => {
    const results = await readReports('mvn verify', checkout(`${SUREFIRE}/TEST-a.xml`, BEGAN + 5000), BEGAN);
    assert.deepEqual([results?.run, results?.failures], [2, ['demo.ATest.breaks']]);
  });

  const ignored: [string, () => [run: string, dir: string]][] = [
    ['of an earlier run', () => ['mvn verify', checkout(`${SUREFIRE}/TEST-a.xml`, BEGAN - 60_000)]],
    ['of another tool', () => ['cargo test', checkout(`${SUREFIRE}/TEST-a.xml`, BEGAN + 5000)]],
    ['elsewhere', () => ['mvn verify', checkout('a/TEST-a.xml', BEGAN + 5000)]],
    [
      'behind a link',
      () => {
        const dir = checkout('a/TEST-a.xml', BEGAN + 5000);
        symlinkSync(join(dir, 'a/TEST-a.xml'), join(dir, SUREFIRE, 'TEST-a.xml'));
        return ['mvn verify', dir];
      },
    ],
  ];
  for (const [which, make] of ignored)
    it(`do not count as results: one ${which}`, async () => {
      assert.equal(await readReports(...make(), BEGAN), undefined);
    });
});
