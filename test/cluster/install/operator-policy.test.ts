import assert from 'node:assert/strict';
import { API_VERSION } from '../../../src/api/names.ts';
import type { AgenticSession } from '../../../src/api/types.ts';
import { BgtaskError } from '../../../src/domain/errors.ts';
import type { KubeClient } from '../../../src/engine/kubernetes/client/kube-client.ts';
import { buildJob } from '../../../src/engine/kubernetes/jobs/job.ts';
import { defaultJobConfig } from '../../../src/engine/kubernetes/jobs/job-config.ts';
import { jobNetwork } from '../../../src/engine/kubernetes/jobs/job-network.ts';
import { continuedVolume } from '../../../src/engine/kubernetes/jobs/volumes.ts';
import type { RunnerInput } from '../../../src/engine/runner-input.ts';
import { agentKeys } from '../../../src/runner/agents/model-keys.ts';
import { runCommand } from '../../engine/kubernetes/install/run-command.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import { until } from '../harness/until.ts';
import { account, type Callers, callers, session } from './requests.ts';

const PROJECT = 'team-a';
const OPERATOR = account('bgtask-operator');
const modelKeys = await agentKeys();
const CONFIG = { ...defaultJobConfig('bgtask:test'), hasSidecars: true };

type Json = Record<string, unknown>;
type Writes = readonly [method: 'POST' | 'DELETE', path: string, body?: object];

const uid = '8d3e0b5e-0000-4000-8000-000000000001';
const job = (change: (pod: Json, job: Json) => void = () => undefined, config = CONFIG): object => {
  const task = session(PROJECT, 'chore', 'user@example.com') as unknown as AgenticSession;
  const made = buildJob(
    { ...task, metadata: { ...task.metadata, uid } },
    {} as RunnerInput,
    config,
    modelKeys,
  );
  const copy = JSON.parse(JSON.stringify(made)) as { spec: { template: { spec: Json } } } & Json;
  change(copy.spec.template.spec, copy);
  return copy;
};
const object = (kind: string, name: string, more: object, metadata: object = {}): object => ({
  apiVersion: kind === 'NetworkPolicy' ? 'networking.k8s.io/v1' : 'v1',
  kind,
  metadata: { name, namespace: PROJECT, ...metadata },
  ...more,
});

const JOBS = `/apis/batch/v1/namespaces/${PROJECT}/jobs`;
const at = (plural: string): string => `/api/v1/namespaces/${PROJECT}/${plural}`;
const NETWORK = `/apis/networking.k8s.io/v1/namespaces/${PROJECT}/networkpolicies`;
const first = (pod: Json): Json => (pod['containers'] as Json[])[0] ?? {};
const adds = (volume: object) => (pod: Json) => (pod['volumes'] as object[]).push(volume);
const LOG = {
  labels: { 'app.kubernetes.io/name': 'bgtask' },
  ownerReferences: [{ apiVersion: API_VERSION, kind: 'AgenticSession', name: 'chore', uid }],
};

/** What the operator writes. */
const MADE: readonly (readonly [what: string, write: Writes])[] = [
  ['the Job of a task', ['POST', JOBS, job()]],
  ['one with Secrets of other names that are listed', ['POST', JOBS, job(adds({ name: 's', secret: { secretName: 'github-app' } }))]],
  ['one on OpenShift', ['POST', JOBS, job(undefined, { ...CONFIG, assignsIds: true })]],
  ['a kept change', ['POST', at('configmaps'), object('ConfigMap', 'chore-change-0', {}, LOG)]],
  ['the Job of a retry that goes on with a change', ['POST', JOBS, job(adds(continuedVolume('earlier')))]],
  ['a log', ['POST', at('configmaps'), object('ConfigMap', 'chore-log-0', { binaryData: {} }, LOG)]],
  ['a log so far', ['POST', at('configmaps'), object('ConfigMap', 'chore-log-so-far-3', {}, LOG)]],
  ['the account of Jobs', ['POST', at('serviceaccounts'), object('ServiceAccount', 'bgtask-runner', { automountServiceAccountToken: false })]],
  ['the policy of Jobs', ['POST', NETWORK, jobNetwork(PROJECT, CONFIG.networkPolicy)]],
]; // prettier-ignore

