import { NAMESPACE } from '../scenarios/scene.ts';
import { PROJECT } from './bedside.ts';

/** One thing that is taken away, and what the doctor must say of it. */
interface Wound {
  what: string;
  /** A kubectl command's words, as admin. */
  by: string[];
  subject: string;
  level: 'warning' | 'problem';
  message: RegExp;
  /** True when pods have to come up before it is well again. */
  pods?: boolean;
}

/** Words of `kubectl patch`. */
export const patch = (kind: string, name: string, change: object, ...more: string[]): string[] => [
  'patch',
  kind,
  name,
  ...more,
  '-p',
  JSON.stringify(change),
];
export const CRD = 'agenticsessions.vteam.ambient-code';
/** Where the CRD's schema describes the spec. */
export const FIELD = '/spec/versions/0/schema/openAPIV3Schema/properties/spec';

/** Each thing that can be missing and that the printed command brings back. */
export const WOUNDS: Wound[] = [
  {
    what: 'the kind TaskTemplate',
    by: ['delete', 'crd', 'tasktemplates.vteam.ambient-code'],
    subject: 'tasktemplates',
    level: 'problem',
    message: /does not know the kind TaskTemplate/,
  },
  {
    what: 'a field that an older release did not have',
    by: patch(
      'crd',
      CRD,
      [
        { op: 'remove', path: `${FIELD}/properties/allowedPaths` },
        { op: 'remove', path: `${FIELD}/x-kubernetes-validations` },
      ],
      '--type=json',
    ),
    subject: 'agenticsessions',
    level: 'problem',
    message: /older than this program: it lacks spec\.allowedPaths/,
  },
  {
    what: 'the identity policy',
    by: ['delete', 'validatingadmissionpolicy', 'bgtask-identity'],
    subject: 'identity policy',
    level: 'warning',
    message: /^The policy bgtask-identity is missing: .* in the name of other users/,
  },
  {
    what: "the status policy's binding",
    by: ['delete', 'validatingadmissionpolicybinding', 'bgtask-status'],
    subject: 'status policy',
    level: 'warning',
    message: /^The binding of the policy .* is missing, so the policy is not enforced/,
  },
  {
    what: "the operator's Deployment",
    by: ['-n', NAMESPACE, 'delete', 'deployment', 'bgtask-operator'],
    subject: 'deployment',
    level: 'problem',
    message: /bgtask-system\/bgtask-operator is missing/,
    pods: true,
  },
  {
    what: "the Deployment's pods, by its scale,",
    by: ['-n', NAMESPACE, 'scale', 'deployment', 'bgtask-operator', '--replicas=0'],
    subject: 'deployment',
    level: 'problem',
    message: /is scaled to 0/,
    pods: true,
  },
  {
    what: "the project's Pod Security level",
    by: ['label', 'namespace', PROJECT, 'pod-security.kubernetes.io/enforce-'],
    subject: 'pod security',
    level: 'warning',
    message: /enforces no level/,
  },
  {
    what: "the forge's Secret",
    by: ['-n', PROJECT, 'delete', 'secret', 'bgtask-forge'],
    subject: 'forge secret',
    level: 'warning',
    message: /has no Secret bgtask-forge/,
  },
  {
    what: "the model's Secret",
    by: ['-n', PROJECT, 'delete', 'secret', 'bgtask-model'],
    subject: 'model secret',
    level: 'warning',
    message: /has no Secret bgtask-model/,
  },
];
