import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../src/engine/kubernetes/install/object.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import { until } from '../harness/until.ts';
import { defaultJobConfig } from '../../../src/engine/kubernetes/jobs/job-config.ts';
import { jobNetwork } from '../../../src/engine/kubernetes/jobs/job-network.ts';
import { runCommand } from '../../engine/kubernetes/install/run-command.ts';
import { type Callers, callers, session } from './requests.ts';

const CRD = 'agenticsessions.vteam.ambient-code';
const NAMESPACE = 'bgtask-system';
const IMAGE = 'example.com/remembered/bgtask:1.0';

/** A CRD of this name as another program may have it. */
const FOREIGN = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: CRD },
  spec: {
    group: 'vteam.ambient-code',
    scope: 'Namespaced',
    names: { kind: 'AgenticSession', plural: 'agenticsessions', singular: 'agenticsession' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** The words after each object's name, by name. */
const actions = (stdout: string): Map<string, string> =>
  new Map(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => [line.split(' ')[0] ?? '', line.split(' ').slice(1).join(' ')]),
  );

describe('installing, on a real API server', function () {
  this.timeout(600_000);
  let cluster: Cluster;
  let people: Callers;

  const run = (verb: 'install' | 'uninstall', ...args: string[]) =>
    runCommand(verb, ...args, '--kubeconfig', cluster.kubeconfig);
  const apply = async (...args: string[]): Promise<Map<string, string>> => {
    const { code, stdout, stderr } = await run('install', '--apply', ...args);
    assert.equal(code, 0, stderr);
    return actions(stdout);
  };
  const replicas = (): Promise<string> =>
    cluster.ok(['-n', NAMESPACE, 'get', 'deployment', 'bgtask-operator', '-o', 'jsonpath={.spec.replicas}']);
  const wait = (): string[] => (cluster.controllers ? [] : ['--no-wait']);
  const object = async (
    kind: string,
    name: string,
    namespace?: string,
  ): Promise<KubernetesObject | undefined> => (await people.verbs(kind)).get({ name, namespace });

  before(async () => {
    cluster = await clusterForTests();
    people = callers(cluster.kubeconfig);
    await cluster.ok(['create', 'namespace', 'team-a']);
  });
  after(async () => {
    people.close();
    await cluster.close();
  });

  // One story: each step starts from what the one before left.
  it("refuses to replace another program's CRD, says why, and changes nothing", async () => {
    await cluster.ok(['create', '-f', '-'], { input: JSON.stringify(FOREIGN) });
    const { code, stdout, stderr } = await run('install', '--apply');
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      new RegExp(`a CustomResourceDefinition ${CRD} of another program: it has no spec.mode, spec.prompt`),
    );
    assert.match(stderr, /Nothing was changed/);
    assert.equal(await object('Namespace', NAMESPACE), undefined);
    await cluster.ok(['delete', 'crd', CRD]);
  });

  it('prints manifests that the API server takes without a warning about unknown fields', async () => {
    const { code, stdout } = await run('install');
    assert.equal(code, 0);
    await cluster.ok(['create', 'namespace', NAMESPACE]);
    const dry = await cluster.kubectl(
      ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'],
      { input: stdout },
    );
    assert.equal(dry.code, 0, dry.stderr);
    assert.equal(dry.stderr, '');
    assert.equal(dry.stdout.trim().split('\n').length, stdout.split('\n---\n').length);
    await cluster.ok(['delete', 'namespace', NAMESPACE, ...(cluster.controllers ? [] : ['--wait=false'])]);
  });

  it('creates every object, and says so of each', async () => {
    const done = await apply();
    assert.deepEqual([...new Set(done.values())], ['created']);
    assert.ok(
      done.has(`customresourcedefinition.apiextensions.k8s.io/${CRD}`) &&
        done.has('deployment.apps/bgtask-operator'),
    );
  });

  it("makes an operator whose pods the namespace's Pod Security level lets in", async () => {
    if (!cluster.controllers) return;
    await until("the operator's pod", 60, async () => {
      const pods = await cluster.ok([
        'get',
        'pods',
        '-n',
        NAMESPACE,
        '-o',
        'name',
        '-l',
        'app.kubernetes.io/component=operator',
      ]);
      return pods.startsWith('pod/');
    });
  });

  it('changes nothing when it is applied again', async () => {
    const { 'configmap/bgtask-config': settings, ...rest } = Object.fromEntries(await apply());
    assert.deepEqual([...new Set(Object.values(rest))], ['unchanged']);
    assert.match(settings ?? '', /^left as it is/);
  });

  it('takes over what was chosen before, says so, and forgets it when told to', async () => {
    await run('install', '--apply', '--image', IMAGE, '--replicas', '2');
    const { code, stderr } = await run('install', '--apply', '--requests', 'cpu=50m,memory=128Mi');
    assert.equal(code, 0, stderr);
    assert.ok(
      stderr.includes(`As at the last installation: --image ${IMAGE} --replicas 2 (--forget`),
      stderr,
    );
    assert.equal(await replicas(), '2');
    const forgotten = await run('install', '--apply', '--image', IMAGE, '--forget');
    assert.doesNotMatch(forgotten.stderr, /As at the last installation/);
    assert.equal(await replicas(), '1');
  });

  it('upgrades: tasks and settings stay, and what changed is configured', async () => {
    const sessions = await people.verbs('AgenticSession');
    await sessions.create(session('team-a', 'kept', await whoami()));
    const configMaps = await people.verbs('ConfigMap');
    await configMaps.patch(
      { namespace: NAMESPACE, name: 'bgtask-config' },
      { data: { 'config.yaml': 'limits: { perUser: 5 }\n' } },
    );
    const done = await apply('--image', 'example.com/team/bgtask:2.0');
    assert.equal(done.get('deployment.apps/bgtask-operator'), 'configured');
    assert.equal(done.get('serviceaccount/bgtask-operator'), 'unchanged');
    assert.ok(await sessions.get({ namespace: 'team-a', name: 'kept' }));
    const kept = await configMaps.get({ namespace: NAMESPACE, name: 'bgtask-config' });
    assert.deepEqual(kept?.data, { 'config.yaml': 'limits: { perUser: 5 }\n' });
  });

  it('upgrades from an older release, whose CRD has fewer fields', async () => {
    const crds = await people.verbs('CustomResourceDefinition');
    await crds.patch(
      { name: CRD },
      [
        { op: 'remove', path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/checks' },
        {
          op: 'remove',
          path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations',
        },
      ],
      { type: 'json' },
    );
    const done = await apply('--image', 'example.com/team/bgtask:2.0');
    assert.equal(done.get(`customresourcedefinition.apiextensions.k8s.io/${CRD}`), 'configured');
    assert.match(JSON.stringify(await crds.get({ name: CRD })), /checks cannot change after creation/);
    assert.ok(await object('AgenticSession', 'kept', 'team-a'));
  });

  it('has the webhook for an older Kubernetes, and without it again once the cluster has admission policies', async () => {
    const webhook = 'validatingwebhookconfiguration.admissionregistration.k8s.io/bgtask-webhook';
    const older = await apply('--kubernetes-version', '1.28');
    assert.equal(older.get(webhook), 'created');
    const newer = await apply();
    assert.match(newer.get(webhook) ?? '', /^deleted/);
    assert.equal(await object('ValidatingWebhookConfiguration', 'bgtask-webhook'), undefined);
    assert.equal(await object('ClusterRole', 'bgtask-webhook'), undefined);
  });

  it('refuses a second operator in another namespace', async () => {
    const { code, stderr } = await run('install', '--apply', '-n', 'elsewhere');
    assert.equal(code, 1);
    assert.match(stderr, /bgtask is installed in namespace bgtask-system already/);
    assert.equal(await object('Namespace', 'elsewhere'), undefined);
  });

  it('prints the objects as JSON with -o json', async () => {
    const { stdout } = await run('install', '--apply', '-o', 'json');
    const { kind, items } = JSON.parse(stdout) as { kind: string; items: KubernetesObject[] };
    assert.equal(kind, 'List');
    assert.ok(items.every(({ metadata }) => metadata.resourceVersion));
  });

  it('does not remove the tasks without being told twice', async () => {
    const { code, stderr } = await run('uninstall', '--crds');
    assert.equal(code, 2);
    assert.match(stderr, /--crds deletes 1 task and 0 templates in 1 project/);
    assert.ok(await object('Deployment', 'bgtask-operator', NAMESPACE));
  });

  it('uninstalls all but the CRDs and the tasks, and warns of what has not ended', async () => {
    // As the operator makes it before a Job starts.
    const network = jobNetwork('team-a', defaultJobConfig('i').networkPolicy);
    await cluster.ok(['create', '-f', '-'], { input: JSON.stringify(network) });
    const { code, stdout, stderr } = await run('uninstall', ...wait());
    assert.equal(code, 0, stderr);
    assert.match(stderr, /1 task had not ended/);
    const done = actions(stdout);
    assert.match(done.get(`customresourcedefinition.apiextensions.k8s.io/${CRD}`) ?? '', /^left as it is/);
    assert.equal(done.get('networkpolicy.networking.k8s.io/bgtask-jobs'), 'deleted');
    assert.ok(await object('AgenticSession', 'kept', 'team-a'));
    const left = await cluster.ok([
      'get',
      'clusterroles,clusterrolebindings,validatingadmissionpolicies,validatingadmissionpolicybindings,priorityclasses',
      '-o',
      'name',
      '-l',
      'app.kubernetes.io/managed-by=bgtask',
    ]);
    assert.equal(left.trim(), '');
  });

  it("installs into a namespace that is the user's own, and leaves that as it was", async () => {
    await cluster.ok(['create', 'namespace', 'own']);
    const done = await apply('-n', 'own');
    assert.match(done.get('namespace/own') ?? '', /^left as it is \(bgtask did not make this namespace\)/);
    assert.ok(!JSON.stringify((await object('Namespace', 'own'))?.metadata.labels).includes('pod-security'));
  });

  it('uninstalls from there with the CRDs, and leaves the namespace', async () => {
    const { code, stdout, stderr } = await run('uninstall', '-n', 'own', '--crds', '--yes', ...wait());
    assert.equal(code, 0, stderr);
    const done = actions(stdout);
    assert.equal(done.get(`customresourcedefinition.apiextensions.k8s.io/${CRD}`), 'deleted');
    assert.match(done.get('namespace/own') ?? '', /^left as it is \(bgtask did not make it\)/);
    assert.equal(await object('Deployment', 'bgtask-operator', 'own'), undefined);
  });

  it('says that nothing is there when it is uninstalled again', async () => {
    const { code, stderr } = await run('uninstall', ...wait());
    assert.equal(code, 0);
    assert.match(stderr, /bgtask is not installed in namespace bgtask-system/);
  });

  /** Who admin is to this cluster. */
  async function whoami(): Promise<string> {
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const answer = await (
      await people.as()
    ).json({ method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: review });
    return (answer as { status: { userInfo: { username: string } } }).status.userInfo.username;
  }
});
