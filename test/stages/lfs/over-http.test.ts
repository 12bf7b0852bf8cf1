import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOut } from '../../../src/runner/checkout.ts';
import { BASE, NEW, OLD } from '../../support/lfs-repository.ts';
import { json, type Lie, LfsServer, oidOf, pointerOf } from '../../support/lfs-server.ts';
import { Job } from '../../support/stage/job.ts';
import { git } from '../../support/stage/remote.ts';

const TOKEN = 'not-a-real-token-0123456789';
/** One object's answer in a batch. */
const object = (more: object): object => ({ objects: [{ oid: oidOf(OLD), size: OLD.length, ...more }] });
const batch =
  (status: number, body: object): Lie =>
  ({ call }, response) =>
    call === 'batch:download' && (json(response, status, body), true);
const get =
  (send: (response: Parameters<Lie>[1]) => unknown): Lie =>
  ({ call }, response) =>
    call === 'get' && (send(response), true);

describe('files of Git LFS over HTTP', () => {
  let server: LfsServer;
  let count = 0;
  beforeEach(async () => (server = await new LfsServer().start()));
  afterEach(() => server.close());

  const jobOn = async (
    agent: string,
    files: Record<string, string> = BASE,
    env: Record<string, string> = {},
  ) => {
    const { url, directory } = await server.repository(`r-${count++}`, files, [OLD]);
    const host = new URL(url).host;
    const job = new Job({
      remote: url,
      agent,
      secrets: { forgeToken: TOKEN },
      env: { BGTASK_FORGE_HOST: host, ...env },
    });
    return { job, directory };
  };

  it('are there for the agent and the checks, and do not count as changed', async () => {
    server.token = TOKEN;
    const check = [{ name: 'test', run: `grep -q 'an old picture' old.bin && git diff --exit-code` }];
    const { job } = await jobOn(`grep -q 'an old picture' old.bin && echo two > b.txt`);
    Object.assign(job.input.spec, { checks: check });
    const report = await job.make();
    assert.deepEqual(await job.changed(report), ['b.txt']);
    assert.deepEqual(
      report.checks?.map(({ result }) => result),
      ['passed'],
      job.log,
    );
    assert.match(job.log, /Fetching 1 file of Git LFS \(15 bytes\) from http/);
    assert.deepEqual(server.calls(), ['batch:upload', 'batch:download', 'get']);
    assert.ok(!job.log.includes(TOKEN));
  });

  it('are there in the checkout of the base too, with objects that are what their names say', async () => {
    const { job } = await jobOn('echo two > a.txt');
    const report = await job.make();
    const { base, modules, lfs, dir } = { ...job.place, dir: job.dir };
    const baseCheck = join(dir, 'base-check');
    await checkOut({ base, modules, lfs }, baseCheck, report.base);
    assert.equal(await readFile(join(baseCheck, 'old.bin'), 'utf8'), OLD);
    const oid = oidOf(OLD);
    await writeFile(join(lfs, 'objects', oid.slice(0, 2), oid.slice(2, 4), oid), 'AN OLD PICTURE\n');
    await rm(baseCheck, { recursive: true });
    await assert.rejects(checkOut({ base, modules, lfs }, baseCheck, report.base), /other content came/);
  });

  it('that the agent adds or changes are uploaded, and their pointers are in the commit', async () => {
    server.token = TOKEN;
    const { job, directory } = await jobOn(
      `printf 'a new picture\\n' | tee new.bin > old.bin; chmod +x new.bin`,
    );
    const report = await job.all();
    assert.equal(report.repo?.files, 2);
    for (const path of ['old.bin', 'new.bin'])
      assert.equal(await git(directory, 'show', `${job.branch}:${path}`), pointerOf(NEW).trimEnd());
    assert.match(await git(directory, 'ls-tree', job.branch, 'new.bin'), /^100755/);
    assert.equal(server.objects.get(oidOf(NEW))?.toString(), NEW);
    assert.deepEqual(server.calls().slice(-3), ['batch:upload', 'put', 'verify']);
    assert.match(job.log, /Uploading 1 file of Git LFS to http/);
  });

  it('are uploaded once at two paths; a pointer that is a text of the repository asks no server', async () => {
    const { job } = await jobOn(`printf 'a new picture\\n' | tee new.bin > 'odd "näme.bin'`);
    await job.all();
    assert.equal(server.calls().filter((call) => call === 'put').length, 1);
    server.seen.splice(0);
    const text = await jobOn(`printf '${pointerOf(NEW).replaceAll('\n', '\\n')}' > pointer.txt`);
    await text.job.all();
    assert.ok(!server.calls().includes('put'));
    assert.equal(
      server.calls().filter((call) => call === 'batch:upload').length,
      1,
      'the clone stage alone asks',
    );
  });

  it('that the agent names in a pointer of its own and that are nowhere are refused', async () => {
    const { job, directory } = await jobOn(`printf '${pointerOf(NEW).replaceAll('\n', '\\n')}' > new.bin`);
    await job.make();
    const failure = await job.fails('publish');
    assert.equal(failure.reason, 'PushDenied');
    assert.match(failure.message, /does not have object \w{12} \(14 bytes\), and the task did not make it/);
    assert.equal(await git(directory, 'branch', '--list', job.branch), '');
  });

  it('that the agent moves are not uploaded again', async () => {
    const { job, directory } = await jobOn('mv old.bin moved.bin');
    await job.all();
    assert.equal(await git(directory, 'show', `${job.branch}:moved.bin`), pointerOf(OLD).trimEnd());
    assert.ok(!server.calls().includes('put'));
  });

  it('are put back when a check changes them', async () => {
    const { job } = await jobOn('echo two > a.txt');
    Object.assign(job.input.spec, { checks: [{ name: 'test', run: 'echo broken > old.bin' }] });
    const report = await job.make();
    assert.deepEqual(await job.changed(report), ['a.txt']);
    assert.equal(await readFile(join(job.place.checkout, 'old.bin'), 'utf8'), OLD);
  });

  it('stay pointers where .lfsconfig leaves them out, or GIT_LFS_SKIP_SMUDGE does', async () => {
    const cases: [files: Record<string, string>, env: Record<string, string>][] = [
      [{ ...BASE, '.lfsconfig': '[lfs]\n\tfetchexclude = *.bin\n' }, {}],
      [{ ...BASE, '.lfsconfig': '[lfs]\n\tfetchinclude = docs/**, other\n' }, {}],
      [BASE, { GIT_LFS_SKIP_SMUDGE: '1' }],
    ];
    for (const [files, env] of cases) {
      const { job } = await jobOn('true', files, env);
      await job.run('clone');
      assert.equal(await readFile(join(job.place.checkout, 'old.bin'), 'utf8'), pointerOf(OLD));
      assert.match(job.log, /Files of Git LFS that stay pointers, for agent and checks too \(1\): old\.bin/);
      assert.ok(!server.calls().includes('batch:download'));
    }
  });

  const lies: [what: string, lie: Lie, says: RegExp][] = [
    ['refuses the credential', batch(403, { message: 'You shall not read' }), /refuses the credential \(403\): You shall not read/],
    ['knows no Git LFS', batch(404, {}), /has no Git LFS for this repository, or hides it/],
    ['refuses the objects', batch(422, { message: 'Not so' }), /refuses the objects \(422\): Not so/],
    ['lacks the object', batch(200, object({ error: { code: 404, message: 'gone' } })), /refuses object \w{12} \(15 bytes\) with code 404: gone/],
    ['says nothing of the object', batch(200, { objects: [] }), /says nothing of object/],
    ['answers with another thing', batch(200, { hello: 1 }), /something else than Git LFS' API has/],
    ['wants a program to transfer', batch(200, { transfer: 'evil', ...object({}) }), /wants the transfer "evil", and bgtask runs no transfer program/],
    ['sends to an inner address', batch(200, object({ actions: { download: { href: 'https://169.254.169.254/x' } } })), /https:\/\/169\.254\.169\.254 is an address of an inner network/],
    ['sends to this machine by name', batch(200, object({ actions: { download: { href: 'https://localhost:1/x' } } })), /https:\/\/localhost:1 is an address of an inner network/],
    ['sends to a file', batch(200, object({ actions: { download: { href: 'file:///etc/passwd' } } })), /is not https/],
    ['sends to http', batch(200, object({ actions: { download: { href: 'http://example.com/x' } } })), /http:\/\/example\.com is not https/],
    ['sends a credential in the URL', batch(200, object({ actions: { download: { href: 'https://a:b@example.com/x' } } })), /holds a credential/],
    ['sends other content', get((response) => response.end('an odd picture\n')), /other content came than the pointer names/],
    ['sends too much', get((response) => response.end(`${OLD}more`)), /more came than the 15 bytes/],
    ['redirects to an inner address', get((response) => response.writeHead(302, { location: 'https://10.0.0.1/x' }).end()), /https:\/\/10\.0\.0\.1 is an address of an inner network/],
    ['redirects for ever', get((response) => response.writeHead(302, { location: '#' }).end()), /redirects more than 3 times/],
  ]; // prettier-ignore
  for (const [what, lie, says] of lies)
    it(`fail with CloneFailed when the server ${what}`, async () => {
      server.lie = lie;
      const { job } = await jobOn('true');
      const failure = await job.fails('clone');
      assert.equal(failure.reason, 'CloneFailed');
      assert.match(failure.message, says);
      assert.match(failure.message, /lfs\.fetchexclude of \.lfsconfig, or set GIT_LFS_SKIP_SMUDGE=1/);
    });

  const refusals: [what: string, lie: Lie, says: RegExp][] = [
    ['refuses uploads', ({ call }, response) => call === 'batch:upload' && (json(response, 403, { message: 'Read only' }), true), /refuses the credential \(403\): Read only\. The agent was not run/],
    ['has no Git LFS', ({ call }, response) => call === 'batch:upload' && (json(response, 501, {}), true), /has no Git LFS \(501\)/],
    ['redirects elsewhere', ({ call }, response) => call === 'batch:upload' && (response.writeHead(307, { location: 'https://example.com/x' }).end(), true), /redirects to https:\/\/example\.com, another server, which is not followed/],
  ]; // prettier-ignore
  for (const [what, lie, says] of refusals)
    it(`end the task before the agent when the server ${what}`, async () => {
      server.lie = lie;
      const { job } = await jobOn('true');
      const failure = await job.fails('clone');
      assert.equal(failure.reason, 'PushDenied');
      assert.match(failure.message, says);
    });

  it('end the task without a push when the upload fails', async () => {
    const { job, directory } = await jobOn(`printf 'a new picture\\n' > new.bin`);
    await job.make();
    server.lie = ({ call }, response) => call === 'put' && (response.writeHead(507).end(), true);
    const failure = await job.fails('publish');
    assert.equal(failure.reason, 'PushDenied');
    assert.match(failure.message, /is out of storage \(507\)\. Nothing was pushed/);
    assert.equal(await git(directory, 'branch', '--list', job.branch), '');
  });

  const endpoints: [what: string, config: string, says: RegExp][] = [
    ['another scheme', '[lfs]\n\turl = ext::sh -c x\n', /endpoint that is refused: it is not an https URL/],
    ['a folder', '[lfs]\n\turl = /etc\n', /it is not an https URL/],
    ['a file', '[lfs]\n\turl = file:///etc\n', /it is not an https URL/],
    ['an inner address', '[lfs]\n\turl = https://192.168.1.1/lfs\n', /https:\/\/192\.168\.1\.1 is an address of an inner network/],
    ['an inner address as a number', '[lfs]\n\turl = https://2130706433/lfs\n', /https:\/\/127\.0\.0\.1 is an address of an inner network/],
    ['an inner address of IPv6', '[lfs]\n\turl = https://[::ffff:10.0.0.1]/lfs\n', /is an address of an inner network/],
    ['a name with an inner address', '[lfs]\n\turl = https://localhost./lfs\n', /is an address of an inner network/],
    ['plain http', '[lfs]\n\turl = http://example.com/lfs\n', /http:\/\/example\.com is not https/],
    ['a credential', '[lfs]\n\turl = https://a:b@example.com/lfs\n', /holds a credential/],
    ['another host by ssh', '[lfs]\n\turl = git@example.com:o/r\n', /it is on another host by ssh/],
    ['an endpoint of the remote', '[remote "origin"]\n\tlfsurl = https://10.1.2.3/lfs\n', /https:\/\/10\.1\.2\.3 is an address/],
  ]; // prettier-ignore
  for (const [what, config, says] of endpoints)
    it(`are not fetched where .lfsconfig names ${what}`, async () => {
      const { job } = await jobOn('true', { ...BASE, '.lfsconfig': config });
      const failure = await job.fails('clone');
      assert.match(failure.message, says);
      assert.deepEqual(server.calls(), []);
    });

  it('never start a program that .lfsconfig or the attributes name', async () => {
    const { job } = await jobOn('true');
    const hostile = `[lfs]\n\tstandalonetransferagent = evil\n\tconcurrenttransfers = 1\n[lfs "customtransfer.evil"]\n\tpath = touch\n\targs = ${job.marker}\n[filter "lfs"]\n\tsmudge = touch ${job.marker}\n\tclean = touch ${job.marker}\n[core]\n\tsshCommand = touch ${job.marker}\n[credential]\n\thelper = !touch ${job.marker}\n`;
    const other = await server.repository('hostile', { ...BASE, '.lfsconfig': hostile }, [OLD]);
    Object.assign(job.input.spec, { repos: [{ input: { url: other.url } }] });
    await job.all();
    await assert.rejects(readFile(job.marker), { code: 'ENOENT' });
  });

  it('are asked for without the credential where the server is not the forge’s', async () => {
    const stranger = await new LfsServer().start();
    try {
      const { url } = await server.repository('away', {
        ...BASE,
        '.lfsconfig': `[lfs]\n\turl = ${stranger.url}/o/x.git/info/lfs\n`,
      });
      const job = new Job({
        remote: url,
        secrets: { forgeToken: TOKEN },
        env: { BGTASK_FORGE_HOST: new URL(url).host },
      });
      assert.match((await job.fails('clone')).message, /is not https/);
      assert.deepEqual(stranger.seen, []);
    } finally {
      await stranger.close();
    }
  });
});
