import assert from 'node:assert/strict';
import { API_VERSION, sessionName } from '../../src/api/names.ts';
import { connect } from '../../src/engine/kubernetes/client/connect.ts';
import type { KubeClient } from '../../src/engine/kubernetes/client/kube-client.ts';
import { ServerProcess } from '../support/rest/server-process.ts';
import { clusterForTests } from './harness/cluster-for-tests.ts';
import type { Cluster } from './harness/cluster.ts';
import { PretendKubelet } from './jobs/pretend-kubelet.ts';
import { PASSES } from './jobs/scripts.ts';
import type { OperatorProcess } from './scenarios/operator-process.ts';
import { NAMESPACE, PERSON, Scene } from './scenarios/scene.ts';

const PROJECT = 'team-a';
const OTHER = 'boss@example.com';
/** The operator is a process of this machine: its pod is for no node. */
const OPTIONS = [
  '--image',
  'registry.example.com/team/bgtask:1.0',
  '--node-selector',
  'example.com/none=here',
];

interface Finding {
  subject: string;
  level: string;
  message: string;
}

/** The minor version of Kubernetes 1. */
const minorOf = (version: string): number => Number(/^v1\.(\d+)\./.exec(version)?.[1]);

// One story: each step starts from what the one before left. BGTASK_TEST_KUBERNETES names an older version; .ci/versions runs them all.
describe('from install to uninstall, on this version of Kubernetes', function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let scene: Scene & { said: string };
  let operator: OperatorProcess;
  let client: KubeClient | undefined;
  let kubelet: PretendKubelet;
  let admission: string;

  before(async () => {
    cluster = await clusterForTests();
    scene = await Scene.apply(cluster, ...OPTIONS);
    admission = await scene.admission();
    await scene.project(PROJECT);
    operator = await scene.operator('one');
    await operator.said('reconciling');
    client = await connect({ kubeconfig: cluster.kubeconfig });
    assert.ok(client);
    kubelet = await PretendKubelet.start(client);
  });
  after(async () => {
    kubelet?.close();
    client?.close();
    await operator?.end('SIGKILL');
    await scene?.close();
    await cluster?.close();
  });

  it('has the admission policies, or where the cluster serves none the webhook', () => {
    const hasPolicies = /validatingadmissionpolicy.admissionregistration.k8s.io\/bgtask-identity created/;
    const hasWebhook = /validatingwebhookconfiguration\S+\/bgtask-webhook created/;
    assert.deepEqual(
      [hasPolicies.test(scene.said), hasWebhook.test(scene.said)],
      [admission !== 'webhook', admission === 'webhook'],
    );
    if (minorOf(scene.version) >= 30) assert.equal(admission, 'v1');
    if (minorOf(scene.version) < 28) assert.equal(admission, 'webhook');
  });

  it('may be applied again: every object is there already', async () => {
    const said = await scene.ok('admin', 'install', '--apply', ...OPTIONS);
    const changed = said.split('\n').filter((line) => / (created|deleted)/.test(line));
    assert.deepEqual(changed, []);
    // The certificate of the operator is still in the webhook: what follows shows it.
    if (admission === 'webhook') await scene.reachWebhook(operator);
  });

  it('is well, says the doctor, and names what is not in force', async () => {
    const { stdout } = await scene.bgtask('admin', 'doctor', '-n', PROJECT, '-o', 'json');
    const found = JSON.parse(stdout) as Finding[];
    const of = (subject: string): Finding | undefined => found.find((each) => each.subject === subject);
    for (const subject of [
      'cluster',
      'user',
      'agenticsessions',
      'identity policy',
      'status policy',
      'operator',
    ])
      assert.equal(of(subject)?.level, 'ok', `${subject}: ${of(subject)?.message}`);
    assert.equal(of('operator policy')?.level, admission === 'webhook' ? 'warning' : 'ok');
  });

  it('refuses a task in the name of another', async () => {
    const spec = { userContext: { userId: OTHER }, repos: [{ input: { url: 'https://example.com/a/b' } }] };
    for (const user of [PERSON, 'admin']) {
      const { code, stderr } = await cluster.kubectl(['create', '-f', '-'], {
        user,
        input: scene.manifest(PROJECT, 'forged', spec),
      });
      assert.equal(code, 1, `${user} made it`);
      assert.match(
        stderr,
        /must be the name that the cluster knows you by, "[^"]+", and is "boss@example\.com"/,
      );
    }
  });

  it('runs a task of `bgtask create` to its end, in the name of its caller', async () => {
    const repository = ['--repo', 'https://example.com/example-org/lodash', '-m', JSON.stringify(PASSES)];
    await scene.ok(PERSON, 'create', 'upgrade-lodash', '-n', PROJECT, ...repository);
    const task = await scene.becomes(
      PROJECT,
      'upgrade-lodash',
      'ended',
      ({ status }) => status?.phase === 'Completed' || status?.phase === 'Failed',
    );
    assert.equal(task.status?.phase, 'Completed', JSON.stringify(task.status));
    assert.equal(task.spec.userContext?.userId, PERSON);
    assert.match(await scene.ok(PERSON, 'logs', 'upgrade-lodash', '-n', PROJECT), /hello from work/);
  });

  it('takes a task by REST, in the name of its caller', async () => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: '/tmp', BGTASK_ENGINE: 'kubernetes' };
    const server = await ServerProcess.start(env, '--kubeconfig', cluster.kubeconfigFor('admin'));
    try {
      const person = await server.client(cluster.tokens[PERSON]);
      const { status, body } = await person.call('POST', `/api/projects/${PROJECT}/background-tasks`, {
        body: {
          name: 'by-rest',
          instructions: JSON.stringify(PASSES),
          repository: { url: 'https://example.com/example-org/rest', branch: 'main' },
        },
      });
      assert.equal(status, 201, JSON.stringify(body));
      assert.equal(body['creator'], PERSON);
    } finally {
      await server.end();
    }
    await scene.becomes(PROJECT, 'by-rest', 'completed', ({ status }) => status?.phase === 'Completed');
  });

  it('refuses a status and a change that are not the operator’s', async () => {
    const name = sessionName(PROJECT, 'by-rest');
    const patch = (body: object, ...more: string[]) =>
      cluster.kubectl([
        'patch',
        'as',
        name,
        '-n',
        PROJECT,
        '--type=merge',
        '-p',
        JSON.stringify(body),
        ...more,
      ]);
    const status = await patch({ status: { phase: 'Running' } }, '--subresource=status');
    assert.match(status.stderr, /only the bgtask operator/);
    const spec = await patch({ metadata: { labels: { 'ambient-code.io/creator': 'other' } } });
    assert.match(spec.stderr, /of a task cannot change after creation/);
  });

  it('selects tasks by their phase where the API server can, and says so where it cannot', async () => {
    const args = ['get', 'as', '-n', PROJECT, '--field-selector', 'status.phase=Completed', '-o', 'name'];
    const { code, stdout, stderr } = await cluster.kubectl(args);
    // On by default since 1.31; the CRD has the field from 1.30 on.
    if (minorOf(scene.version) < 31) return assert.match(stderr, /field label not supported: status\.phase/);
    assert.equal(code, 0, stderr);
    return assert.equal(stdout.split('\n').filter(Boolean).length, 2);
  });

  it('is removed without a trace', async () => {
    await scene.ok('admin', 'uninstall', '--crds', '--yes');
    const kinds = ['clusterrole', 'clusterrolebinding', 'validatingwebhookconfiguration', 'crd', 'namespace'];
    const left = await cluster.ok([
      'get',
      kinds.join(','),
      '-l',
      'app.kubernetes.io/name=bgtask',
      '-o',
      'name',
    ]);
    assert.equal(left, '');
    assert.doesNotMatch(
      await cluster.ok(['api-resources', '-o', 'name']),
      new RegExp(API_VERSION.split('/')[0] ?? ''),
    );
    assert.notEqual((await cluster.kubectl(['get', 'namespace', NAMESPACE])).code, 0);
  });
});
