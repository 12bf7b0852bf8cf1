import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOut } from '../../src/runner/checkout.ts';
import { startGithub } from '../support/github-standin/start.ts';
import { Job } from '../support/stage/job.ts';
import { commit, type Content, git, makeRemote } from '../support/stage/remote.ts';

const gitmodules = (...entries: [name: string, path: string, url: string, more?: string][]): string =>
  entries
    .map(([name, path, url, more = '']) => `[submodule "${name}"]\n\tpath = ${path}\n\turl = ${url}\n${more}`)
    .join('');

const link = async (remote: string): Promise<Content> => ({
  mode: '160000',
  text: await git(remote, 'rev-parse', 'main'),
});

const AGENT = 'echo two > a.txt';
const CHECK = [
  { name: 'test', run: 'grep -q hello vendor/x/file.txt && grep -q deep vendor/x/inner/y/deep.txt' },
];

/** A repository whose submodule has a submodule, each beside the other. */
async function nested(): Promise<{ app: string; lib: string }> {
  const deep = await makeRemote({ 'deep.txt': 'deep\n' });
  const lib = await makeRemote({
    'file.txt': 'hello\n',
    'inner/y': await link(deep),
    '.gitmodules': gitmodules(['y', 'inner/y', deep]),
  });
  const app = await makeRemote({
    'a.txt': 'one\n',
    'vendor/x': await link(lib),
    '.gitmodules': gitmodules(['the x', 'vendor/x', lib]),
  });
  // What the branches have now is not what the submodule is at.
  await commit(lib, { 'file.txt': 'goodbye\n' });
  return { app, lib };
}

