import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWorld, type World } from '../world.ts';

const FAILED = { phase: 'Failed', reason: 'ValidationFailed', error: 'Tests failed' };
const PATCH = Buffer.from(
  'diff --git a/a.txt b/a.txt\nindex 1..2 100644\n--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n kept\n-old \u001b]0;title\u0007\n+n\u00e9w \xff\r\n',
  'latin1',
);

describe('diff', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    await world.keep(await world.task('tidy', { status: FAILED }), PATCH);
  });
  afterEach(() => world.close());

  for (const args of [['diff', 'tidy'], ['diff', 'tidy', '-o', 'patch'], ['diff', '@latest', '--color=never']])
    it(`piped, "${args.join(' ')}" is the patch byte for byte`, async () => {
      const { code, out, err } = await world.run(args);
      assert.deepEqual([code, err, out], [0, '', PATCH.toString('latin1')]);
    }); // prettier-ignore

  it('at a terminal has colours, and nothing that the patch says acts on it', async () => {
    world.terminal = true;
    world.env['GIT_PAGER'] = 'cat';
    const { out } = await world.run(['diff', 'tidy']);
    assert.match(out, /\u001b\[32m\+/);
    assert.doesNotMatch(out, /\u001b\]|\u0007|\r/);
  });

  it('at a terminal goes through the pager', async () => {
    world.terminal = true;
    const file = join(world.folder, 'paged');
    world.env['GIT_PAGER'] = `cat > '${file}'; printf %s "$LESS" >> '${file}'`;
    const { out } = await world.run(['diff', 'tidy', '--color=never']);
    assert.equal(out, '');
    assert.match(readFileSync(file, 'utf8'), /^diff --git[^]*FRX$/);
  });

  it('is shown without a pager where that cannot be started', async () => {
    world.terminal = true;
    world.env['GIT_PAGER'] = 'no-such-pager-here 2>/dev/null';
    assert.match((await world.run(['diff', 'tidy', '--color=never'])).out, /^diff --git/);
  });

  it('lists files, and counts their lines', async () => {
    assert.equal((await world.run(['diff', 'tidy', '--name-only'])).out, 'a.txt\n');
    assert.match((await world.run(['diff', 'tidy', '--stat'])).out, /a\.txt \| +2 \+-\n/);
  });

  const absent: [string, object, RegExp][] = [
    ['runs', { phase: 'Running' }, /is Running; its change is kept when it has ended\.\nWait for it: bgtask watch other/],
    ['left a sentence', { ...FAILED, change: { note: 'The agent changed nothing.' } }, /keeps no change\. The agent changed nothing\./],
    ['failed before its agent', { ...FAILED, reason: 'CloneFailed' }, /its agent did not begin/],
  ]; // prettier-ignore
  for (const [what, status, words] of absent)
    it(`says why there is none of a task that ${what}, with exit code 5`, async () => {
      await world.task('other', { status });
      const { code, out, err } = await world.run(['diff', 'other']);
      assert.deepEqual([code, out], [5, '']);
      assert.match(err, words);
    });

  it('refuses bytes that are not those of the digest', async () => {
    const task = await world.task('other', { status: FAILED });
    await world.keep(task, PATCH);
    await world.status(task, { change: { digest: `sha256:${'0'.repeat(64)}` } });
    const { code, out, err } = await world.run(['diff', 'other']);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /damaged/);
  });

  for (const args of [
    ['-o', 'json'],
    ['--stat', '--name-only'],
    ['--stat', '-o', 'patch'],
  ])
    it(`refuses ${args.join(' ')} as wrong usage`, async () => {
      assert.equal((await world.run(['diff', 'tidy', ...args])).code, 2);
    });
});

describe('open', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());
  const url = 'https://example.com/example-org/app/pull/7';

  it('prints the URL where there is no terminal', async () => {
    await world.task('tidy', { status: { phase: 'Completed', repos: [{ prUrl: url }] } });
    world.env['BROWSER'] = 'false';
    assert.deepEqual(await world.run(['open', 'tidy']), { code: 0, out: `${url}\n`, err: '' });
  });

  it('opens it in the browser of a terminal, and prints it where that cannot be started', async () => {
    await world.task('tidy', { status: { phase: 'Completed', repos: [{ prUrl: url }] } });
    world.terminal = true;
    world.env['BROWSER'] = 'true';
    assert.deepEqual(await world.run(['open', 'tidy']), { code: 0, out: '', err: `Opening ${url}\n` });
    world.env['BROWSER'] = 'no-such-browser-here';
    assert.equal((await world.run(['open', 'tidy'])).out, `${url}\n`);
  });

  it('gives a file to no browser', async () => {
    await world.task('tidy', { status: { phase: 'Completed', repos: [{ prUrl: 'file:///x/tidy.md' }] } });
    world.terminal = true;
    world.env['BROWSER'] = 'true';
    assert.equal((await world.run(['open', 'tidy'])).out, 'file:///x/tidy.md\n');
  });

  it('names the next command of a task without a pull request, with exit code 5', async () => {
    await world.task('tidy', { status: FAILED });
    const { code, err } = await world.run(['open', 'tidy']);
    assert.equal(code, 5);
    assert.match(err, /does not have a pull request \(status: Failed[^]*bgtask logs tidy/);
    const change = { location: 'file:///x/change.patch', digest: `sha256:${'0'.repeat(64)}` };
    await world.task('kept', { status: { ...FAILED, change } });
    assert.match((await world.run(['open', 'kept'])).err, /See its change: bgtask diff kept/);
  });
});
