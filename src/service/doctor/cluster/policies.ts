import { isDeepStrictEqual } from 'node:util';
import type { ClusterObject } from '../../../engine/cluster-view.ts';
import { type KubernetesObject, NAMES } from '../../../engine/kubernetes/install/object.ts';
import { defaultOptions } from '../../../engine/kubernetes/install/options.ts';
import { POLICIES, policies } from '../../../engine/kubernetes/install/policy.ts';
import {
  POLICIES_MINOR,
  policyVersion,
  type PolicyVersion,
} from '../../../engine/kubernetes/install/served.ts';
import type { Finding } from '../finding.ts';
import { install } from './commands.ts';
import type { Look, Scene } from './scene.ts';
import { blockage, webhookWeakness } from './webhook.ts';

interface Policy extends ClusterObject {
  spec?: { matchConditions?: { expression?: string }[]; validations?: { expression?: string }[] };
}
interface Binding extends ClusterObject {
  spec?: { policyName?: string; validationActions?: string[] };
}

type Which = keyof typeof POLICIES;

/** What may happen where a policy is not in force. */
const RISKS: Readonly<Record<Which, string>> = {
  identity: 'anyone who can create tasks can create them in the name of other users',
  operator: 'a user who steals the token of the operator can run any Job and mount any Secret',
  status: 'anyone who can write the status of tasks can forge their results',
};

const expressions = (spec: Policy['spec']): unknown =>
  [...(spec?.matchConditions ?? []), ...(spec?.validations ?? [])].map(({ expression }) => expression);

async function weakness(scene: Scene, which: Which, version: PolicyVersion): Promise<string | undefined> {
  const name = POLICIES[which];
  const key = { name, apiVersion: `admissionregistration.k8s.io/${version}` };
  const [policy, binding] = await Promise.all([
    scene.view.get<Policy>('ValidatingAdmissionPolicy', key),
    scene.view.get<Binding>('ValidatingAdmissionPolicyBinding', key),
  ]);
  if (!policy) return `The policy ${name} is missing`;
  if (!binding) return `The binding of the policy ${name} is missing, so the policy is not enforced`;
  if (!binding.spec?.validationActions?.includes('Deny') || binding.spec.policyName !== name)
    return `The binding ${name} does not deny what the policy forbids`;
  const isOurs = ({ kind, metadata }: KubernetesObject): boolean =>
    kind === 'ValidatingAdmissionPolicy' && metadata.name === name;
  const ours = policies({ ...defaultOptions(''), namespace: scene.home }).find(isOurs);
  return isDeepStrictEqual(expressions(policy.spec), expressions(ours?.['spec'] as Policy['spec']))
    ? undefined
    : `The policy ${name} has other rules than those of this release`;
}

const warning = (because: string, which: Which, fix: string): Omit<Finding, 'subject'> => ({
  level: 'warning',
  message: `${because}: ${RISKS[which]}.`,
  fix,
});

/** The protection of a cluster without admission policies. */
async function withoutPolicies(scene: Scene, which: Which): Promise<Omit<Finding, 'subject'>> {
  if (which === 'operator')
    return warning(
      'The cluster serves no admission policies, and the webhook does not limit the account of the operator',
      which,
      `Upgrade the cluster to Kubernetes 1.${POLICIES_MINOR}, then run bgtask install again.`,
    );
  const because = await webhookWeakness(scene, which);
  if (!because)
    return {
      level: 'ok',
      message: `the webhook ${NAMES.webhook} is in force: the cluster serves no admission policies`,
    };
  return { ...warning(because, which, 'Apply the installation again'), command: await install(scene) };
}

/** Whether one of the admission policies is in force, or the webhook in its place. */
const policyLook = (which: Which): Look => ({
  subject: `${which} policy`,
  byHand: () =>
    `get validatingadmissionpolicy,validatingadmissionpolicybinding,validatingwebhookconfiguration -l app.kubernetes.io/name=bgtask`,
  look: async (scene) => {
    const version = await policyVersion((path) => scene.view.discover(path));
    const blocked = which === 'identity' ? await blockage(scene, version !== undefined) : undefined;
    if (blocked)
      return {
        level: 'problem',
        message: blocked,
        fix: 'Apply the installation again',
        command: await install(scene),
      };
    if (!version) return withoutPolicies(scene, which);
    const because = await weakness(scene, which, version);
    if (!because) return { level: 'ok', message: `${POLICIES[which]} is in force` };
    return { ...warning(because, which, 'Apply the installation again'), command: await install(scene) };
  },
});

export const POLICY_LOOKS: readonly Look[] = [
  policyLook('identity'),
  policyLook('status'),
  policyLook('operator'),
];
