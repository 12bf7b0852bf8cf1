import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { StageError } from '../../../src/domain/reasons.ts';
import { secretsFor } from '../../../src/operator/supervisor.ts';
import type { ForgeKind } from '../../../src/runner/forges/forge.ts';
import { forgeFor, forgeKinds, plugForge } from '../../../src/runner/forges/table.ts';
import { allTokenVariables } from '../../../src/runner/forges/tokens.ts';
import { missingSecret } from '../../../src/runner/missing-secret.ts';
import { remoteOf } from '../../../src/runner/repository.ts';
import { readSecretFiles } from '../../../src/runner/secret-files.ts';
import type { StageContext } from '../../../src/runner/stage-context.ts';
import { findTask } from '../../../src/service/find-task.ts';
import { examineForge } from '../../../src/service/doctor/machine/credentials.ts';
import { sampleInput, sampleSession } from '../../engine/kubernetes/jobs/samples.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { Job } from '../../support/stage/job.ts';
import { commit, tempFolder } from '../../support/stage/remote.ts';
import { freshRepo, standIn, TOKEN } from './fixtures.ts';

/** Where the made-up forge's hosts and its API are: the stand-in serves the repositories, another server the pull requests. */
interface Quux {
  QUUX_URL: string;
  QUUX_API: string;
}

const MADE_UP: ForgeKind = {
  name: 'quux',
  title: 'Quuxhub',
  serves: (url, env) =>
    [env['QUUX_URL'], 'https://quux.example'].some((host) => host && url.startsWith(`${host}/`)),
  tokenVariables: ['QUUX_TOKEN'],
  hosts: (env) => (env['QUUX_URL'] ? [new URL(env['QUUX_URL']).host] : []),
  signIn: {
    title: 'qx',
    command: 'qx login',
    token: (env) => Promise.resolve(env['QX_SAYS']),
  },
  hints: [[/could not read Username/, 'Quuxhub keeps it in the cellar: qx fetch it.']],
  templates: [['.quux/', /^merge\.md$/]],
  protectedPaths: ['.quux/ci.yml'],
  create: (context, env) => ({
    name: 'quux',
    async open({ branch, base, title, body }) {
      const headers = { authorization: `Quux ${context.token}` };
      const answer = await fetch(`${env['QUUX_API']}/merges`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ branch, base, title, body }),
        signal: context.signal,
      });
      if (!answer.ok) throw new StageError('PullRequestFailed', `Quuxhub answers ${answer.status}.`);
      const { url } = (await answer.json()) as { url: string };
      return { url, createdAt: '2026-01-31T12:00:00Z', created: true, warnings: [] };
    },
  }),
};

/** A task of a repository. */
const at = (url: string) => sampleSession('chore', { repos: [{ input: { url } }] });

/** Whom a task of the repository `own` shows the token at a URL; why it does not. */
const remote = (own: string, url: string): string | undefined => {
  const input = { spec: { repos: [{ input: { url: own } }] } };
  const secrets = { forgeToken: TOKEN };
  const context = { env: {}, input, secrets } as unknown as StageContext;
  const { options, withheld } = remoteOf(context, url);
  return options.credential?.origin ?? withheld;
};