/** What a thief of its token may try, and the words of the refusal. */
const REFUSED: readonly (readonly [what: string, write: Writes, words: RegExp])[] = [
  ['a Job without a task', ['POST', JOBS, job((_, made) => delete (made['metadata'] as Json)['ownerReferences'])], /creates only Jobs of tasks/],
  ['a Job with a token of the cluster', ['POST', JOBS, job((pod) => (pod['automountServiceAccountToken'] = true))], /must not mount a token/],
  ['a Job that leaves the token to the default', ['POST', JOBS, job((pod) => delete pod['automountServiceAccountToken'])], /must not mount a token/],
  ['a Job in the network of its node', ['POST', JOBS, job((pod) => (pod['hostNetwork'] = true))], /network, processes or IPC of its node/],
  ['a Job that sees the processes of its node', ['POST', JOBS, job((pod) => (pod['hostPID'] = true))], /network, processes or IPC of its node/],
  ['a folder of the node', ['POST', JOBS, job(adds({ name: 'h', hostPath: { path: '/' } }))], /emptyDir, downwardAPI and secret, and projected/],
  ['a projected token', ['POST', JOBS, job(adds({ name: 't', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }))], /emptyDir, downwardAPI and secret, and projected/],
  ['a ConfigMap of another program', ['POST', JOBS, job(adds({ name: 'c', projected: { sources: [{ configMap: { name: 'theirs' } }] } }))], /emptyDir, downwardAPI and secret, and projected/],
  ['the Secret of another program', ['POST', JOBS, job(adds({ name: 's', secret: { secretName: 'database-password' } }))], /not listed: database-password; .*--job-secret NAME/],
  ['a variable from a Secret', ['POST', JOBS, job((pod) => (first(pod)['env'] = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'database-password', key: 'a' } } }]))], /nor read variables from Secrets/],
  ['all variables from a Secret', ['POST', JOBS, job((pod) => (first(pod)['envFrom'] = [{ secretRef: { name: 'database-password' } }]))], /nor read variables from Secrets/],
  ['a privileged container', ['POST', JOBS, job((pod) => (first(pod)['securityContext'] = { privileged: true }))], /must not gain privileges/],
  ['a privileged init container', ['POST', JOBS, job((pod) => (((pod['initContainers'] as Json[])[0] ?? {})['securityContext'] = { allowPrivilegeEscalation: true }))], /must not gain privileges/],
  ['settings of a project', ['POST', at('configmaps'), object('ConfigMap', 'bgtask-config', { data: {} }, LOG)], /only ConfigMaps with logs and changes of tasks/],
  ['a ConfigMap without a task', ['POST', at('configmaps'), object('ConfigMap', 'a-log-0', {}, { labels: LOG.labels })], /only ConfigMaps with logs and changes of tasks/],
  ['an account with a token', ['POST', at('serviceaccounts'), object('ServiceAccount', 'a', {})], /only accounts without a token/],
  ['a policy that opens the network of others', ['POST', NETWORK, object('NetworkPolicy', 'open', { spec: { podSelector: {}, egress: [{}] } })], /only the NetworkPolicy bgtask-jobs/],
  ['a policy of its name for other pods', ['POST', NETWORK, object('NetworkPolicy', 'bgtask-jobs', { spec: { podSelector: {}, egress: [{}] } })], /only the NetworkPolicy bgtask-jobs/],
  ['the end of a Job of another program', ['DELETE', `${JOBS}/theirs`], /deletes only what bgtask made/],
  ['the end of a ConfigMap of another program', ['DELETE', `${at('configmaps')}/theirs`], /deletes only what bgtask made/],
  ['the end of a pod of another program', ['DELETE', `${at('pods')}/theirs`], /deletes only what bgtask made/],
]; // prettier-ignore

describe('the account of the operator, on a real API server', function () {
  this.timeout(600_000);
  let cluster: Cluster;
  let people: Callers;
  let operator: KubeClient;

  const write = ([method, path, body]: Writes, client = operator): Promise<unknown> =>
    client.json({ method, path, body, query: { dryRun: 'All' } });

  before(async () => {
    cluster = await clusterForTests();
    people = callers(cluster.kubeconfig);
    await cluster.ok(['create', 'namespace', PROJECT]);
    const flags = ['--apply', '--job-secret', 'github-app', '--kubeconfig', cluster.kubeconfig];
    const applied = await runCommand('install', ...flags);
    assert.equal(applied.code, 0, applied.stderr);
    operator = await people.as(OPERATOR);
    const pod = { containers: [{ name: 'a', image: 'a' }], restartPolicy: 'Never' };
    const theirs = [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs' } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'theirs' }, spec: pod },
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'theirs' },
        spec: { template: { spec: pod } },
      },
    ];
    await cluster.ok(['apply', '-n', PROJECT, '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: theirs }),
    });
    // A policy takes hold a moment after it is stored.
    const [, probe] = REFUSED[0] ?? [];
    await until('the policy to be in force', 30, () =>
      write(probe as Writes).then(
        () => false,
        (error: unknown) => /bgtask-operator/.test(String(error)),
      ),
    );
  });
  after(async () => {
    people.close();
    await cluster.close();
  });

  for (const [what, one] of MADE) it(`writes ${what}`, async () => void (await write(one)));

  for (const [what, one, words] of REFUSED)
    it(`does not write ${what}`, async () => {
      await assert.rejects(write(one), (error: unknown) => {
        assert.ok(error instanceof BgtaskError, String(error));
        assert.match(error.message, words);
        return true;
      });
    });

  it('is the only one whom the policy binds', async () => {
    const [, one] = REFUSED.find(([what]) => what === 'the Secret of another program') ?? [];
    await write(one as Writes, await people.as());
  });
});
