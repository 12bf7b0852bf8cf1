import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEvents } from '../../support/rest/event-reader.ts';
import type { RestClient } from '../../support/rest/rest-client.ts';
import { ServerProcess } from '../../support/rest/server-process.ts';
import { type Match, isWatch } from '../../support/fault-proxy/exchange.ts';
import { FaultProxy } from '../../support/fault-proxy/fault-proxy.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import { PERSON, Scene } from '../scenarios/scene.ts';

const PROJECT = 'team-a';
const TASKS = `/api/projects/${PROJECT}/background-tasks`;

interface View {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
}

const lists: Match = ({ method, path }) => method === 'GET' && path.endsWith('/agenticsessions');

describe('bgtask server, when the API server is in trouble', function () {
  this.timeout(200_000);
  let cluster: Cluster;
  let scene: Scene;
  let proxy: FaultProxy;
  let server: ServerProcess;
  let person: RestClient;
  let folder: string;

  before(async () => {
    cluster = await clusterForTests();
    scene = await Scene.install(cluster);
    await scene.project(PROJECT);
    const view = JSON.parse(await cluster.ok(['config', 'view', '--raw', '-o', 'json'])) as View;
    const direct = view.clusters[0]?.cluster;
    if (!direct) throw new Error('the kubeconfig names no cluster');
    const ca = Buffer.from(direct['certificate-authority-data'], 'base64').toString();
    proxy = await FaultProxy.start({ url: direct.server, ca });
    folder = mkdtempSync(join(tmpdir(), 'bgtask-server-'));
    const kubeconfig = join(folder, 'kubeconfig');
    const through = {
      server: proxy.url,
      'certificate-authority-data': Buffer.from(proxy.ca).toString('base64'),
    };
    writeFileSync(kubeconfig, JSON.stringify({ ...view, clusters: [{ name: 'test', cluster: through }] }));
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, BGTASK_ENGINE: 'kubernetes' };
    server = await ServerProcess.start(env, '--kubeconfig', kubeconfig, '--request-timeout', '3s');
    person = await server.client(cluster.tokens[PERSON]);
  });
  after(async () => {
    await server?.end();
    proxy?.close();
    await scene?.close();
    await cluster?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('its 429 becomes 429, with when to come again', async () => {
    const rule = proxy.rule(lists, { status: 429, retryAfter: 60 });
    const { status, headers } = await person.call('GET', TASKS);
    rule.end();
    assert.deepEqual([status, headers.get('retry-after')], [429, '1']);
  });

  for (const [what, fault] of [
    ['answers 500', { status: 500 }],
    ['cuts the connection', { before: 'cut' }],
    ['never answers', { before: 'silence' }],
  ] as const)
    it(`when it ${what}, 503 after the time for a request at most, and 200 again afterwards`, async () => {
      const rule = proxy.rule(lists, fault);
      const { status, body } = await person.call('GET', TASKS);
      rule.end();
      assert.equal(status, 503, JSON.stringify(body));
      assert.equal((await person.call('GET', TASKS)).status, 200);
    });

  it('a caller is told of a change although the watch was broken meanwhile', async () => {
    const made = await person.call('POST', TASKS, {
      body: {
        name: 'long',
        instructions: 'Do it.',
        repository: { url: 'https://example.com/example-org/app' },
      },
    });
    assert.equal(made.status, 201);
    const events = readEvents(await person.open('GET', `${TASKS}/long/events`));
    await events.next();
    proxy.breakStreams(isWatch('agenticsessions'));
    await person.call('POST', `${TASKS}/long/cancel`);
    for await (const { data } of events) if (data['cancelRequested'] === true) return;
    assert.fail('the stream ended');
  });
});
