import { builtTask } from './built-task.ts';
import type { KubernetesObject } from '../../../src/engine/kubernetes/install/object.ts';
import { jobNetwork } from '../../../src/engine/kubernetes/jobs/job-network.ts';
import type { Case } from './installation-cases.ts';

const networkPolicy = (name: string, spec: object): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'team-a' },
  spec,
});

/** What may be wrong in a project. */
export const PROJECT_CASES: readonly Case[] = [
  {
    what: 'a project that is not there',
    break: (cluster) => cluster.remove('Namespace/team-a'),
    subject: 'project',
    level: 'problem',
    message: /^There is no project \(namespace\) team-a\.$/,
    command: 'kubectl create namespace team-a',
  },
  {
    what: 'a project that lets any pod in',
    break: (cluster) => cluster.change('Namespace/team-a', () => ({ metadata: { name: 'team-a' } })),
    subject: 'pod security',
    level: 'warning',
    message: /^Project team-a enforces no level/,
    command: 'kubectl label --overwrite namespace team-a pod-security.kubernetes.io/enforce=restricted',
  },
  {
    what: 'a policy that opens the network for all pods, those of Jobs too',
    break: (cluster) =>
      cluster.put(networkPolicy('open', { podSelector: {}, policyTypes: ['Egress'], egress: [{}] })),
    subject: 'network policy',
    level: 'warning',
    message:
      /^Other policies of project team-a open more of the network for Jobs than bgtask-jobs does: open\.$/,
    command: 'kubectl get networkpolicy open -n team-a -o yaml',
  },
  ...(
    [
      ['that denies all', { podSelector: {}, policyTypes: ['Egress'] }],
      [
        'for other pods',
        { podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, egress: [{}] },
      ],
      [
        'that leaves the pods of Jobs out',
        {
          podSelector: {
            matchExpressions: [{ key: 'app.kubernetes.io/component', operator: 'NotIn', values: ['runner'] }],
          },
          egress: [{}],
        },
      ],
    ] as const
  ).map(([what, spec]): Case => ({
    what: `a policy ${what}, which is well`,
    break: (cluster) => cluster.put(networkPolicy('other', spec)),
    subject: 'network policy',
    level: 'ok',
    message: /^the operator applies bgtask-jobs before the first Job/,
  })),
  {
    what: 'the policy of Jobs, which is well',
    break: (cluster) =>
      cluster.put(
        jobNetwork('team-a', { mode: 'managed', ports: [443], egress: [] }) as unknown as KubernetesObject,
      ),
    subject: 'network policy',
    level: 'ok',
    message: /^bgtask-jobs limits what Jobs reach/,
  },
  {
    what: 'settings of the project that would widen',
    break: (cluster) => cluster.config('team-a', 'runner: { image: mine }'),
    subject: 'own settings',
    level: 'problem',
    message: /sets runner\.image, which a project cannot narrow/,
    command: 'kubectl -n team-a edit configmap bgtask-config',
  },
  {
    what: 'settings of the project that narrow, which is well',
    break: (cluster) => cluster.config('team-a', 'deadline: { max: 600 }'),
    subject: 'own settings',
    level: 'ok',
    message: /^team-a\/bgtask-config narrows the settings$/,
  },
  {
    what: 'a user who may not create tasks',
    break: (cluster) =>
      ['create', 'delete'].forEach((verb) => cluster.refused.add(`${verb} agenticsessions`)),
    subject: 'task rights',
    level: 'problem',
    message: /^alice may not create, delete tasks in project team-a\.$/,
    command:
      'kubectl -n team-a create rolebinding bgtask-edit-alice-2bd806c97f --clusterrole=bgtask-edit --user=alice',
  },
  {
    what: 'a user who may not see templates',
    break: (cluster) => void cluster.refused.add('list tasktemplates'),
    subject: 'template rights',
    level: 'warning',
    message: /^alice may not list templates/,
    command:
      'kubectl -n team-a create rolebinding bgtask-view-alice-2bd806c97f --clusterrole=bgtask-view --user=alice',
  },
  {
    what: 'a service account that may not read logs',
    break: (cluster) => {
      cluster.identity = { userId: 'system:serviceaccount:ci:robot' };
      cluster.refused.add('get pods');
    },
    subject: 'log rights',
    level: 'warning',
    message: /^system:serviceaccount:ci:robot may not get logs/,
    command:
      'kubectl -n team-a create rolebinding bgtask-view-system-serviceaccount-ci-robot-85c3784f97 --clusterrole=bgtask-view --serviceaccount=ci:robot',
  },
  {
    what: 'no Secret for the forge',
    break: (cluster) => cluster.remove('Secret/bgtask-forge'),
    subject: 'forge secret',
    level: 'warning',
    message: /^Project team-a has no Secret bgtask-forge: .* no pull request is opened\.$/,
    command: 'kubectl -n team-a create secret generic bgtask-forge --from-file=GITHUB_TOKEN=token.txt',
  },
  {
    what: 'a GitHub App in the Secret for the forge, which is well',
    break: (cluster) =>
      cluster.change('Secret/bgtask-forge', () => ({
        data: { GITHUB_APP_ID: 'MQ==', GITHUB_APP_PRIVATE_KEY: 'c2VjcmV0' },
      })),
    subject: 'forge secret',
    level: 'ok',
    message: /^team-a\/bgtask-forge has GITHUB_APP_PRIVATE_KEY$/,
  },
  {
    what: 'half of a GitHub App',
    break: (cluster) =>
      cluster.change('Secret/bgtask-forge', () => ({ data: { GITHUB_APP_PRIVATE_KEY: 'c2VjcmV0' } })),
    subject: 'forge secret',
    level: 'warning',
    message: /has half of a GitHub App: GITHUB_APP_ID is missing\.$/,
    command: 'kubectl -n team-a describe secret bgtask-forge',
  },
  {
    what: 'a Secret for the model whose keys mean nothing',
    break: (cluster) => cluster.change('Secret/bgtask-model', () => ({ data: { key: 'c2VjcmV0' } })),
    subject: 'model secret',
    level: 'warning',
    message: /^The Secret team-a\/bgtask-model has no key that is looked for \(ANTHROPIC_API_KEY, /,
    command: 'kubectl -n team-a create secret generic bgtask-model --from-file=ANTHROPIC_API_KEY=key.txt',
  },
  {
    what: 'Secrets under the names of the settings',
    break: (cluster) =>
      cluster.change('ConfigMap/bgtask-config', () => ({
        data: { 'config.yaml': 'runner: { secrets: { forge: git } }' },
      })),
    subject: 'forge secret',
    level: 'warning',
    message: /^Project team-a has no Secret git:/,
    command: 'kubectl -n team-a create secret generic git --from-file=GITHUB_TOKEN=token.txt',
  },
  {
    what: 'a pod that cannot have the image',
    break: (cluster) => {
      const waiting = { reason: 'ImagePullBackOff', message: 'no such host' };
      cluster.put({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'pod-1', namespace: 'team-a' },
        status: { initContainerStatuses: [{ image: 'example.com/x:1', state: { waiting } }] },
      });
    },
    subject: 'runner image',
    level: 'problem',
    message: /the pod pod-1 cannot have example\.com\/x:1: no such host$/,
    command: 'kubectl -n bgtask-system edit configmap bgtask-config',
  },
  {
    what: 'an image that nodes cannot have, where the cluster does not have settings yet',
    break: async (cluster) => {
      cluster.remove('ConfigMap/bgtask-config');
      await builtTask(cluster.store, 'late', {
        startTime: '2026-01-31T11:00:00Z',
        reason: 'ImagePullFailed',
      });
    },
    subject: 'runner image',
    level: 'problem',
    message: /the newest task late failed: /,
    command: 'kubectl -n bgtask-system create configmap bgtask-config --from-file=config.yaml',
  },
  {
    what: 'a newest task that could not have the image',
    break: async ({ store }) => {
      await builtTask(store, 'early', { startTime: '2026-01-31T10:00:00Z', reason: 'NoChanges' });
      await builtTask(store, 'late', { startTime: '2026-01-31T11:00:00Z', reason: 'ImagePullFailed' });
    },
    subject: 'runner image',
    level: 'problem',
    message: /the newest task late failed: /,
    command: 'kubectl -n bgtask-system edit configmap bgtask-config',
  },
  {
    what: 'an image that is there again',
    break: async ({ store }) => {
      await builtTask(store, 'early', { startTime: '2026-01-31T10:00:00Z', reason: 'ImagePullFailed' });
      await builtTask(store, 'late', { startTime: '2026-01-31T11:00:00Z', reason: 'NoChanges' });
    },
    subject: 'runner image',
    level: 'ok',
    message: /^registry\.example\.com\/team\/bgtask:0\.1\.0; no Job of project team-a failed to have it$/,
  },
];
