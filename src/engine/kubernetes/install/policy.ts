import { type AdmissionRules, identityRules, operatorAccountRules, statusRules } from './admission-rules.ts';
import { type KubernetesObject, LABELS } from './object.ts';
import type { InstallOptions } from './options.ts';

/** Names of the policies and of their bindings. */
export const POLICIES = {
  identity: 'bgtask-identity',
  status: 'bgtask-status',
  operator: 'bgtask-operator',
} as const;

/** A policy and the binding that puts it in force in every project. */
function inForce(version: string, name: string, rules: AdmissionRules): KubernetesObject[] {
  const apiVersion = `admissionregistration.k8s.io/${version}`;
  const metadata = { name, labels: LABELS };
  const { resourceRules, ...rest } = rules;
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: { failurePolicy: 'Fail', matchConstraints: { resourceRules }, ...rest },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}

/** The admission policies. An empty list with the webhook and with --no-policy. */
export function policies({ admission, namespace, jobSecrets }: InstallOptions): KubernetesObject[] {
  if (admission === 'webhook' || admission === 'none') return [];
  return [
    ...inForce(admission, POLICIES.identity, identityRules(namespace)),
    ...inForce(admission, POLICIES.status, statusRules(namespace)),
    ...inForce(admission, POLICIES.operator, operatorAccountRules(namespace, jobSecrets)),
  ];
}
