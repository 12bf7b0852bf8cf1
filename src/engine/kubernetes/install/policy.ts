import { GROUP, LABEL, VERSION } from '../../../api/names.ts';
import { type KubernetesObject, LABELS, NAMES } from './object.ts';
import { OPERATOR_VALIDATIONS, OPERATOR_WRITES, operatorVariables } from './operator-rules.ts';
import type { InstallOptions } from './options.ts';
import { CREATE_RULES, UPDATE_RULES, type Validation, VARIABLES } from './policy-rules.ts';

const ADMISSION = 'admissionregistration.k8s.io/v1';
/** Names of the policies and of their bindings. */
export const POLICIES = {
  identity: 'bgtask-identity',
  status: 'bgtask-status',
  operator: 'bgtask-operator',
} as const;

/** How the API server calls a service account. */
const accountName = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`;

/** A list or string as CEL has it: JSON is CEL. */
const cel = (value: string | readonly string[]): string => JSON.stringify(value);

/** True if the object, before or after the change, is a task or has the label of a task. The policies leave sessions of other modes alone. */
const IS_TASK = `[object, oldObject].exists(o, o != null && (dyn(o).spec.?mode.orValue("") == "background" || dyn(o).metadata.?labels[?${cel(LABEL.mode)}].orValue("") == "background"))`;

interface Policy {
  resourceRules: object[];
  matchConditions: { name: string; expression: string }[];
  variables?: { name: string; expression: string }[];
  validations: Validation[];
}

const ofOurs = (operations: string[], resources: string[]): object[] => [
  { apiGroups: [GROUP], apiVersions: [VERSION], operations, resources },
];

/** A policy and the binding that puts it in force in every project. */
const inForce = (name: string, { resourceRules, ...rest }: Policy): KubernetesObject[] => [
  {
    apiVersion: ADMISSION,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name, labels: LABELS },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { resourceRules },
      ...rest,
    },
  },
  {
    apiVersion: ADMISSION,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name, labels: LABELS },
    spec: { policyName: name, validationActions: ['Deny'] },
  },
];

/** A task names the user who creates it, and of its spec only cancel can change. The operator and the server are exempt by the names of their accounts. */
const identity = (namespace: string): KubernetesObject[] => {
  const exempt = [NAMES.operator, NAMES.server].map((name) => accountName(namespace, name));
  return inForce(POLICIES.identity, {
    resourceRules: ofOurs(['CREATE', 'UPDATE'], ['agenticsessions']),
    matchConditions: [
      { name: 'not-bgtask-itself', expression: `!(request.userInfo.username in ${cel(exempt)})` },
      { name: 'is-a-task', expression: IS_TASK },
    ],
    variables: VARIABLES,
    validations: [...CREATE_RULES, ...UPDATE_RULES],
  });
};

/** Only the operator says how a task fares, whatever rights others have. */
const status = (namespace: string): KubernetesObject[] => {
  const account = accountName(namespace, NAMES.operator);
  const message = `only the bgtask operator (${account}) writes the status of tasks and templates; to stop a task, set spec.cancel or run: bgtask cancel`;
  return inForce(POLICIES.status, {
    resourceRules: ofOurs(['UPDATE'], ['agenticsessions/status', 'tasktemplates/status']),
    matchConditions: [
      {
        name: 'is-a-task-or-template',
        expression: `request.resource.resource == "tasktemplates" || ${IS_TASK}`,
      },
    ],
    validations: [
      { expression: `request.userInfo.username == ${cel(account)}`, message, reason: 'Forbidden' },
    ],
  });
};

/** The operator's account writes only what tasks need, whatever its role allows: it can create Jobs in every namespace. */
const operator = ({ namespace, jobSecrets }: InstallOptions): KubernetesObject[] => {
  const account = accountName(namespace, NAMES.operator);
  return inForce(POLICIES.operator, {
    resourceRules: OPERATOR_WRITES,
    matchConditions: [
      { name: 'is-the-operator', expression: `request.userInfo.username == ${cel(account)}` },
    ],
    variables: operatorVariables(jobSecrets),
    validations: OPERATOR_VALIDATIONS,
  });
};

/** The admission policies; none when they are not wanted. */
export const policies = (options: InstallOptions): KubernetesObject[] =>
  options.withPolicy
    ? [...identity(options.namespace), ...status(options.namespace), ...operator(options)]
    : [];
