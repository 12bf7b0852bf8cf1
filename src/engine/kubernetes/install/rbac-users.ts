import { GROUP } from '../../../api/names.ts';
import { type KubernetesObject, LABELS } from './object.ts';
import type { PolicyRule } from './rbac-operator.ts';

const RESOURCES = ['agenticsessions', 'tasktemplates'];

/** Sees tasks, templates and their logs; the archived log is a ConfigMap. */
const VIEW_RULES: readonly PolicyRule[] = [
  { apiGroups: [GROUP], resources: RESOURCES, verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods', 'events'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods/log', 'configmaps'], verbs: ['get'] },
];

/** Makes, cancels and removes them besides. Status is the operator's alone. */
const EDIT_RULES: readonly PolicyRule[] = [
  ...VIEW_RULES,
  {
    apiGroups: [GROUP],
    resources: RESOURCES,
    verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
  },
];

const role = (name: string, builtIn: readonly string[], rules: readonly PolicyRule[]): KubernetesObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: {
    name,
    labels: {
      ...LABELS,
      ...Object.fromEntries(
        builtIn.map((into) => [`rbac.authorization.k8s.io/aggregate-to-${into}`, 'true']),
      ),
    },
  },
  rules,
});

/** Roles for people: they are aggregated to the built-in roles view, edit and admin, so users with these roles have them already. */
export const userRoles = (): KubernetesObject[] => [
  role('bgtask-view', ['view', 'edit', 'admin'], VIEW_RULES),
  role('bgtask-edit', ['edit', 'admin'], EDIT_RULES),
];
