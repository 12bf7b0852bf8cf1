import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Job, type JobOptions } from '../support/stage/job.ts';
import { type Content, makeRemote, tempFolder } from '../support/stage/remote.ts';
import { isAlive } from '../support/stage/process.ts';

interface Own {
  install?: string;
  format?: string[];
  checks?: { name: string; run: string; kind?: string }[];
}

const lint = (run: string): Own => ({ checks: [{ name: 'lint', run, kind: 'lint' }] });

/** A job in a repository whose `.bgtask.yaml` says how it is checked. */
async function job(
  own: Own,
  agent: string,
  rest: Partial<JobOptions> & { files?: Record<string, Content> } = {},
): Promise<Job> {
  const { files, ...options } = rest;
  const remote = await makeRemote({
    'a.txt': 'one\n',
    'b.txt': 'b\n',
    '.bgtask.yaml': stringify({ format: [], checks: [], ...own }),
    ...files,
  });
  return new Job({ remote, agent, ...options });
}

const results = (report: { checks?: { name: string; result: string; note?: string }[] }): string[] =>
  (report.checks ?? []).map(({ name, result, note }) => `${name}: ${result}${note ? ` (${note})` : ''}`);

const say = (what: string): string => `echo ${what} >> ../order`;

/** An install command that succeeds twice. */
const TWICE = 'echo x >> ../count; test "$(wc -l < ../count)" -lt 3';

/** PATH with a cp that fails. */
async function withoutCopies(): Promise<string> {
  const folder = tempFolder();
  await writeFile(join(folder, 'cp'), '#!/bin/sh\necho no room; exit 1\n', { mode: 0o755 });
  return `${folder}:${process.env['PATH']}`;
}

const left = (file: string): string => `sleep 600 & echo $! > ../${file}`;

const script = (test: string, more = {}): string => JSON.stringify({ scripts: { test }, ...more });

