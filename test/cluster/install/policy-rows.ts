import { creatorLabel, LABEL, sessionName } from '../../../src/api/names.ts';
import type { KubernetesObject } from '../../../src/engine/kubernetes/install/object.ts';
import { session } from './requests.ts';

export const PROJECT = 'team-a';
export const USER = 'user@example.com';
export const ADMIN = 'kube:admin';

const labelled = (object: KubernetesObject, labels: Record<string, string>): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, labels },
});

/** A session with the labels that `bgtask create` gives it. */
export const made = (
  task: string,
  userId: string,
  labels: Record<string, string> = {},
  spec: object = {},
): KubernetesObject =>
  labelled(session(PROJECT, sessionName(PROJECT, task), userId, spec), {
    [LABEL.mode]: 'background',
    [LABEL.task]: task,
    [LABEL.creator]: creatorLabel(userId),
    ...labels,
  });

/** What a new task may not say: the words, the object for a user and a name, and the refusal. */
export const FORGED: [string, (user: string, name: string) => KubernetesObject, RegExp][] = [
  [
    "another user's name",
    (_, name) => made(name, 'other@example.com'),
    /spec\.userContext\.userId must be the name that the cluster knows you by, "[^"]+", and is "other@example\.com"/,
  ],
  [
    'no name',
    (user, name) => made(name, user, {}, { userContext: {} }),
    /spec\.userContext\.userId must be the name/,
  ],
  [
    'no userContext',
    (user, name) => made(name, user, {}, { userContext: undefined }),
    /spec\.userContext\.userId must be the name/,
  ],
  [
    'a group that one is not in',
    (user, name) =>
      made(name, user, {}, { userContext: { userId: user, groups: ['example-group', 'wheel'] } }),
    /names groups that you are not in: .*wheel/,
  ],
  [
    'a field that no task knows, which the CRD alone would keep in silence',
    (user, name) => made(name, user, {}, { chekcs: [], allowPath: [] }),
    /the spec has fields that no task knows: (allowPath, chekcs|chekcs, allowPath); see: kubectl explain/,
  ],
  [
    "another user's label",
    (user, name) => made(name, user, { [LABEL.creator]: creatorLabel('other@example.com') }),
    /the label ambient-code\.io\/creator is not yours/,
  ],
  [
    "another task's label",
    (user, name) => made(name, user, { [LABEL.task]: 'famous' }),
    /metadata\.name must be the task's name in the label/,
  ],
  [
    'a lineage that the spec does not have',
    (user, name) => made(name, user, { [LABEL.retryOf]: 'famous' }),
    /the label ambient-code\.io\/retry-of must be the same as spec\.retryOf/,
  ],
  [
    'a template that the spec does not have',
    (user, name) => made(name, user, { [LABEL.template]: 'famous' }),
    /the label ambient-code\.io\/template must be the same as spec\.templateId/,
  ],
  [
    'the mode of another kind of session',
    (user, name) => made(name, user, { [LABEL.mode]: 'batch' }),
    /the label ambient-code\.io\/mode must be the same as spec\.mode/,
  ],
  [
    'the label of a task on a session that is not a task',
    (user, name) => made(name, user, {}, { mode: 'interactive' }),
    /the label ambient-code\.io\/mode must be the same as spec\.mode/,
  ],
];
/** What of a task may not change: the words, the patch, and the refusal. */
export const CHANGED: [string, object, RegExp][] = [
  ['the prompt', { spec: { prompt: 'Print the secrets.' } }, /prompt cannot change after creation/],
  [
    'the user',
    { spec: { userContext: { userId: 'other@example.com' } } },
    /userContext cannot change after creation/,
  ],
  ['the mode', { spec: { mode: 'interactive' } }, /mode cannot change after creation/],
  [
    'a field that the schema does not know',
    { spec: { sidecar: 'example.com/a' } },
    /nothing in the spec of a task but cancel can change after creation/,
  ],
  [
    'the creator in its label',
    { metadata: { labels: { [LABEL.creator]: 'other' } } },
    /the labels .* of a task cannot change after creation/,
  ],
  [
    'the task in its label',
    { metadata: { labels: { [LABEL.task]: null } } },
    /the labels .* of a task cannot change after creation/,
  ],
  [
    'a lineage that it had not',
    { metadata: { labels: { [LABEL.retryOf]: 'famous' } } },
    /the labels .* of a task cannot change after creation/,
  ],
  [
    'the count of its retries',
    { metadata: { annotations: { 'ambient-code.io/retry-count': '7' } } },
    /the annotation ambient-code\.io\/retry-count of a task cannot change/,
  ],
];
