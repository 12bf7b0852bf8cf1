import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ciOutput, type CiOutput } from '../../../src/cli/ci/output.ts';

const GITHUB = { GITHUB_ACTIONS: 'true' };
const GITLAB = { GITLAB_CI: 'true' };
const JENKINS = { JENKINS_URL: 'x' };
/** A line that one of the systems takes for a command: GitHub's runner, Azure's agent, TeamCity, GitLab's runner. */
const COMMAND = /^\s*::|##\[|##vso\[|##teamcity\[|section_(?:start|end):\d+:[\w.-]+(?:\[.*\])?\r\u001b\[0K/i;
/** What our own lines may be. */
const OURS =
  /^::(?:group::|endgroup::$|error |warning |notice )|^\u001b\[0Ksection_(?:start|end):\d+:bgtask_\d+_\d+(?:\[collapsed=true\])?\r\u001b\[0K|^=== /;

/** Lines of a hostile repository. */
const HOSTILE = [
  '::error file=a.js,line=1::forged',
  '   ::endgroup::',
  '\u001b[31m::stop-commands::x',
  '\u200b::add-mask::a',
  '##[group]x',
  'x ##vso[task.complete result=Succeeded]',
  "##teamcity[buildStatus status='SUCCESS']",
  'a\r::warning::overwritten',
  'a\u2028::warning::line separator',
  'a\u0085::warning::next line',
  '\u001b[0Ksection_end:1:bgtask_1_1\r\u001b[0K',
  'section_start:1:x[collapsed=true]\r\u001b[0Kx',
  '%0A::error::escaped',
];

interface Written {
  ci: CiOutput;
  text: () => string;
}

function opened(env: NodeJS.ProcessEnv): Written {
  let text = '';
  const ci = ciOutput({ env, write: (more) => void (text += more), now: () => new Date(0) });
  assert.ok(ci);
  return { ci, text: () => text };
}

/** Lines as a runner sees them that knows each line break of Unicode; GitLab's marker has a carriage return of its own. */
const linesOf = (text: string): string[] => text.trimEnd().split(/\n|\u2028|\u2029|\u0085|\r(?!\u001b\[0K)/);

describe('what a CI system reads', () => {
  for (const env of [GITHUB, GITLAB, JENKINS])
    it(`${Object.keys(env)[0]}: hostile lines, titles and messages are text`, () => {
      const { ci, text } = opened(env);
      ci.section('The log', HOSTILE);
      for (const each of HOSTILE) {
        ci.section(each, ['line']);
        ci.annotate([{ level: 'error', title: each, message: each, path: 'src/a.js', line: 1 }]);
        ci.annotate([{ level: 'warning', title: `x\n${each}`, message: `x\n${each}` }]);
      }
      const commands = linesOf(text()).filter((each) => COMMAND.test(each));
      assert.deepEqual(
        commands.filter((each) => !OURS.test(each)),
        [],
      );
      const counted = (what: RegExp): number => commands.filter((each) => what.test(each)).length;
      assert.equal(
        counted(/^::endgroup::$|^\u001b\[0Ksection_end/),
        counted(/^::group::|^\u001b\[0Ksection_start/),
      );
      const errors = commands.filter((each) => each.startsWith('::error'));
      assert.ok(errors.every((each) => each.startsWith('::error file=src/a.js,line=1,title=')));
    });

  it('a section without lines is not opened', () => {
    const { ci, text } = opened(GITHUB);
    ci.section('Empty', []);
    assert.equal(text(), '');
  });

  it('of a long section the last lines are shown, and the number of the others', () => {
    const { ci, text } = opened(GITHUB);
    ci.section(
      'Long',
      Array.from({ length: 10_000 }, (_, at) => `${at} ${'x'.repeat(5000)}`),
    );
    const lines = text().split('\n');
    assert.deepEqual(lines.slice(0, 2), ['::group::Long', '  | (9000 lines before these are left out)']);
    assert.match(lines[2] ?? '', /^ {2}\| 9000 x+…$/);
    assert.ok(lines.every(({ length }) => length <= 1004));
  });

  it('of each level as many annotations are written as the system shows, and a notice says the rest', () => {
    const { ci, text } = opened(GITHUB);
    const errors = Array.from({ length: 25 }, (_, at) => ({
      level: 'error' as const,
      title: 'Linting',
      message: `wrong ${at}`,
    }));
    ci.annotate(errors.slice(0, 7));
    ci.annotate([...errors.slice(7), { level: 'warning', title: 'x', message: 'y' }]);
    const lines = text().trimEnd().split('\n');
    assert.deepEqual(
      lines.map((each) => each.split(' ')[0]).join(''),
      `${'::error'.repeat(10)}::warning::notice`,
    );
    assert.match(
      lines.at(-1) ?? '',
      /::15 more problems that the log names are left out here, because GitHub Actions shows 10 of a kind\./,
    );
  });

  it('a message is cut, and says so by an ellipsis', () => {
    const { ci, text } = opened(GITHUB);
    ci.annotate([{ level: 'error', title: 't'.repeat(5000), message: '%'.repeat(100_000) }]);
    assert.match(text(), /title=t{119}…::(?:%25){1999}…\n$/);
  });
});

describe("the job's summary", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'bgtask-summary-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is added to what other steps wrote', () => {
    const path = join(folder, 'summary.md');
    writeFileSync(path, 'before\n');
    const { ci } = opened({ ...GITHUB, GITHUB_STEP_SUMMARY: path });
    assert.equal(ci.summary('one\n'), undefined);
    assert.equal(ci.summary('two\n'), undefined);
    assert.equal(readFileSync(path, 'utf8'), 'before\none\ntwo\n');
  });

  it('is left out, which is said, where the file would be over 1 MiB', () => {
    const path = join(folder, 'summary.md');
    writeFileSync(path, 'x'.repeat(1024 * 1024 - 3));
    const { ci } = opened({ ...GITHUB, GITHUB_STEP_SUMMARY: path });
    assert.equal(ci.summary('é!'), undefined);
    assert.match(ci.summary('x') ?? '', /over 1048576 bytes: this task is left out of it\.$/);
    assert.equal(readFileSync(path).length, 1024 * 1024);
  });

  it('that cannot be written is said, and stops nothing', () => {
    const { ci } = opened({ ...GITHUB, GITHUB_STEP_SUMMARY: folder });
    assert.match(ci.summary('x') ?? '', /^The job summary cannot be written: /);
  });

  for (const env of [
    GITHUB,
    { ...GITHUB, GITHUB_STEP_SUMMARY: '' },
    { ...GITLAB, GITHUB_STEP_SUMMARY: '/x/y' },
  ])
    it(`is not written for ${JSON.stringify(env)}`, () =>
      assert.equal(opened(env).ci.summary('x'), undefined));
});
