import assert from 'node:assert/strict';
import type { KubeClient } from '../../../src/engine/kubernetes/client/kube-client.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import { until } from '../harness/until.ts';
import { runCommand } from '../../engine/kubernetes/install/run-command.ts';
import { account, type Callers, callers } from './requests.ts';

const PROJECT = 'team-a';
const HOME = 'bgtask-system';
const OPERATOR = account('bgtask-operator');
const SERVER = account('bgtask-server');

/** `verbs resource[/subresource][.group][:name]`, in a namespace. */
type Row = readonly [user: string, namespace: string, verbs: string, resource: string];

const SESSIONS = 'agenticsessions.vteam.ambient-code';
const TEMPLATES = 'tasktemplates.vteam.ambient-code';

const MAY: Row[] = [
  [OPERATOR, PROJECT, 'get list watch delete', SESSIONS],
  [OPERATOR, PROJECT, 'patch', `agenticsessions/status.vteam.ambient-code`],
  [OPERATOR, PROJECT, 'update', `agenticsessions/finalizers.vteam.ambient-code`],
  [OPERATOR, PROJECT, 'get list watch', TEMPLATES],
  [OPERATOR, PROJECT, 'patch', `tasktemplates/status.vteam.ambient-code`],
  [OPERATOR, PROJECT, 'get list watch create patch delete', 'jobs.batch'],
  [OPERATOR, PROJECT, 'get list watch delete', 'pods'],
  [OPERATOR, PROJECT, 'get', 'pods/log'],
  [OPERATOR, PROJECT, 'list create', 'events'],
  [OPERATOR, PROJECT, 'list watch', 'resourcequotas'],
  [OPERATOR, PROJECT, 'get create delete', 'configmaps'],
  [OPERATOR, PROJECT, 'list watch', 'configmaps:bgtask-config'],
  [OPERATOR, PROJECT, 'create', 'serviceaccounts'],
  [OPERATOR, PROJECT, 'create', 'networkpolicies.networking.k8s.io'],
  [OPERATOR, PROJECT, 'get patch', 'networkpolicies.networking.k8s.io:bgtask-jobs'],
  [OPERATOR, HOME, 'create', 'leases.coordination.k8s.io'],
  [OPERATOR, HOME, 'get patch', 'leases.coordination.k8s.io:bgtask-operator'],
  [OPERATOR, HOME, 'get list watch', 'configmaps:bgtask-config'],
  ['alice', PROJECT, 'get list watch create update patch delete deletecollection', SESSIONS],
  ['alice', PROJECT, 'create update patch delete', TEMPLATES],
  ['alice', PROJECT, 'get', 'pods/log'],
  ['bob', PROJECT, 'get list watch', SESSIONS],
  ['bob', PROJECT, 'get list watch', TEMPLATES],
  ['bob', PROJECT, 'get', 'pods/log'],
];

