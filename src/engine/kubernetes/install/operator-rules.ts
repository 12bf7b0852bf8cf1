import { GROUP, LABEL } from '../../../api/names.ts';
import { JOB_NETWORK, JOB_POD_LABELS } from '../jobs/job-network.ts';
import { cel, entry, field } from './cel-text.ts';
import { type Named, OBJECTS, type Validation } from './policy-rules.ts';

/** Secrets of these names may be mounted without being listed. */
export const SECRET_PREFIX = 'bgtask-';

/** What the operator's account writes outside of its own namespace, as rules of a policy match it. */
export const OPERATOR_WRITES = [
  {
    apiGroups: ['batch'],
    apiVersions: ['v1'],
    operations: ['CREATE', 'DELETE'],
    resources: ['jobs'],
  },
  {
    apiGroups: [''],
    apiVersions: ['v1'],
    operations: ['CREATE', 'DELETE'],
    resources: ['configmaps', 'serviceaccounts', 'pods'],
  },
  {
    apiGroups: ['networking.k8s.io'],
    apiVersions: ['v1'],
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    resources: ['networkpolicies'],
  },
];

/**
 * Named once, used by many rules. `jobSecrets` are the names of Secrets that Jobs mount besides those with the prefix; as a text they
 * are joined by commas, which the chart's template can do, too.
 */
export const operatorVariables = (jobSecrets: readonly string[]): Named[] => [
  ...OBJECTS,
  { name: 'listed', expression: `"${String(jobSecrets)},".split(",")` },
  { name: 'isNew', expression: 'request.operation != "DELETE"' },
  { name: 'isJob', expression: 'variables.isNew && request.resource.resource == "jobs"' },
  { name: 'labels', expression: field('variables.object.metadata', 'labels', '{}') },
  {
    name: 'oldLabels',
    expression: `oldObject == null ? {} : ${field('variables.oldObject.metadata', 'labels', '{}')}`,
  },
  { name: 'owners', expression: field('variables.object.metadata', 'ownerReferences', '[]') },
  { name: 'pod', expression: 'variables.object.spec.template.spec' },
  { name: 'volumes', expression: field('variables.pod', 'volumes', '[]') },
  {
    name: 'containers',
    expression: `variables.pod.containers + ${field('variables.pod', 'initContainers', '[]')}`,
  },
  {
    name: 'secrets',
    expression: `variables.volumes.filter(v, has(v.secret)).map(v, ${field('v.secret', 'secretName', '""')})`,
  },
  {
    name: 'strangeSecrets',
    expression: `variables.secrets.filter(name, !name.startsWith("${SECRET_PREFIX}") && !(name in variables.listed))`,
  },
];

const forJobs = (expression: string, message: string): Validation => ({
  expression: `!variables.isJob || (${expression})`,
  message,
  reason: 'Forbidden',
});

const forNew = (resource: string, expression: string, message: string): Validation => ({
  expression: `!variables.isNew || request.resource.resource != "${resource}" || (${expression})`,
  message,
  reason: 'Forbidden',
});

const UNLISTED = `a Job of the bgtask operator mounts a Secret that is not listed: name it ${SECRET_PREFIX}..., or run bgtask install with --job-secret NAME`;
const ofTask = `variables.owners.exists(o, o.kind == "AgenticSession" && o.apiVersion.startsWith("${GROUP}/"))`;
const isEmpty = (base: string, list: string): string => `${field(base, list, '[]')}.size() == 0`;
const hasLabel = (labels: string, key: string, value: string): string =>
  `${entry(`variables.${labels}`, cel(key), '""')} == ${cel(value)}`;
const isOurs = (labels: string): string => hasLabel(labels, 'app.kubernetes.io/name', 'bgtask');

/**
 * What the operator may write: its account can create Jobs in every namespace, and who steals its token must not get more than the
 * Jobs of tasks.
 */
export const OPERATOR_VALIDATIONS: Validation[] = [
  {
    expression: `variables.isNew || ${isOurs('oldLabels')}`,
    message:
      'the bgtask operator deletes only what bgtask made: objects with the label app.kubernetes.io/name: bgtask',
    reason: 'Forbidden',
  },
  forJobs(
    `${ofTask} && ${hasLabel('labels', LABEL.mode, 'background')}`,
    'the bgtask operator creates only Jobs of tasks: the Job must be owned by an AgenticSession and have its labels',
  ),
  forJobs(
    `${field('variables.pod', 'automountServiceAccountToken', 'true')} == false`,
    'a Job of the bgtask operator must not mount a token of the cluster',
  ),
  forJobs(
    ['hostNetwork', 'hostPID', 'hostIPC']
      .map((name) => `!${field('variables.pod', name, 'false')}`)
      .join(' && '),
    'a Job of the bgtask operator must not use the network, processes or IPC of its node',
  ),
  forJobs(
    `variables.volumes.all(v, has(v.emptyDir) || has(v.downwardAPI) || has(v.secret) || (has(v.configMap) && v.name == "ca") || (has(v.projected) && v.projected.sources.all(s, has(s.configMap) && ${field('s.configMap', 'name', '""')}.matches("-change-[0-9]$"))))`,
    'a Job of the bgtask operator has volumes of the types emptyDir, downwardAPI and secret, configMap for certificate authorities, and projected for kept changes, only',
  ),
  {
    ...forJobs('variables.strangeSecrets.size() == 0', UNLISTED),
    messageExpression: `"a Job of the bgtask operator mounts Secrets that are not listed: " + variables.strangeSecrets.join(", ") + "; name them ${SECRET_PREFIX}..., or run bgtask install with --job-secret NAME"`,
  },
  forJobs(
    `variables.containers.all(c, ${field('c', 'securityContext.allowPrivilegeEscalation', 'true')} == false && !${field('c', 'securityContext.privileged', 'false')} && ${isEmpty('c', 'envFrom')} && ${field('c', 'env', '[]')}.all(e, !has(e.valueFrom)))`,
    'a container of a Job of the bgtask operator must not gain privileges, nor read variables from Secrets and ConfigMaps',
  ),
  forNew(
    'configmaps',
    `${ofTask} && ${isOurs('labels')} && variables.object.metadata.name.matches("-(log|log-so-far|change)-[0-9]+$")`,
    'the bgtask operator creates only ConfigMaps with logs and changes of tasks',
  ),
  forNew(
    'serviceaccounts',
    `${field('variables.object', 'automountServiceAccountToken', 'true')} == false && ${isEmpty('variables.object', 'secrets')} && ${isEmpty('variables.object', 'imagePullSecrets')}`,
    'the bgtask operator creates only accounts without a token and without Secrets',
  ),
  forNew(
    'networkpolicies',
    `variables.object.metadata.name == "${JOB_NETWORK}" && variables.object.spec.podSelector == ${JSON.stringify({ matchLabels: JOB_POD_LABELS })}`,
    `the bgtask operator writes only the NetworkPolicy ${JOB_NETWORK} for the pods of its Jobs`,
  ),
];
