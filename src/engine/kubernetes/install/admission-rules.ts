import { GROUP, LABEL, VERSION } from '../../../api/names.ts';
import { cel, field } from './cel-text.ts';
import { NAMES } from './object.ts';
import { OPERATOR_VALIDATIONS, OPERATOR_WRITES, operatorVariables } from './operator-rules.ts';
import { CREATE_RULES, type Named, UPDATE_RULES, type Validation, VARIABLES } from './policy-rules.ts';

/** Requests by group, version, operation and resource, in the words of the admission API. */
interface ResourceRule {
  apiGroups: readonly string[];
  apiVersions: readonly string[];
  operations: readonly string[];
  resources: readonly string[];
}

/** The rules of one policy: for a ValidatingAdmissionPolicy, or for the webhook of the operator on older clusters. */
export interface AdmissionRules {
  resourceRules: readonly ResourceRule[];
  /** A request that does not meet all of them is let pass. */
  matchConditions: Named[];
  variables?: Named[];
  /** A request that does not meet all of them is refused. */
  validations: Validation[];
}

/** How the API server calls a service account. */
const accountName = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`;

const ofOurs = (operations: string[], resources: string[]): ResourceRule[] => [
  { apiGroups: [GROUP], apiVersions: [VERSION], operations, resources },
];

const hasTaskLabel = `${cel(LABEL.mode)} in ${field('o.metadata', 'labels', '{}')} && o.metadata.labels[${cel(LABEL.mode)}] == "background"`;

/** True if the object, before or after the change, is a task or has the label of a task. The policies leave sessions of other modes alone. */
const IS_TASK = `[dyn(object), dyn(oldObject)].exists(o, o != null && (${field('o', 'spec.mode', '""')} == "background" || (${hasTaskLabel})))`;

/** A task names the user who creates it, and of its spec only cancel can change. The operator and the server are exempt by the names of their accounts. */
export function identityRules(namespace: string): AdmissionRules {
  const exempt = [NAMES.operator, NAMES.server].map((name) => accountName(namespace, name));
  return {
    resourceRules: ofOurs(['CREATE', 'UPDATE'], ['agenticsessions']),
    matchConditions: [
      { name: 'not-bgtask-itself', expression: `!(request.userInfo.username in ${cel(exempt)})` },
      { name: 'is-a-task', expression: IS_TASK },
    ],
    variables: VARIABLES,
    validations: [...CREATE_RULES, ...UPDATE_RULES],
  };
}

/** Only the operator says how a task fares, whatever rights others have. */
export function statusRules(namespace: string): AdmissionRules {
  const account = accountName(namespace, NAMES.operator);
  const message = `only the bgtask operator (${account}) writes the status of tasks and templates; to stop a task, set spec.cancel or run: bgtask cancel`;
  return {
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
  };
}

/** The operator's account writes only what tasks need, whatever its role allows: it can create Jobs in every namespace. */
export function operatorAccountRules(namespace: string, jobSecrets: readonly string[]): AdmissionRules {
  const account = accountName(namespace, NAMES.operator);
  return {
    resourceRules: OPERATOR_WRITES,
    matchConditions: [
      { name: 'is-the-operator', expression: `request.userInfo.username == ${cel(account)}` },
    ],
    variables: operatorVariables(jobSecrets),
    validations: OPERATOR_VALIDATIONS,
  };
}
