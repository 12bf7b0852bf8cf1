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
    assert.doesNotMatch(job.log, /left out of the change/);
    assert.equal(await git(job.place.checkout, 'status', '--porcelain'), 'M a.txt'.padStart(8));
    assert.match(
      await git(job.place.checkout, 'submodule', 'status', '--recursive'),
      /^ \w+ vendor\/x .*\n \w+ vendor\/x\/inner\/y/,
    );
    assert.equal(await git(join(job.place.checkout, 'vendor/x'), 'remote', 'get-url', 'origin'), lib);
    assert.equal((await job.run('publish')).repo?.files, 1);
    const { base, modules, lfs, dir } = { ...job.place, dir: job.dir };
    const baseCheck = join(dir, 'base-check');
    await checkOut({ base, modules, lfs }, baseCheck, report.base);
    assert.equal(await readFile(join(baseCheck, 'vendor/x/inner/y/deep.txt'), 'utf8'), 'deep\n');
    assert.equal(await git(baseCheck, 'status', '--porcelain'), '');
  });

  const touched: [what: string, agent: string][] = [
    ['edits a file of one', 'echo more >> vendor/x/file.txt'],
    [
      'moves one and edits a file of it',
      'git -C vendor/x checkout -q origin/main; echo more >> vendor/x/file.txt',
    ],
    [
      'moves one and leaves another in it where it was',
      'git -C vendor/x/inner/y -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m x',
    ],
    ['puts a link in the place of one', 'rm -r vendor/x; ln -s /etc vendor/x'],
  ];
  for (const [what, agent] of touched)
    it(`are left out of the change, which is said when the agent ${what}`, async () => {
      const job = new Job({ remote: (await nested()).app, agent: `${agent}; ${AGENT}` });
      assert.deepEqual(await job.changed(await job.make()), ['a.txt']);
      assert.match(job.log, /Repositories inside the checkout are left out of the change: vendor\/x/);
    });

  it('that the agent moves are part of the change, and published', async () => {
    const { app, lib } = await nested();
    const tip = await git(lib, 'rev-parse', 'main');
    const job = new Job({ remote: app, agent: `git -C vendor/x checkout -q origin/main; ${AGENT}` });
    const report = await job.make();
    assert.deepEqual(await job.changed(report), ['a.txt', 'vendor/x']);
    assert.match(job.log, new RegExp(`The change moves the submodule vendor/x to ${tip.slice(0, 12)}`));
    await job.run('publish');
    assert.equal(await git(app, 'rev-parse', `${job.branch}:vendor/x`), tip);
  });

  it('that the agent moves to a commit that it fetched, or a branch of its own at one, are too', async () => {
    const { app, lib } = await nested();
    const job = new Job({
      remote: app,
      agent: 'cd vendor/x && git fetch -q origin && git checkout -q -B own origin/main',
    });
    await job.run('clone');
    const tip = await commit(lib, { 'file.txt': 'later\n' });
    await job.run('work');
    await job.run('publish');
    assert.equal(await git(app, 'rev-parse', `${job.branch}:vendor/x`), tip);
  });

  const GHOST = 'git -C vendor/x -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m x';
  const unpublished: [what: string, prepare: (lib: string) => Promise<unknown>, agent: string, says: RegExp][] = [
    ['that the agent made', async () => undefined, GHOST, /The change moves the submodule "vendor\/x" to \w{12}, which is on no branch and no tag of \S+remote\.git, so it is not published\. Push that commit there first/],
    ['that the remote has under another name than a branch or a tag', async (lib) => {
      await git(lib, 'update-ref', 'refs/pull/1/head', await commit(lib, { 'file.txt': 'x\n' }, 'evil'));
      await git(lib, 'update-ref', '-d', 'refs/heads/evil');
    }, 'cd vendor/x && git fetch -q origin refs/pull/1/head && git checkout -q FETCH_HEAD', /on no branch and no tag/],
  ]; // prettier-ignore
  for (const [what, prepare, agent, says] of unpublished)
    it(`are not published at a commit ${what}`, async () => {
      const { app, lib } = await nested();
      await prepare(lib);
      const job = new Job({ remote: app, agent });
      await job.make();
      const failure = await job.fails('publish');
      assert.equal(failure.reason, 'AgentFailed');
      assert.match(failure.message, says);
    });

  it('are asked for where the base says, whatever the change says', async () => {
    const { app } = await nested();
    const other = await makeRemote({ 'file.txt': 'evil\n' });
    const agent = `git config -f .gitmodules 'submodule.the x.url' ${other}; cd vendor/x && git fetch -q ${other} main && git checkout -q FETCH_HEAD`;
    const job = new Job({ remote: app, agent });
    await job.make();
    assert.match((await job.fails('publish')).message, /on no branch and no tag/);
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
