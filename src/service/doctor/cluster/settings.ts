import { NAMES } from '../../../engine/kubernetes/install/object.ts';
import { kubectl } from './commands.ts';
import type { Look } from './scene.ts';

/** Whether the settings can be read and are good. */
export const settingsLook: Look = {
  subject: 'settings',
  byHand: ({ home }) => `-n ${home} get configmap ${NAMES.config} -o yaml`,
  look: async (scene) => {
    const { home } = scene;
    const { present, problem } = await scene.settings();
    const name = `${home}/${NAMES.config}`;
    if (problem)
      return {
        level: 'problem',
        message: `${problem} The operator goes on with the last good ones, and does not start without.`,
        mend: 'Correct them',
        command: kubectl(scene, `-n ${home} edit configmap ${NAMES.config}`),
      };
    return { level: 'ok', message: present ? name : `the defaults: there is no ConfigMap ${name}` };
  },
};