describe('a forge that is a record of the table and nothing else', () => {
  const host = standIn();
  let api: Server;
  let quux: Quux;
  let unplug: () => void;
  /** What the API was asked. */
  const asked: { authorization: string | undefined; draft: Record<string, string> }[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { authorization } = request.headers;
    asked.push({ authorization, draft: JSON.parse(await text(request)) as Record<string, string> });
    response.end(JSON.stringify({ url: 'https://quux.example/example-org/app/merge/7' }));
  };

  before(async () => {
    unplug = plugForge(MADE_UP);
    api = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    quux = {
      QUUX_URL: new URL(host().apiUrl).origin,
      QUUX_API: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    };
  });
  beforeEach(() => void asked.splice(0));
  after(() => {
    unplug();
    api.close();
  });

  async function jobThat(agent: string): Promise<Job> {
    const repo = await freshRepo(host());
    await commit(repo.directory, { 'a.txt': 'one\n', '.quux/merge.md': '## Why, at Quuxhub\n' });
    return new Job({
      remote: repo.cloneUrl,
      agent,
      spec: { checks: [{ name: 'ok', run: 'true' }] },
      secrets: { forgeToken: TOKEN },
      env: { ...quux },
    });
  }

  it('is cloned from and pushed to with its token, and gets the pull request, with its own template', async () => {
    const job = await jobThat('echo two > a.txt');
    const { repo } = await job.all();
    assert.equal(repo?.prUrl, 'https://quux.example/example-org/app/merge/7');
    const [{ authorization, draft } = {}] = asked;
    assert.equal(authorization, `Quux ${TOKEN}`);
    assert.deepEqual([draft?.['branch'], draft?.['base']], [job.branch, 'main']);
    assert.match(draft?.['body'] ?? '', /## Why, at Quuxhub/);
    assert.ok(!job.log.includes(TOKEN));
  });

  it('protects what its CI obeys', async () => {
    const job = await jobThat('echo run > .quux/ci.yml');
    await job.make();
    const { reason, message } = await job.fails('publish');
    assert.equal(reason, 'ProtectedPath');
    assert.match(message, /\.quux\/ci\.yml/);
    assert.deepEqual(asked, []);
  });

  it('says in its own words why a clone failed', async () => {
    const job = new Job({ remote: `${quux.QUUX_URL}/example-org/none.git`, env: { ...quux } });
    assert.match((await job.fails('clone')).message, /qx fetch it/);
    const other = new Job({ remote: `${quux.QUUX_URL}/example-org/none.git` });
    assert.match((await other.fails('clone')).message, /set GITHUB_TOKEN/);
  });

  it('hears its own token alone, and no other forge hears it', () => {
    const [ours, github] = ['https://quux.example/o/app', 'https://github.com/example-org/app'];
    assert.equal(remote(ours, ours), 'https://quux.example');
    assert.equal(remote(github, github), 'https://github.com');
    assert.match(remote(ours, github) ?? '', /not sent to github\.com, which is not a known Quuxhub host/);
    assert.match(remote(github, ours) ?? '', /not sent to quux\.example, which is not a known GitHub host/);
  });

  it('has its token found where a person and a Secret keep it', async () => {
    const env = { QUUX_TOKEN: 'quux-token', GITHUB_TOKEN: 'other', QUUX_URL: 'https://git.quux.test' };
    const ours = at('https://quux.example/o/app');
    const hosts = { forgeHosts: ['git.quux.test'] };
    assert.deepEqual(await secretsFor('clone', ours, env), { forgeToken: 'quux-token', ...hosts });
    assert.deepEqual(await secretsFor('clone', at('https://github.com/o/app'), env), { forgeToken: 'other' });
    assert.deepEqual(await secretsFor('clone', ours, { QX_SAYS: 'signed-in' }), {
      forgeToken: 'signed-in',
      forgeHosts: ['quux.example'],
    });
    const folder = tempFolder();
    mkdirSync(join(folder, 'forge'));
    for (const name of ['QUUX_TOKEN', 'GITHUB_TOKEN'])
      writeFileSync(join(folder, 'forge', name), `of-${name}\n`);
    const place = { repository: 'https://quux.example/o/app', env: {} };
    assert.deepEqual(readSecretFiles(folder, place), { forgeToken: 'of-QUUX_TOKEN' });
    const error = new StageError('CloneFailed', 'The credential is missing.');
    const failed = { input: sampleInput(ours), secrets: {}, env: { BGTASK_SECRET: 'bgtask-forge' }, error };
    assert.match((await missingSecret(failed)) ?? '', /--from-literal=QUUX_TOKEN=/);
  });

  it('is looked for by the doctor', async () => {
    const env = { PATH: tempFolder() };
    const missing = await examineForge(env);
    assert.match(missing?.message ?? '', /^no token for GitHub or Quuxhub, /);
    assert.equal(missing?.fix, 'Set GITHUB_TOKEN or QUUX_TOKEN, or sign in with: gh auth login or qx login');
    assert.match((await examineForge({ ...env, QUUX_TOKEN: 'x' }))?.message ?? '', /is in QUUX_TOKEN/);
    assert.equal((await examineForge({ ...env, QX_SAYS: 'x' }))?.message, 'qx has a token');
    assert.ok(allTokenVariables().includes('QUUX_TOKEN'), 'the Secret of a cluster is looked at by these');
  });

  it('has its pull requests found by their URL, whichever page of one it is', async () => {
    const url = 'https://quux.example/o/app/merge/7';
    const store = new MemoryStore();
    const session = await store.create(
      'AgenticSession',
      sampleSession('chore', { autoPushOnComplete: true, interactive: false }),
    );
    await store.patchStatus('AgenticSession', session.metadata, { repos: [{ prUrl: url }] });
    const reader = { store, defaultProject: 'default' };
    for (const page of ['', '/', '/diff?x=1', '#note-2'])
      assert.equal(
        (await findTask(reader, session.metadata.namespace, `${url}${page}`)).metadata.name,
        session.metadata.name,
      );
    await assert.rejects(findTask(reader, session.metadata.namespace, `${url}7`), /has the pull request/);
  });

  it('goes before the forge of plain hosts, and cannot take a name that is taken', () => {
    assert.equal(forgeFor('https://quux.example/o/app', {}).name, 'quux');
    assert.equal(forgeFor('https://git.example.com/o/app', {}).name, 'file');
    assert.deepEqual(
      forgeKinds().map(({ name }) => name),
      ['github', 'quux', 'file'],
    );
    assert.throws(() => plugForge(MADE_UP), /quux is already there/);
  });
});