describe('submodules', () => {
  it('are filled, theirs too, for the agent and the checks on the change and on the base', async () => {
    const { app, lib } = await nested();
    const agent = `${CHECK[0]?.run} && ${AGENT}`;
    const job = new Job({ remote: app, agent, spec: { checks: CHECK } });
    const report = await job.make();
    assert.deepEqual(
      report.checks?.map(({ result }) => result),
      ['passed'],
      job.log,
    );
    assert.deepEqual(await job.changed(report), ['a.txt']);
    assert.doesNotMatch(job.log, /no part of the change/);
    assert.equal(await git(job.place.checkout, 'status', '--porcelain'), 'M a.txt'.padStart(8));
    assert.match(
      await git(job.place.checkout, 'submodule', 'status', '--recursive'),
      /^ \w+ vendor\/x .*\n \w+ vendor\/x\/inner\/y/,
    );
    assert.equal(await git(join(job.place.checkout, 'vendor/x'), 'remote', 'get-url', 'origin'), lib);
    assert.equal((await job.run('publish')).repo?.files, 1);
    const { base, modules, baseCheck } = job.place;
    await checkOut({ base, modules }, baseCheck, report.base);
    assert.equal(await readFile(join(baseCheck, 'vendor/x/inner/y/deep.txt'), 'utf8'), 'deep\n');
    assert.equal(await git(baseCheck, 'status', '--porcelain'), '');
  });

  const touched: [what: string, agent: string][] = [
    ['edits a file of one', 'echo more >> vendor/x/file.txt'],
    ['moves one to another commit', 'git -C vendor/x checkout -q origin/main'],
    ['puts a link in the place of one', 'rm -r vendor/x; ln -s /etc vendor/x'],
  ];
  for (const [what, agent] of touched)
    it(`are no part of the change, which is said when the agent ${what}`, async () => {
      const job = new Job({ remote: (await nested()).app, agent: `${agent}; ${AGENT}` });
      assert.deepEqual(await job.changed(await job.make()), ['a.txt']);
      assert.match(job.log, /Repositories inside the checkout are no part of the change: vendor\/x/);
    });

  const empty: [what: string, text: string, says: RegExp][] = [
    ['no .gitmodules names it', '', /vendor\/x is a commit of another repository that \.gitmodules does not name/],
    ['.gitmodules says so', gitmodules(['x', 'vendor/x', '/nowhere', '\tupdate = none\n']), /The submodule vendor\/x stays empty: \.gitmodules says update = none/],
  ]; // prettier-ignore
  for (const [what, text, says] of empty)
    it(`stay empty, which is said, when ${what}`, async () => {
      const lib = await makeRemote({ 'file.txt': 'hello\n' });
      const remote = await makeRemote({ 'vendor/x': await link(lib), '.gitmodules': text });
      const job = new Job({ remote });
      await job.run('clone');
      assert.match(job.log, says);
    });

  const hostile: [what: string, text: (marker: string) => string, says: RegExp][] = [
    ['that would run a program', (marker) => gitmodules(['x', 'vendor/x', `ext::touch ${marker}`]), /has a URL that is refused/],
    ['that is an option', (marker) => gitmodules(['x', 'vendor/x', `--upload-pack=touch ${marker}`]), /has a URL that is refused/],
    ['whose update is a program', (marker) => gitmodules(['x', 'vendor/x', '/nowhere', `\tupdate = !touch ${marker}\n`]), /Fetching the submodule vendor\/x from \/nowhere failed/],
    ['that is not there', () => gitmodules(['x', 'vendor/x', '/nowhere']), /Fetching the submodule vendor\/x from \/nowhere failed\. Let the credential read it, or say update = none/],
  ]; // prettier-ignore
  for (const [what, text, says] of hostile)
    it(`fail with CloneFailed for a URL ${what}`, async () => {
      const lib = await makeRemote({ 'file.txt': 'hello\n' });
      const job = new Job({ remote: '' });
      const remote = await makeRemote({ 'vendor/x': await link(lib), '.gitmodules': text(job.marker) });
      Object.assign(job.input.spec, { repos: [{ input: { url: remote } }] });
      const failure = await job.fails('clone');
      assert.equal(failure.reason, 'CloneFailed');
      assert.match(failure.message, says);
      assert.equal(existsSync(job.marker), false);
    });

  it('with a name that leads out of .git change nothing there', async () => {
    const lib = await makeRemote({ 'file.txt': 'hello\n' });
    const text = gitmodules(['../../evil', 'vendor/x', lib]);
    const job = new Job({ remote: await makeRemote({ 'vendor/x': await link(lib), '.gitmodules': text }) });
    await job.run('clone');
    assert.equal(await readFile(join(job.place.checkout, 'vendor/x/file.txt'), 'utf8'), 'hello\n');
    for (const path of [
      'evil',
      'workspace/evil',
      'workspace/checkout/evil',
      'workspace/checkout/.git/modules',
    ])
      assert.equal(existsSync(join(job.dir, path)), false, path);
  });

  it('are fetched with the credential, by a relative URL, and no file keeps it', async () => {
    const token = 'not-a-real-token-0123456789';
    const github = await startGithub({ tokens: [token] });
    try {
      const lib = await github.createRepo('example-org', 'lib', { files: { 'file.txt': 'hello\n' } });
      const app = await github.createRepo('example-org', 'app', { files: { 'a.txt': 'one\n' } });
      const text = gitmodules(['x', 'vendor/x', '../lib.git']);
      await commit(app.directory, { 'vendor/x': await link(lib.directory), '.gitmodules': text });
      const env = { BGTASK_GITHUB_API_URL: github.apiUrl };
      const job = new Job({ remote: app.cloneUrl, secrets: { forgeToken: token }, env });
      await job.run('clone');
      assert.equal(await readFile(join(job.place.checkout, 'vendor/x/file.txt'), 'utf8'), 'hello\n');
      const config = await readFile(join(job.place.checkout, 'vendor/x/.git/config'), 'utf8');
      assert.match(config, /url = http.*\/example-org\/lib\.git/);
      assert.doesNotMatch(config + job.log, /not-a-real-token/);
    } finally {
      await github.close();
    }
  });
});
