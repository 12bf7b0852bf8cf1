import { kubectl } from './commands.ts';
import type { Look } from './scene.ts';

/** Whether the project is there. */
export const projectLook: Look = {
  subject: 'project',
  byHand: ({ project }) => `get namespace ${project}`,
  look: async (scene) => {
    const { project } = scene;
    if (await scene.namespace()) return { level: 'ok', message: project };
    return {
      level: 'problem',
      message: `There is no project (namespace) ${project}.`,
      fix: 'Name another one with -n, or make it',
      command: kubectl(scene, `create namespace ${project}`),
    };
  },
};

const LEVEL = 'pod-security.kubernetes.io/enforce';

/** Which pods the project lets in: ours meet the strictest level. */
export const podSecurityLook: Look = {
  subject: 'pod security',
  byHand: ({ project }) => `get namespace ${project} --show-labels`,
  look: async (scene) => {
    const { project } = scene;
    const namespace = await scene.namespace();
    const level = namespace?.metadata.labels?.[LEVEL];
    if (level === 'restricted')
      return { level: 'ok', message: `project ${project} enforces the level restricted` };
    return {
      level: 'warning',
      message: namespace
        ? `Project ${project} enforces ${level ? `the level ${level}` : 'no level'}: tasks need no more than restricted allows.`
        : `There is no project ${project}.`,
      fix: 'Once nothing else there needs more',
      command: kubectl(scene, `label --overwrite namespace ${project} ${LEVEL}=restricted`),
    };
  },
};