describe('the work stage', () => {
  it('runs installation, agent, formatters and checks in this order, and reports each check', async () => {
    const one = await job(
      {
        install: say('install'),
        format: [say('format')],
        checks: [
          { name: 'unit', run: `${say('test')}; echo 1..1; echo ok 1 - adds`, kind: 'test' },
          { name: 'lint', run: say('lint'), kind: 'lint' },
        ],
      },
      `${say('agent')}; echo two > a.txt`,
    );
    const report = await one.make();
    assert.equal(
      await readFile(join(one.dir, 'workspace/order'), 'utf8'),
      'install\nagent\nformat\nlint\ntest\n',
    );
    assert.deepEqual(results(report), ['format: passed', 'lint: passed', 'unit: passed']);
    assert.match(one.log, /^Running linters: echo lint/m);
    assert.match(one.log, /^All checks passed$/m);
  });

  it('leaves out what was untracked before the agent began, and puts tracked files back that installing changed', async () => {
    const one = await job(
      {
        install:
          'mkdir -p lib/built dir; echo x > lib/built/x; echo x > dir/made; echo changed > b.txt; rm a.txt',
      },
      'test "$(cat a.txt b.txt)" = "$(printf "one\\nb\\n")" || exit 9; echo y >> lib/built/x; echo y >> dir/made; echo new > dir/new; echo two > a.txt',
      { files: { 'dir/kept.txt': 'kept\n' } },
    );
    const report = await one.make();
    assert.deepEqual(await one.changed(report), ['a.txt', 'dir/new']);
    assert.match(one.log, /Installing changed tracked files, which are put back: a\.txt, b\.txt/);
  });

  it('takes a folder that became a link although something untracked lay in it before', async () => {
    const one = await job({ install: 'echo x > dir/made' }, 'rm -r dir; ln -s /tmp dir; echo two > a.txt', {
      files: { 'dir/kept.txt': 'kept\n' },
    });
    assert.deepEqual(await one.changed(await one.make()), ['a.txt', 'dir', 'dir/kept.txt']);
  });

  it('publishes what was checked: what a check writes is put back or left out, and the log says so', async () => {
    const one = await job(
      lint(
        'echo changed > b.txt; rm a.txt; ln -s /etc/passwd a.txt; echo x > report.xml; git commit -qam sneaky',
      ),
      'echo two > a.txt',
    );
    const report = await one.make();
    assert.deepEqual(await one.changed(report), ['a.txt']);
    assert.equal(await one.show(report, 'a.txt'), 'two');
    assert.match(one.log, /changed tracked files, which are put back: a\.txt, b\.txt/);
    assert.equal(await readFile(join(one.place.checkout, 'b.txt'), 'utf8'), 'b\n');
  });

  it('keeps what formatters do to files of the change, and puts the rest back', async () => {
    const own = { format: ['for file in *.txt; do echo formatted >> $file; done; echo x > cache.tmp'] };
    const one = await job(own, 'echo two > a.txt; echo new > new.txt');
    const report = await one.make();
    assert.deepEqual(await one.changed(report), ['a.txt', 'new.txt']);
    assert.equal(await one.show(report, 'new.txt'), 'new\nformatted');
    assert.match(one.log, /also formatted files outside the change, which are put back: b\.txt/);
  });

  it('lets formatters touch every file when the task is about formatting', async () => {
    const own = { format: ['for file in *.txt; do echo formatted >> $file; done'] };
    const one = await job(own, 'echo two > a.txt', { spec: { prompt: 'Format everything with black' } });
    assert.deepEqual(await one.changed(await one.make()), ['a.txt', 'b.txt']);
    assert.match(one.log, /formatted files that the agent did not change: b\.txt/);
  });

  it('keeps what a formatter changes elsewhere when the linter demands it: a new version has a new style', async () => {
    const own = {
      format: ['for file in *.txt; do grep -q formatted $file || echo formatted >> $file; done'],
      checks: [{ name: 'lint', run: 'grep -q one a.txt || grep -q formatted b.txt', kind: 'lint' }],
    };
    const one = await job(own, 'echo two > a.txt', { spec: { prompt: 'Upgrade ruff to 1.0' } });
    const report = await one.make();
    assert.deepEqual(await one.changed(report), ['a.txt', 'b.txt']);
    assert.match(
      one.log,
      /A linter fails while the formatters' changes to other files are put back; trying with them: b\.txt/,
    );
    assert.deepEqual(
      results(report).filter((each) => each.startsWith('lint')),
      ['lint: passed'],
    );
  });

  it('reports a formatter that cannot run as skipped, and fails nothing', async () => {
    const one = await job({ format: ['no-such-formatter'] }, 'echo two > a.txt');
    assert.deepEqual(results(await one.make()), ['format: skipped (it exited with code 127)']);
  });

  it('gives failures back to the agent, and leaves the droppings of checks out of what it does next', async () => {
    const agent = `if [ -e ../again ]; then cat > ../feedback; echo three > a.txt; else touch ../again; echo two > a.txt; fi`;
    const one = await job(lint('echo x > dropping.xml; echo "no two, please"; ! grep -q two a.txt'), agent, {
      spec: { repairs: 1 },
    });
    const report = await one.make();
    assert.deepEqual(results(report), ['lint: passed']);
    const feedback = await readFile(join(one.dir, 'workspace/feedback'), 'utf8');
    assert.match(feedback, /Tidy up/);
    assert.match(feedback, /no two, please\n\(exit code 1\)/);
    assert.deepEqual(await one.changed(report), ['a.txt']);
  });

  it('fails with ValidationFailed when the repairs are used up, and reports every check', async () => {
    const own = {
      checks: [
        { name: 'lint', run: '! grep -q two a.txt', kind: 'lint' },
        { name: 'test', run: 'true', kind: 'test' },
      ],
    };
    const one = await job(own, 'echo x >> ../runs; echo two > a.txt', { spec: { repairs: 2 } });
    await one.run('clone');
    const failure = await one.fails('work');
    assert.equal(failure.reason, 'ValidationFailed');
    assert.equal(failure.message, 'Linting failed: ! grep -q two a.txt exited with code 1');
    assert.deepEqual(results(failure), ['lint: failed', 'test: passed']);
    assert.equal(await readFile(join(one.dir, 'workspace/runs'), 'utf8'), 'x\nx\nx\n');
  });

  it('does not call it "nothing to do" when the agent takes a failing change back', async () => {
    const one = await job(
      lint('! grep -q two a.txt'),
      'if grep -q two a.txt; then echo one > a.txt; else echo two > a.txt; fi',
      {
        spec: { repairs: 1 },
      },
    );
    await one.run('clone');
    const failure = await one.fails('work');
    assert.match(failure.message, /exited with code 1; the agent then took its change back/);
  });

  it('fails nothing for a check that fails on the base commit too, and says so', async () => {
    const one = await job(
      { install: 'echo x > installed', ...lint('test -e installed && echo x > dirt; grep -q nowhere a.txt') },
      'echo two > a.txt',
    );
    const report = await one.make();
    assert.deepEqual(results(report), ['lint: failed (failed before the change)']);
    assert.equal(report.verdict?.reason, 'BaselineFailing');
    assert.match(
      one.log,
      /^Linting failed before the change too: .* exits with code 1 on the base as well\.$/m,
    );
    assert.doesNotMatch(one.log, /All checks passed|Validation passed/);
  });

  it('judges by the change alone when the base can neither have what was installed nor install', async () => {
    const env = { PATH: await withoutCopies() };
    const one = await job({ install: TWICE, ...lint('false') }, 'rm a.txt', { env });
    await one.run('clone');
    assert.equal((await one.fails('work')).reason, 'ValidationFailed');
    assert.match(
      one.log,
      /The installed dependencies cannot be kept, so they are installed again .*: no room$/m,
    );
    assert.match(one.log, /fails on the base commit, so its checks cannot be compared/);
  });

  it('ends a check that hangs at its limit, and says how long that was', async () => {
    const one = await job(lint('grep -q one a.txt || exec sleep 600'), 'echo two > a.txt', {
      limits: { checkSeconds: 1 },
    });
    await one.run('clone');
    assert.match((await one.fails('work')).message, /^Linting failed: .* did not end within 1 seconds$/);
  });

  it('gives a check no input and no terminal', async () => {
    const one = await job(
      lint('read answer; test -z "$answer" && ! test -t 0 && ! test -t 1 && test "$CI" = true'),
      'echo two > a.txt',
    );
    assert.deepEqual(results(await one.make()), ['lint: passed']);
  });

  it('ends what agent and checks leave running in the background', async () => {
    const one = await job(lint(left('check')), `${left('agent')}; echo two > a.txt`);
    await one.make();
    for (const file of ['agent', 'check'])
      assert.equal(isAlive(Number(await readFile(join(one.dir, 'workspace', file), 'utf8'))), false, file);
  });

  it('runs the command found on the base, and tells when the change gave it another meaning', async () => {
    const remote = await makeRemote({
      'package.json': script('node check.js'),
      'check.js': 'process.exit(0)\n',
    });
    const weaken = `echo '${script('node -e 0')}' > package.json`;
    const report = await new Job({ remote, agent: weaken }).make();
    assert.deepEqual(results(report), ['test: passed (redefined by this change in package.json)']);
    assert.match(report.checks?.[0]?.command ?? '', /^npm (run )?test$/);
    const bump = `echo '${script('node check.js', { description: 'more' })}' > package.json`;
    assert.deepEqual(results(await new Job({ remote, agent: bump }).make()), ['test: passed']);
    const removed = new Job({ remote, agent: 'rm package.json' });
    await removed.run('clone');
    assert.equal((await removed.fails('work')).reason, 'ValidationFailed');
  });

  it('says that no checks were found, in the log and in the pull request', async () => {
    const one = new Job({ remote: await makeRemote({ 'a.txt': 'one\n' }), agent: 'echo two > a.txt' });
    await one.all();
    assert.match(one.log, /^No linters, type checks or tests were found, so nothing proves this change\.$/m);
    const body = await readFile(join(one.dir, `pull-requests/example/${one.input.task.name}.md`), 'utf8');
    assert.match(body, /No checks were found in this repository/);
  });

  it('fails with AgentFailed and the last words of an agent that fails, and takes nothing', async () => {
    const one = await job({}, 'echo two > a.txt; echo "no model key" >&2; exit 3');
    await one.run('clone');
    const failure = await one.fails('work');
    assert.equal(failure.reason, 'AgentFailed');
    assert.match(failure.message, /exited with code 3: no model key/);
    assert.equal(existsSync(one.place.pack), false);
  });
});
