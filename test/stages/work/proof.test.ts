import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Job, type JobOptions } from '../../support/stage/job.ts';
import { type Content, makeRemote, tempFolder } from '../../support/stage/remote.ts';

const pkg = (scripts: Record<string, string>, more = {}): string =>
  `${JSON.stringify({ name: 'sample', private: true, scripts, ...more })}\n`;

/** A suite of node:test whose tests are named; each is a condition that must hold. */
const suite = (tests: Record<string, string>): string =>
  [
    "const { test } = require('node:test'); const assert = require('node:assert'); const m = require('./m.js');",
    ...Object.entries(tests).map(([name, holds]) => `test(${JSON.stringify(name)}, () => assert(${holds}));`),
    '',
  ].join('\n');

const M = 'exports.add = (a, b) => a + b; exports.twice = (a) => a * 2;\n';
const SUITE = suite({ adds: 'm.add(1, 2) === 3', doubles: 'm.twice(2) === 4', 'is not red': 'false' });
const GREEN = suite({ adds: 'm.add(1, 2) === 3', doubles: 'm.twice(2) === 4' });

const job = async (
  files: Record<string, Content>,
  agent: string,
  rest: Partial<JobOptions> = {},
): Promise<Job> => {
  const remote = await makeRemote({
    'README.md': 'A sample.\n',
    '.gitignore': 'node_modules/\n',
    'm.js': M,
    ...files,
  });
  return new Job({ remote, agent, ...rest });
};

/** Checks by CI's own lines: npm would be most of a test's time. */
const ci = (run: string): string =>
  `on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${run}\n`;
const node = (tests: string) => ({
  '.github/workflows/ci.yml': ci('node --test a.test.js'),
  'a.test.js': tests,
});
const breakDouble = "sed -i 's/a \\* 2/a * 3/' m.js";
const note = 'echo more >> README.md';

