import { GROUP, LABEL } from '../../../api/names.ts';
import { JOB_NETWORK, JOB_POD_LABELS } from '../jobs/job-network.ts';
import type { Validation } from './policy-rules.ts';

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
export const operatorVariables = (jobSecrets: readonly string[]): { name: string; expression: string }[] => [
  { name: 'listed', expression: `"${String(jobSecrets)},".split(",")` },
  { name: 'isNew', expression: 'request.operation != "DELETE"' },
  { name: 'isJob', expression: 'variables.isNew && request.resource.resource == "jobs"' },
  { name: 'labels', expression: 'dyn(object).metadata.?labels.orValue({})' },
  { name: 'owners', expression: 'dyn(object).metadata.?ownerReferences.orValue([])' },
  { name: 'pod', expression: 'dyn(object).spec.template.spec' },
  {
    name: 'containers',
    expression: 'variables.pod.containers + variables.pod.?initContainers.orValue([])',
  },
  {
    name: 'secrets',
    expression:
      'variables.pod.?volumes.orValue([]).filter(v, has(v.secret)).map(v, v.secret.?secretName.orValue(""))',
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
const isOurs = '[?"app.kubernetes.io/name"].orValue("") == "bgtask"';

/**
 * What the operator may write: its account can create Jobs in every namespace, and who steals its token must not get more than the
 * Jobs of tasks.
 */
export const OPERATOR_VALIDATIONS: Validation[] = [
  {
    expression: `variables.isNew || dyn(oldObject).metadata.?labels.orValue({})${isOurs}`,
    message:
      'the bgtask operator deletes only what bgtask made: objects with the label app.kubernetes.io/name: bgtask',
    reason: 'Forbidden',
  },
  forJobs(
    `${ofTask} && variables.labels[?"${LABEL.mode}"].orValue("") == "background"`,
    'the bgtask operator creates only Jobs of tasks: the Job must be owned by an AgenticSession and have its labels',
  ),
  forJobs(
    'variables.pod.?automountServiceAccountToken.orValue(true) == false',
    'a Job of the bgtask operator must not mount a token of the cluster',
  ),
  forJobs(
    '!variables.pod.?hostNetwork.orValue(false) && !variables.pod.?hostPID.orValue(false) && !variables.pod.?hostIPC.orValue(false)',
    'a Job of the bgtask operator must not use the network, processes or IPC of its node',
  ),
  forJobs(
    'variables.pod.?volumes.orValue([]).all(v, has(v.emptyDir) || has(v.downwardAPI) || has(v.secret) || (has(v.configMap) && v.name == "ca") || (has(v.projected) && v.projected.sources.all(s, has(s.configMap) && s.configMap.?name.orValue("").matches("-change-[0-9]$"))))',
    'a Job of the bgtask operator has volumes of the types emptyDir, downwardAPI and secret, configMap for certificate authorities, and projected for kept changes, only',
  ),
  {
    ...forJobs('variables.strangeSecrets.size() == 0', UNLISTED),
    messageExpression: `"a Job of the bgtask operator mounts Secrets that are not listed: " + variables.strangeSecrets.join(", ") + "; name them ${SECRET_PREFIX}..., or run bgtask install with --job-secret NAME"`,
  },
  forJobs(
    'variables.containers.all(c, c.?securityContext.?allowPrivilegeEscalation.orValue(true) == false && !c.?securityContext.?privileged.orValue(false) && c.?envFrom.orValue([]).size() == 0 && c.?env.orValue([]).all(e, !has(e.valueFrom)))',
    'a container of a Job of the bgtask operator must not gain privileges, nor read variables from Secrets and ConfigMaps',
  ),
  forNew(
    'configmaps',
    `${ofTask} && variables.labels${isOurs} && dyn(object).metadata.name.matches("-(log|log-so-far|change)-[0-9]+$")`,
    'the bgtask operator creates only ConfigMaps with logs and changes of tasks',
  ),
  forNew(
    'serviceaccounts',
    'dyn(object).?automountServiceAccountToken.orValue(true) == false && dyn(object).?secrets.orValue([]).size() == 0 && dyn(object).?imagePullSecrets.orValue([]).size() == 0',
    'the bgtask operator creates only accounts without a token and without Secrets',
  ),
  forNew(
    'networkpolicies',
    `dyn(object).metadata.name == "${JOB_NETWORK}" && dyn(object).spec.podSelector == ${JSON.stringify({ matchLabels: JOB_POD_LABELS })}`,
    `the bgtask operator writes only the NetworkPolicy ${JOB_NETWORK} for the pods of its Jobs`,
  ),
];
