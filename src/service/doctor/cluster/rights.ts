import { creatorLabel, GROUP } from '../../../api/names.ts';
import { shellWord } from '../../../domain/shell-word.ts';
import { kubectl } from './commands.ts';
import type { Look, Scene } from './scene.ts';

/** What the role bgtask-view gives, and what bgtask-edit gives besides (install/rbac-users.ts). */
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'patch', 'delete'];

interface Wanted {
  subject: string;
  /** For sentences. */
  what: string;
  resource: string;
  group: string;
  subresource?: string;
  verbs: readonly string[];
  /** What it means when one is missing. */
  level: 'warning' | 'problem';
}

const WANTED: readonly Wanted[] = [
  {
    subject: 'task rights',
    what: 'tasks',
    group: GROUP,
    resource: 'agenticsessions',
    verbs: [...READ, ...WRITE],
    level: 'problem',
  },
  {
    subject: 'template rights',
    what: 'templates',
    group: GROUP,
    resource: 'tasktemplates',
    verbs: [...READ, ...WRITE],
    level: 'warning',
  },
  {
    subject: 'log rights',
    what: 'logs',
    group: '',
    resource: 'pods',
    subresource: 'log',
    verbs: ['get'],
    level: 'warning',
  },
];

/** kubectl's flag for a user or a service account. */
function subjectFlag(user: string): string {
  const account = /^system:serviceaccount:([^:]+:[^:]+)$/.exec(user)?.[1];
  return account ? `--serviceaccount=${account}` : `--user=${shellWord(user)}`;
}

const bindingCommand = (scene: Scene, role: string): string =>
  kubectl(
    scene,
    `-n ${scene.project} create rolebinding ${role}-${creatorLabel(scene.user)} --clusterrole=${role} ${subjectFlag(scene.user)}`,
  );

/** Whether the caller may do with a resource in the project what the command line does. */
const rightsLook = ({ subject, what, verbs, level, ...resource }: Wanted): Look => ({
  subject,
  byHand: ({ project, user }) => `-n ${project} auth can-i --list --as=${shellWord(user)}`,
  look: async (scene) => {
    const { project, user } = scene;
    const answers = await Promise.all(
      verbs.map((verb) => scene.view.may({ namespace: project, verb, ...resource })),
    );
    const missing = verbs.filter((_, index) => !answers[index]);
    if (missing.length === 0)
      return { level: 'ok', message: `you may ${verbs.join(', ')} ${what} in project ${project}` };
    const role = missing.some((verb) => WRITE.includes(verb)) ? 'bgtask-edit' : 'bgtask-view';
    return {
      level,
      message: `${user} may not ${missing.join(', ')} ${what} in project ${project}.`,
      fix: 'An administrator of the project allows it with',
      command: bindingCommand(scene, role),
    };
  },
});

export const RIGHTS_LOOKS: readonly Look[] = WANTED.map(rightsLook);