const MAY_NOT: Row[] = [
  [OPERATOR, PROJECT, 'create update patch deletecollection', SESSIONS],
  [OPERATOR, PROJECT, 'create update patch delete', TEMPLATES],
  [OPERATOR, PROJECT, 'get list watch create update patch delete', 'secrets'],
  [OPERATOR, HOME, 'get list watch create update patch delete', 'secrets'],
  [OPERATOR, PROJECT, 'create update patch', 'pods'],
  [OPERATOR, PROJECT, 'create get', 'pods/exec'],
  [OPERATOR, PROJECT, 'create get', 'pods/attach'],
  [OPERATOR, PROJECT, 'create', 'pods/portforward'],
  [OPERATOR, PROJECT, 'list watch update patch', 'configmaps'],
  [OPERATOR, PROJECT, 'create get update', 'leases.coordination.k8s.io'],
  [OPERATOR, HOME, 'get patch update delete', 'leases.coordination.k8s.io:another'],
  [OPERATOR, PROJECT, 'get watch patch update delete', 'events'],
  [OPERATOR, PROJECT, 'create update patch delete', 'resourcequotas'],
  [OPERATOR, PROJECT, 'create', 'serviceaccounts/token'],
  [OPERATOR, PROJECT, 'list watch update delete', 'networkpolicies.networking.k8s.io'],
  [OPERATOR, PROJECT, 'get patch', 'networkpolicies.networking.k8s.io:another'],
  [OPERATOR, PROJECT, 'get list update patch delete', 'serviceaccounts'],
  [OPERATOR, PROJECT, 'impersonate', 'users'],
  [OPERATOR, PROJECT, 'create bind escalate', 'rolebindings.rbac.authorization.k8s.io'],
  [OPERATOR, PROJECT, 'create update', 'deployments.apps'],
  [OPERATOR, '', 'get list', 'nodes'],
  [OPERATOR, '', 'create update patch delete', 'namespaces'],
  [OPERATOR, '', 'update patch delete', 'customresourcedefinitions.apiextensions.k8s.io'],
  [OPERATOR, '', 'update patch delete', 'validatingadmissionpolicies.admissionregistration.k8s.io'],
  [SERVER, PROJECT, 'get list watch create update patch delete', SESSIONS],
  [SERVER, PROJECT, 'get list create', 'secrets'],
  [SERVER, PROJECT, 'get list', 'pods'],
  ['alice', PROJECT, 'update patch', 'agenticsessions/status.vteam.ambient-code'],
  ['alice', PROJECT, 'update patch', 'tasktemplates/status.vteam.ambient-code'],
  ['alice', 'team-b', 'get create', SESSIONS],
  ['bob', PROJECT, 'create update patch delete deletecollection', SESSIONS],
  ['bob', PROJECT, 'create update patch delete', TEMPLATES],
];

function attributes(verb: string, resource: string, namespace: string) {
  const [, name = '', subresource, group = '', only] =
    /^([a-z]+)(?:\/([a-z]+))?(?:\.([^:]+))?(?::(.+))?$/.exec(resource) ?? [];
  return { verb, group, resource: name, subresource, name: only, namespace: namespace || undefined };
}

describe('rights, on a real API server', function () {
  this.timeout(600_000);
  let cluster: Cluster;
  let people: Callers;
  let admin: KubeClient;

  const allowed = async (user: string, of: ReturnType<typeof attributes>): Promise<boolean> => {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, resourceAttributes: of },
    };
    const answer = await admin.json({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: review,
    });
    return (answer as { status: { allowed: boolean } }).status.allowed;
  };
  /** Which of a row's verbs are allowed. */
  const verbsOf = async ([user, namespace, verbs, resource]: Row): Promise<string> => {
    const all = verbs.split(' ');
    const may = await Promise.all(all.map((verb) => allowed(user, attributes(verb, resource, namespace))));
    return all.filter((_, at) => may[at]).join(' ');
  };

  before(async () => {
    cluster = await clusterForTests();
    people = callers(cluster.kubeconfig);
    admin = await people.as();
    const applied = await runCommand('install', '--apply', '--kubeconfig', cluster.kubeconfig);
    assert.equal(applied.code, 0, applied.stderr);
    for (const project of [PROJECT, 'team-b']) await cluster.ok(['create', 'namespace', project]);
    // Where no controller aggregates roles, ours are given directly.
    const [view, edit] = cluster.controllers ? ['view', 'edit'] : ['bgtask-view', 'bgtask-edit'];
    await cluster.ok(['create', 'rolebinding', 'bob', '-n', PROJECT, `--clusterrole=${view}`, '--user=bob']);
    await cluster.ok([
      'create',
      'rolebinding',
      'alice',
      '-n',
      PROJECT,
      `--clusterrole=${edit}`,
      '--user=alice',
    ]);
    await until('the built-in roles to have ours', 60, () =>
      allowed('alice', attributes('create', SESSIONS, PROJECT)),
    );
    await until('the built-in roles to have ours', 60, () =>
      allowed('bob', attributes('get', SESSIONS, PROJECT)),
    );
  });

  after(async () => {
    people.close();
    await cluster.close();
  });

  for (const row of MAY)
    it(`${row[0]} may ${row[2]} ${row[3]} in ${row[1]}`, async () =>
      assert.equal(await verbsOf(row), row[2]));
  for (const row of MAY_NOT)
    it(`${row[0]} may not ${row[2]} ${row[3]} in ${row[1] || 'the cluster'}`, async () =>
      assert.equal(await verbsOf(row), ''));
});
