import { NAMES } from '../../../engine/kubernetes/install/object.ts';
import { messageOf } from '../../../domain/errors.ts';
import { narrowingIn } from '../../../operator/cluster/settings-text.ts';
import { kubectl } from './commands.ts';
import { configText } from './read-settings.ts';
import type { Look } from './scene.ts';

/** Whether the settings can be read and are good. */
export const settingsLook: Look = {
  subject: 'settings',
  byHand: ({ home }) => `-n ${home} get configmap ${NAMES.config} --ignore-not-found -o yaml`,
  look: async (scene) => {
    const { home } = scene;
    const { present, problem } = await scene.settings();
    const name = `${home}/${NAMES.config}`;
    if (problem)
      return {
        level: 'problem',
        message: `${problem} The operator goes on with the last good ones, and does not start without.`,
        fix: 'Correct them',
        command: kubectl(scene, `-n ${home} edit configmap ${NAMES.config}`),
      };
    return { level: 'ok', message: present ? name : `the defaults: there is no ConfigMap ${name}` };
  },
};

/** Whether a project's own settings, which narrow the cluster's, are good. */
export const projectSettingsLook: Look = {
  subject: 'own settings',
  byHand: ({ project }) => `-n ${project} get configmap ${NAMES.config} --ignore-not-found -o yaml`,
  look: async (scene) => {
    const { project, view } = scene;
    const name = `${project}/${NAMES.config}`;
    if (project === scene.home) return { level: 'ok', message: `project ${project} is the operator's own` };
    const text = await configText(view, project);
    if (text === undefined) return { level: 'ok', message: `project ${project} narrows nothing` };
    try {
      narrowingIn(text, `ConfigMap ${name}`);
      return { level: 'ok', message: `${name} narrows the settings` };
    } catch (error) {
      return {
        level: 'problem',
        message: `${messageOf(error)} The operator goes on with the last good ones, or the cluster's.`,
        fix: 'Correct them',
        command: kubectl(scene, `-n ${project} edit configmap ${NAMES.config}`),
      };
    }
  },
};
