import type { KubernetesObject } from '../../../src/engine/kubernetes/install/object.ts';
import type { PretendCluster } from './pretend-cluster.ts';

const INSTALL = 'bgtask install --image registry.example.com/team/bgtask:0.1.0 --apply';
const WEBHOOK = 'ValidatingWebhookConfiguration/bgtask-webhook';
export const CRD = 'CustomResourceDefinition/agenticsessions.vteam.ambient-code';

/** A cluster that is broken in one way, and what the doctor must say of it. */
export interface Case {
  what: string;
  break: (cluster: PretendCluster) => void | Promise<void>;
  subject: string;
  level: 'ok' | 'warning' | 'problem';
  message: RegExp;
  command?: string;
}

/** Fields of an object, for `change`. */
const spec =
  (fields: object) =>
  (old: KubernetesObject): object => ({ spec: { ...(old['spec'] as object), ...fields } });

/** The CRD with a part of its JSON text replaced. */
const rewritten =
  (part: RegExp, by: string) =>
  (old: KubernetesObject): object =>
    JSON.parse(JSON.stringify(old).replace(part, by)) as object;

/** What may be wrong with the cluster and the installation. */
export const INSTALLATION_CASES: readonly Case[] = [
  {
    what: 'a kind that the cluster does not know',
    break: (cluster) => cluster.remove(CRD),
    subject: 'agenticsessions',
    level: 'problem',
    message: /^The cluster does not know the kind AgenticSession\.$/,
    command: INSTALL,
  },
  {
    what: 'a kind that the cluster does not know, where CRDs may not be read',
    break: (cluster) => {
      cluster.hidden.add('CustomResourceDefinition');
      cluster.remove(CRD);
    },
    subject: 'agenticsessions',
    level: 'problem',
    message: /does not know the kind AgenticSession/,
    command: INSTALL,
  },
  {
    what: "another program's kind of our name",
    break: (cluster) => cluster.change(CRD, rewritten(/"prompt":/, '"question":')),
    subject: 'agenticsessions',
    level: 'problem',
    message: /is another program's: it has no spec\.prompt\.$/,
    command: 'kubectl get crd agenticsessions.vteam.ambient-code -o yaml',
  },
  {
    what: 'a kind of an older release',
    break: (cluster) => cluster.change(CRD, rewritten(/"allowedPaths":/, '"allowedFormerly":')),
    subject: 'agenticsessions',
    level: 'problem',
    message: /is older than this program: it lacks spec\.allowedPaths\.$/,
    command: INSTALL,
  },
  {
    what: 'a kind of an older release, where CRDs may not be read',
    break: (cluster) => {
      cluster.hidden.add('CustomResourceDefinition');
      cluster.change(CRD, rewritten(/"allowedPaths":/, '"allowedFormerly":'));
    },
    subject: 'agenticsessions',
    level: 'problem',
    message: /it lacks spec\.allowedPaths/,
    command: INSTALL,
  },
  {
    what: 'a cluster that is too old',
    break: (cluster) => void (cluster.gitVersion = 'v1.25.16'),
    subject: 'cluster',
    level: 'problem',
    message: /v1\.25\.16, is too old: bgtask needs 1\.26\.$/,
  },
  {
    what: 'the webhook in force on a cluster without admission policies',
    break: (cluster) => cluster.useWebhook(),
    subject: 'identity policy',
    level: 'ok',
    message: /^the webhook bgtask-webhook is in force: the cluster serves no admission policies$/,
  },
  {
    what: 'that a webhook does not limit the operator',
    break: (cluster) => cluster.useWebhook(),
    subject: 'operator policy',
    level: 'warning',
    message:
      /^The cluster serves no admission policies, and the webhook does not limit the account of the operator: .* any Secret\.$/,
  },
  {
    what: 'a cluster without admission policies and without the webhook',
    break: (cluster) => void (cluster.policies = undefined),
    subject: 'status policy',
    level: 'warning',
    message: /^The cluster serves no admission policies, and the webhook bgtask-webhook is missing: .* forge/,
    command: INSTALL,
  },
  {
    what: 'a webhook that lets pass what it cannot ask for',
    break: (cluster) => {
      cluster.useWebhook();
      cluster.change(WEBHOOK, rewritten(/"Fail"/g, '"Ignore"'));
    },
    subject: 'identity policy',
    level: 'warning',
    message: /^The webhook bgtask-webhook is not as this release makes it: .* in the name of/,
    command: INSTALL,
  },
  {
    what: 'a webhook that no operator has joined',
    break: (cluster) => {
      cluster.useWebhook();
      cluster.change(WEBHOOK, rewritten(/"caBundle":"[^"]+"/g, '"caBundle":""'));
    },
    subject: 'identity policy',
    level: 'problem',
    message:
      /^No user can create a task: no operator has added its certificate to the webhook bgtask-webhook\.$/,
    command: INSTALL,
  },
  {
    what: 'a webhook that was left on a cluster with admission policies',
    break: (cluster) => {
      cluster.useWebhook();
      cluster.policies = 'v1';
    },
    subject: 'identity policy',
    level: 'problem',
    message:
      /^No user can create a task: the webhook bgtask-webhook of an installation for an older Kubernetes/,
    command: INSTALL,
  },
  {
    what: 'admission policies in their beta',
    break: (cluster) => void (cluster.policies = 'v1beta1'),
    subject: 'status policy',
    level: 'ok',
    message: /^bgtask-status is in force$/,
  },
  {
    what: 'a cluster that is just new enough',
    break: (cluster) => void (cluster.gitVersion = 'v1.26.0'),
    subject: 'cluster',
    level: 'ok',
    message: /Kubernetes v1\.26\.0$/,
  },
  {
    what: 'no identity policy',
    break: (cluster) => cluster.remove('ValidatingAdmissionPolicy/bgtask-identity'),
    subject: 'identity policy',
    level: 'warning',
    message:
      /^The policy bgtask-identity is missing: anyone who can create tasks can create them in the name of/,
    command: INSTALL,
  },
  {
    what: 'a policy without a binding',
    break: (cluster) => cluster.remove('ValidatingAdmissionPolicyBinding/bgtask-status'),
    subject: 'status policy',
    level: 'warning',
    message:
      /^The binding of the policy bgtask-status is missing, so the policy is not enforced: .* forge their results\.$/,
    command: INSTALL,
  },
  {
    what: 'a binding that only warns',
    break: (cluster) =>
      cluster.change(
        'ValidatingAdmissionPolicyBinding/bgtask-identity',
        spec({ validationActions: ['Warn'] }),
      ),
    subject: 'identity policy',
    level: 'warning',
    message: /does not deny what the policy forbids/,
    command: INSTALL,
  },
  {
    what: 'a policy with other rules',
    break: (cluster) =>
      cluster.change('ValidatingAdmissionPolicy/bgtask-identity', spec({ validations: [] })),
    subject: 'identity policy',
    level: 'warning',
    message: /has other rules than those of this release/,
    command: INSTALL,
  },
  {
    what: 'a lease without a holder',
    break: (cluster) => cluster.change('Lease/bgtask-operator', spec({ holderIdentity: '' })),
    subject: 'operator',
    level: 'problem',
    message: /^No operator works: the lease bgtask-system\/bgtask-operator is not held by any operator\./,
    command: 'kubectl -n bgtask-system describe pods -l app.kubernetes.io/component=operator',
  },
  {
    what: 'a lease that is not renewed any more',
    break: (cluster) =>
      cluster.change('Lease/bgtask-operator', spec({ renewTime: '2026-01-31T11:59:44.000000Z' })),
    subject: 'operator',
    level: 'problem',
    message: /has not been renewed by operator-1 since 2026-01-31T11:59:44/,
    command: 'kubectl -n bgtask-system describe pods -l app.kubernetes.io/component=operator',
  },
  {
    what: 'a lease whose holder has another clock, and renews it',
    break: (cluster) => {
      let version = 0;
      cluster.onLease = () =>
        cluster.change('Lease/bgtask-operator', (old) => ({
          ...spec({ renewTime: `2026-01-31T09:00:0${version}Z` })(old),
          metadata: { ...old.metadata, resourceVersion: String(version++) },
        }));
    },
    subject: 'operator',
    level: 'ok',
    message: /^operator-1 holds the lease/,
  },
  {
    what: 'no lease and no Deployment',
    break: (cluster) => {
      cluster.remove('Lease/bgtask-operator');
      cluster.remove('Deployment/bgtask-operator');
    },
    subject: 'operator',
    level: 'problem',
    message: /is not held by any operator/,
    command: 'kubectl -n bgtask-system get deployment bgtask-operator',
  },
  {
    what: 'no Deployment',
    break: (cluster) => cluster.remove('Deployment/bgtask-operator'),
    subject: 'deployment',
    level: 'problem',
    message: /^The Deployment bgtask-system\/bgtask-operator is missing\.$/,
    command: 'bgtask install --image IMAGE --apply',
  },
  {
    what: 'a Deployment scaled to 0',
    break: (cluster) =>
      cluster.change('Deployment/bgtask-operator', (old) => ({ ...spec({ replicas: 0 })(old), status: {} })),
    subject: 'deployment',
    level: 'problem',
    message: /is scaled to 0\.$/,
    command: 'kubectl -n bgtask-system scale deployment bgtask-operator --replicas=1',
  },
  {
    what: 'a Deployment without a pod that works',
    break: (cluster) => cluster.change('Deployment/bgtask-operator', () => ({ status: {} })),
    subject: 'deployment',
    level: 'problem',
    message: /has no pod that is available\.$/,
    command: 'kubectl -n bgtask-system describe pods -l app.kubernetes.io/component=operator',
  },
  {
    what: 'settings that are wrong',
    break: (cluster) =>
      cluster.change('ConfigMap/bgtask-config', () => ({
        data: { 'config.yaml': 'limits: { perUser: many }' },
      })),
    subject: 'settings',
    level: 'problem',
    message: /limits\.perUser.*The operator goes on with the last good ones/,
    command: 'kubectl -n bgtask-system edit configmap bgtask-config',
  },
  {
    what: 'no settings, which is well',
    break: (cluster) => cluster.remove('ConfigMap/bgtask-config'),
    subject: 'settings',
    level: 'ok',
    message: /^the defaults: there is no ConfigMap bgtask-system\/bgtask-config$/,
  },
];
