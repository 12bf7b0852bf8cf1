import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { clusterForTests } from './cluster-for-tests.ts';
import type { Cluster } from './cluster.ts';
import { processesOf } from './processes.ts';

const job = JSON.stringify({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'one' },
  spec: {
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'localhost/none:1' }] },
    },
  },
});

describe('a control plane for tests', function () {
  this.timeout(900_000);
  let cluster: Cluster;
  before(async () => {
    cluster = await clusterForTests({ users: ['carol', { name: 'dave', groups: ['team-a', 'team-b'] }] });
  });
  after(() => cluster.close());

  it('is ready when it is returned: a Job gets its pod, which stays Pending', async () => {
    await cluster.ok(['create', '-f', '-'], { input: job });
    await cluster.ok(['wait', '--for=create', 'pod', '--selector=job-name=one', '--timeout=30s']);
    const phase = await cluster.ok([
      'get',
      'pods',
      '--selector=job-name=one',
      '-o=jsonpath={.items[*].status.phase}',
    ]);
    assert.equal(phase, 'Pending');
  });

  for (const [user, groups] of [
    ['admin', ['system:masters', 'system:authenticated']],
    ['user@example.com', ['system:authenticated']],
    ['kube:admin', ['system:authenticated']],
    ['carol', ['system:authenticated']],
    ['dave', ['team-a', 'team-b', 'system:authenticated']],
  ] as const) {
    it(`knows ${user} by that name`, async () => {
      const review = JSON.parse(await cluster.ok(['auth', 'whoami', '-o=json'], { user }));
      assert.equal(review.status.userInfo.username, user);
      assert.deepEqual(review.status.userInfo.groups, groups);
    });
  }

  it('gives an ordinary user no rights', async () => {
    const { code, stderr } = await cluster.kubectl(['get', 'pods'], { user: 'alice' });
    assert.equal(code, 1);
    assert.match(stderr, /User "alice" cannot list resource "pods"/);
  });

  it('says what to do about a user whom it does not know', () => {
    assert.throws(() => cluster.kubeconfigFor('erin'), /no user erin: name it in the option users/);
  });

  it('keeps its objects and its address while the API server is stopped and started', async () => {
    await cluster.ok(['create', 'configmap', 'kept']);
    await cluster.stopApiserver();
    const { code, stderr } = await cluster.kubectl(['get', 'configmap', 'kept']);
    assert.equal(code, 1);
    assert.match(stderr, /refused/);
    await cluster.startApiserver();
    await cluster.ok(['get', 'configmap', 'kept']);
  });

  it('is silent while the API server is paused, and answers afterwards', async () => {
    cluster.pauseApiserver();
    const { code } = await cluster.kubectl(['get', 'namespaces', '--request-timeout=1s']);
    cluster.resumeApiserver();
    assert.equal(code, 1);
    await cluster.ok(['get', 'namespaces']);
  });

  it('has nothing to do with a second one beside it, which leaves nothing behind', async () => {
    const other = await clusterForTests();
    const folder = dirname(other.logs);
    await other.ok(['create', 'namespace', 'only-there']);
    const here = await cluster.kubectl(['get', 'namespace', 'only-there']);
    assert.equal(here.code, 1);
    const token = cluster.tokens.alice ?? '';
    const stranger = await other.kubectl(['auth', 'whoami', `--token=${token}`], { user: 'alice' });
    assert.equal(stranger.code, 1, 'a token of one cluster opens the other');
    assert.notDeepEqual(processesOf(other.id), []);
    other.pauseApiserver();
    await other.close();
    assert.deepEqual(processesOf(other.id), []);
    assert.equal(existsSync(folder), false);
    await cluster.ok(['get', 'namespaces']);
  });
});
