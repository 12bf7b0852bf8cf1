import { isDeepStrictEqual } from 'node:util';
import type { ClusterObject } from '../../../engine/cluster-view.ts';
import { defaultOptions } from '../../../engine/kubernetes/install/options.ts';
import { POLICIES, policies } from '../../../engine/kubernetes/install/policy.ts';
import type { Finding } from '../finding.ts';
import { install } from './commands.ts';
import { lacksPolicies } from './connection.ts';
import type { Look, Scene } from './scene.ts';

interface Policy extends ClusterObject {
  spec?: { matchConditions?: { expression?: string }[]; validations?: { expression?: string }[] };
}
interface Binding extends ClusterObject {
  spec?: { policyName?: string; validationActions?: string[] };
}

/** What may happen where a policy is not in force. */
const RISKS = {
  identity: 'anyone who can create tasks can create them in the name of other users',
  operator: 'a user who steals the token of the operator can run any Job and mount any Secret',
  status: 'anyone who can write the status of tasks can forge their results',
} as const;

const expressions = (spec: Policy['spec']): unknown =>
  [...(spec?.matchConditions ?? []), ...(spec?.validations ?? [])].map(({ expression }) => expression);

async function weakness(scene: Scene, name: string): Promise<string | undefined> {
  const [policy, binding] = await Promise.all([
    scene.view.get<Policy>('ValidatingAdmissionPolicy', { name }),
    scene.view.get<Binding>('ValidatingAdmissionPolicyBinding', { name }),
  ]);
  if (!policy) return `The policy ${name} is missing`;
  if (!binding) return `The binding of the policy ${name} is missing, so the policy is not enforced`;
  if (!binding.spec?.validationActions?.includes('Deny') || binding.spec.policyName !== name)
    return `The binding ${name} does not deny what the policy forbids`;
  const ours = policies({ ...defaultOptions(''), namespace: scene.home }).find(
    ({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata.name === name,
  );
  return isDeepStrictEqual(expressions(policy.spec), expressions(ours?.['spec'] as Policy['spec']))
    ? undefined
    : `The policy ${name} has other rules than those of this release`;
}

/** Whether one of the admission policies is in force. */
const policyLook = (which: keyof typeof POLICIES): Look => ({
  subject: `${which} policy`,
  byHand: () =>
    `get validatingadmissionpolicy,validatingadmissionpolicybinding -l app.kubernetes.io/name=bgtask`,
  look: async (scene) => {
    const name = POLICIES[which];
    const version = await scene.view.version();
    const because = lacksPolicies(version)
      ? `Kubernetes ${version} does not support ValidatingAdmissionPolicy`
      : await weakness(scene, name);
    if (!because) return { level: 'ok', message: `${name} is in force` };
    const weak: Omit<Finding, 'subject' | 'fix'> = {
      level: 'warning',
      message: `${because}: ${RISKS[which]}.`,
    };
    return lacksPolicies(version)
      ? { ...weak, fix: 'Upgrade the cluster to Kubernetes 1.30, then run bgtask install again.' }
      : { ...weak, fix: 'Apply the installation again', command: await install(scene) };
  },
});

export const POLICY_LOOKS: readonly Look[] = [
  policyLook('identity'),
  policyLook('status'),
  policyLook('operator'),
];
