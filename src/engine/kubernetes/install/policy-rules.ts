import { SCHEMAS } from '../../../api/generated/schemas.ts';
import { LABEL, RETRY_COUNT_ANNOTATION } from '../../../api/names.ts';
import { cel, field, sameEntry } from './cel-text.ts';

/** An expression with a name. */
export interface Named {
  name: string;
  expression: string;
}

/** One rule of an admission policy. The API server says `messageExpression`'s words, or `message` when they cannot be had. */
export interface Validation {
  expression: string;
  message: string;
  messageExpression?: string;
  /** Forbidden is answered with 403, Invalid with 422. */
  reason: 'Forbidden' | 'Invalid';
}

/** Labels that identify a task and its user: users may not change them after creation. */
const FROZEN_LABELS = [LABEL.mode, LABEL.task, LABEL.template, LABEL.creator, LABEL.repo, LABEL.retryOf];

const label = (key: string): string => `variables.labels[${cel(key)}]`;
const lacks = (key: string): string => `!(${cel(key)} in variables.labels)`;

/** What `creatorLabel` of src/api/names.ts makes of a user before the hash, which CEL cannot compute; at most 40 characters. */
const CREATOR_PREFIX = 'request.userInfo.username.findAll("[A-Za-z0-9._-]+").join("-").find("[A-Za-z0-9].*")';

/** The fields of a spec. The CRD itself keeps others, because sessions of other modes have them. */
const FIELDS = Object.keys(SCHEMAS.AgenticSession.properties?.['spec']?.properties ?? {});

/** The object before and after, of any shape: their fields are looked up when the rules are evaluated. */
export const OBJECTS: Named[] = [
  { name: 'object', expression: 'dyn(object)' },
  { name: 'oldObject', expression: 'dyn(oldObject)' },
];

/** Named once, used by many rules. */
export const VARIABLES: Named[] = [
  ...OBJECTS,
  { name: 'labels', expression: field('variables.object.metadata', 'labels', '{}') },
  {
    name: 'oldLabels',
    expression: `oldObject == null ? {} : ${field('variables.oldObject.metadata', 'labels', '{}')}`,
  },
  { name: 'annotations', expression: field('variables.object.metadata', 'annotations', '{}') },
  {
    name: 'oldAnnotations',
    expression: `oldObject == null ? {} : ${field('variables.oldObject.metadata', 'annotations', '{}')}`,
  },
  { name: 'userId', expression: field('variables.object.spec', 'userContext.userId', '""') },
  { name: 'callerGroups', expression: field('request.userInfo', 'groups', '[]') },
  {
    name: 'strangeGroups',
    expression: `${field('variables.object.spec', 'userContext.groups', '[]')}.filter(g, !(g in variables.callerGroups))`,
  },
  {
    name: 'strangeFields',
    expression: `variables.object.spec.filter(k, !(k in ${cel(FIELDS)}))`,
  },
  {
    name: 'creatorPrefix',
    expression: `${CREATOR_PREFIX} == "" ? "user" : ${CREATOR_PREFIX}.size() > 40 ? ${CREATOR_PREFIX}.substring(0, 40) : ${CREATOR_PREFIX}`,
  },
];

const on = (operation: 'CREATE' | 'UPDATE', rules: Validation[]): Validation[] =>
  rules.map((rule) => ({
    ...rule,
    expression: `request.operation != "${operation}" || (${rule.expression})`,
  }));

/** A label that is there must say what the object says. */
const labelAgrees = (key: string, field: string, truth: string): Validation => ({
  expression: `${lacks(key)} || ${label(key)} == ${truth}`,
  message: `the label ${key} must be the same as ${field}: correct it or leave it out`,
  reason: 'Forbidden',
});

/** What a new task must say of itself. Labels may be left out. */
export const CREATE_RULES: Validation[] = on('CREATE', [
  {
    expression: 'variables.userId == request.userInfo.username',
    message:
      'spec.userContext.userId must be the name that the cluster knows you by; see: kubectl auth whoami',
    messageExpression:
      '"spec.userContext.userId must be the name that the cluster knows you by, \\"" + request.userInfo.username + "\\", and is \\"" + variables.userId + "\\": correct it, or let bgtask create fill it in"',
    reason: 'Forbidden',
  },
  {
    expression: 'variables.strangeGroups.size() == 0',
    message: 'spec.userContext.groups names groups that you are not in: correct it or leave it out',
    messageExpression:
      '"spec.userContext.groups names groups that you are not in: " + variables.strangeGroups.join(", ") + "; correct it or leave it out"',
    reason: 'Forbidden',
  },
  {
    expression: 'variables.strangeFields.size() == 0',
    message: 'the spec has a field that no task knows; see: kubectl explain agenticsession.spec',
    messageExpression:
      '"the spec has fields that no task knows: " + variables.strangeFields.join(", ") + "; see: kubectl explain agenticsession.spec"',
    reason: 'Invalid',
  },
  labelAgrees(LABEL.mode, 'spec.mode', field('variables.object.spec', 'mode', '""')),
  labelAgrees(LABEL.template, 'spec.templateId', field('variables.object.spec', 'templateId', '""')),
  labelAgrees(LABEL.retryOf, 'spec.retryOf', field('variables.object.spec', 'retryOf', '""')),
  {
    expression: `${lacks(LABEL.task)} || object.metadata.name == ${label(LABEL.task)} || object.metadata.name.startsWith(${label(LABEL.task)} + "-")`,
    message: `metadata.name must be the task's name in the label ${LABEL.task}, or begin with it and a -: correct the label or leave it out`,
    reason: 'Forbidden',
  },
  {
    expression: `${lacks(LABEL.creator)} || (${label(LABEL.creator)}.startsWith(variables.creatorPrefix) && ${label(LABEL.creator)}.matches("-[0-9a-f]{10}$") && ${label(LABEL.creator)}.size() <= variables.creatorPrefix.size() + 12)`,
    message: `the label ${LABEL.creator} is not yours: leave it out, or let bgtask create fill it in`,
    reason: 'Forbidden',
  },
]);

/** What must stay as it was. The schema's own rules say the same of each field they know; this holds for the unknown ones too. */
export const UPDATE_RULES: Validation[] = on('UPDATE', [
  {
    expression: `${field('variables.object.spec', 'mode', '""')} == ${field('variables.oldObject.spec', 'mode', '""')}`,
    message: 'spec.mode cannot change after creation: make a new task instead',
    reason: 'Invalid',
  },
  {
    expression:
      'variables.object.spec.all(k, k == "cancel" || (k in variables.oldObject.spec && variables.object.spec[k] == variables.oldObject.spec[k])) && variables.oldObject.spec.all(k, k == "cancel" || k in variables.object.spec)',
    message:
      'nothing in the spec of a task but cancel can change after creation: cancel it and make a new one',
    reason: 'Invalid',
  },
  {
    expression: `${cel(FROZEN_LABELS)}.all(k, ${sameEntry('variables.labels', 'variables.oldLabels', 'k')})`,
    message: `the labels ${FROZEN_LABELS.join(', ')} of a task cannot change after creation`,
    reason: 'Forbidden',
  },
  {
    expression: sameEntry('variables.annotations', 'variables.oldAnnotations', cel(RETRY_COUNT_ANNOTATION)),
    message: `the annotation ${RETRY_COUNT_ANNOTATION} of a task cannot change after creation`,
    reason: 'Forbidden',
  },
]);