describe('the proof of a change', () => {
  it('is the tests that passed, with their number', async () => {
    const one = await job(node(GREEN), note);
    const report = await one.make();
    assert.deepEqual(report.verdict, { reason: 'ChecksPassed', message: 'All checks passed' });
    assert.deepEqual(report.checks?.[0]?.tests, { run: 2, passed: 2, failed: 0, skipped: 0 });
    assert.doesNotMatch(one.log, /base commit/);
  });

  it('does not exist where the same tests fail as before: the pull request is a draft that says so first', async () => {
    const one = await job(node(SUITE), note);
    const report = await one.make();
    await one.run('publish');
    assert.deepEqual(report.verdict, {
      reason: 'BaselineFailing',
      message: 'Tests failed before the change too: 1 of 3, the same 1.',
    });
    const { name } = one.input.task;
    const text = await readFile(join(one.dir, `pull-requests/example/${name}.md`), 'utf8');
    assert.match(text, /^draft: true$/m);
    assert.match(
      text,
      /---\n\n⚠️ \*\*This change is not proved\.\*\* Tests failed before the change too: 1 of 3/,
    );
    assert.doesNotMatch(text, /✅/);
  });

  it('is refused to a regression however red the base was, and the new failure is named', async () => {
    const one = await job(node(SUITE), breakDouble);
    await one.run('clone');
    const failure = await one.fails('work');
    assert.equal(failure.reason, 'ValidationFailed');
    assert.match(
      failure.message,
      /^Tests failed: node --test a\.test\.js exited with code 1: 1 test that passes on the base fails: .*doubles/,
    );
    assert.equal(failure.checks?.[0]?.tests?.newFailures?.length, 1);
    assert.deepEqual(failure.checks?.[0]?.tests?.baseline, { run: 3, passed: 2, failed: 1, skipped: 0 });
  });

  it('compares exit codes where a suite names no test', async () => {
    const t =
      "let n = 0; const ok = (x) => { if (!x) n += 1; }; const m = require('./m.js'); ok(false); ok(m.twice(2) === 4); process.exit(n);\n";
    const files = { 'package.json': pkg({ test: 'node t.js' }), 't.js': t };
    const one = await job(files, breakDouble);
    await one.run('clone');
    const failure = await one.fails('work');
    assert.match(failure.message, /exited with code 2: exit code 2, on the base 1$/);
    assert.equal((await (await job(files, note)).make()).verdict?.reason, 'BaselineFailing');
  });

  const lost: [how: string, agent: string, message: RegExp][] = [
    ['deletes the suite', 'rm a.test.js', /./],
    [
      'skips a test',
      'sed -i \'s/test("doubles"/test.skip("doubles"/\' a.test.js',
      /1 fewer ran .* and 1 more test is skipped/,
    ],
    ['removes a test', "sed -i '/doubles/d' a.test.js", /1 fewer ran than before the change \(1 of 2\)/],
  ];
  for (const [how, agent, message] of lost)
    it(`does not exist for a change that ${how}`, async () => {
      const files = { '.github/workflows/ci.yml': ci('node --test'), 'a.test.js': GREEN };
      const one = await job(files, agent);
      const report = await one.make();
      assert.equal(report.verdict?.reason, 'TestsRemoved');
      assert.match(report.verdict?.message ?? '', message);
    });

  it('is missing where the output of a runner lost its number of tests, whatever the exit code', async () => {
    const script = { ...node(GREEN), 'package.json': pkg({ test: 'node --test a.test.js' }) };
    const files = { ...script, '.github/workflows/ci.yml': ci('npm test') };
    const one = await job(files, "echo 'script-shell=/bin/true' > .npmrc");
    const report = await one.make();
    assert.deepEqual(report.verdict, {
      reason: 'TestsRemoved',
      message: 'Tests ran no test; 2 tests ran before the change.',
    });
  });

  it('is missing for source that ends a suite before its first test, whatever runs the suite', async () => {
    const files = {
      'test.sh': 'node a.test.js\n',
      '.github/workflows/ci.yml': ci('sh test.sh'),
      'a.test.js': GREEN,
    };
    const one = await job(files, "echo 'process.exit(0);' > m.js");
    assert.deepEqual((await one.make()).verdict, {
      reason: 'TestsRemoved',
      message: 'Tests ran no test; 2 tests ran before the change.',
    });
  });

  it('is missing for a flaky suite that lost tests and passes at the second try', async () => {
    const flaky =
      "const { existsSync, writeFileSync } = require('node:fs'); require('node:test')('adds', () => { if (!existsSync('m')) { writeFileSync('m', ''); throw new Error('first'); } });";
    const one = await job(node(GREEN), `cat > a.test.js <<'END'\n${flaky}\nEND`);
    const report = await one.make();
    assert.equal(report.verdict?.reason, 'TestsRemoved');
  });

  it('is missing for tests that would have to be compared with a base that cannot be prepared', async () => {
    const files = {
      ...node(GREEN),
      '.bgtask.yaml':
        'install: ./install.sh\nchecks: [{ name: test, run: node --test a.test.js, kind: test }]\n',
      'install.sh': {
        mode: '100755',
        text: '#!/bin/sh\necho x >> ../count; test "$(wc -l < ../count)" -lt 3\n',
      },
    };
    const bin = tempFolder();
    await writeFile(join(bin, 'cp'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const agent = `cat > a.test.js <<'END'\n${suite({ adds: 'm.add(1, 2) === 3' })}END`;
    const one = await job(files, agent, { env: { PATH: `${bin}:${process.env['PATH']}` } });
    const report = await one.make();
    assert.deepEqual(report.verdict, {
      reason: 'NothingProven',
      message: 'Tests passed, but could not be compared with the base, which could not be prepared.',
    });
  });

  it('is demanded by the setting proof: required', async () => {
    const one = await job({ 'a.txt': 'one\n' }, note, { input: { proof: 'required' } });
    await one.run('clone');
    const failure = await one.fails('work');
    assert.equal(failure.reason, 'ValidationFailed');
    assert.match(failure.message, /nothing proves this change\. The settings demand a proof/);
    assert.equal(failure.verdict?.reason, 'NothingProven');
  });

  it('tries a flaky test a second time, and does not fail the task for it', async () => {
    const flaky = suite({
      adds: "require('node:fs').existsSync('../tried') || (require('node:fs').writeFileSync('../tried', ''), false)",
    });
    const one = await job(node(flaky), note);
    const report = await one.make();
    assert.deepEqual(
      [report.checks?.[0]?.result, report.checks?.[0]?.note],
      ['passed', 'passed at the second try'],
    );
  });

  it('demands of a check that the task names that it passes, also where it fails on the base', async () => {
    const one = await job(node(SUITE), note, { spec: { checks: [{ name: 'unit', run: 'node --test' }] } });
    await one.run('clone');
    const failure = await one.fails('work');
    assert.equal(failure.reason, 'ValidationFailed');
    assert.match(failure.message, /exited with code 1: 1 test fails: .*is not red/);
    assert.equal(failure.checks?.[0]?.tests?.newFailures?.length, 1);
  });

  it('runs what CI builds before its tests', async () => {
    const files = {
      'package.json': pkg({
        build: 'mkdir -p lib && cp m.js lib/m.js',
        test: 'node -e "require(\'./lib/m.js\').twice(2) === 4 || process.exit(1)"',
      }),
      '.gitignore': 'node_modules/\nlib/\n',
      '.github/workflows/ci.yml':
        'on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm run build\n      - run: npm test\n',
    };
    assert.equal((await (await job(files, note)).make()).verdict?.reason, 'ChecksPassed');
    const one = await job(files, breakDouble);
    await one.run('clone');
    assert.equal((await one.fails('work')).reason, 'ValidationFailed');
  });

  it('closes a failing log with the failures, then with the end of the output', async () => {
    const t =
      "const m = require('./m.js'); if (m.twice(2) !== 4) { console.log('not ok 3 - adds'); console.log(`Error: bad twice at file://${__dirname}/m.js:1:2 and ${__filename}:1`); for (let i = 4; i < 44; i++) console.log('ok', i); process.exit(1); }\n";
    const one = await job(
      { '.github/workflows/ci.yml': ci('make check'), Makefile: 'check:\n\t@node t.js\n', 't.js': t },
      breakDouble,
    );
    await one.run('clone');
    await one.fails('work');
    const end = one.log.slice(one.log.indexOf('Failures of make check'));
    assert.match(end, /^ *Error: bad twice at m\.js:1:2 and t\.js:1$/m);
    assert.ok(!end.includes(one.place.checkout), 'a path of the checkout, which is gone after the task');
    assert.match(end, /not ok 3 - adds[\s\S]*The end of the output of make check[\s\S]*ok 43/);
  });
});
