import { messageOf } from '../../../domain/errors.ts';
import { defaultSettings, type Settings } from '../../../domain/settings.ts';
import type { ClusterObject, ClusterView } from '../../../engine/cluster-view.ts';
import { NAMES, SETTINGS_KEY } from '../../../engine/kubernetes/install/object.ts';
import { settingsIn } from '../../../operator/cluster/settings-text.ts';

/** The settings of a cluster: what counts, and why its ConfigMap does not when it is bad. */
export interface SettingsSeen {
  settings: Settings;
  /** False where there is no ConfigMap, and the defaults count. */
  present: boolean;
  problem?: string;
}

type ConfigMap = ClusterObject & { data?: Record<string, string> };

/** The text of the settings' document in a namespace; undefined where there is no ConfigMap. */
export async function configText(view: ClusterView, namespace: string): Promise<string | undefined> {
  const found = await view.get<ConfigMap>('ConfigMap', { namespace, name: NAMES.config });
  return found && (found.data?.[SETTINGS_KEY] ?? '');
}

/** Reads the settings as the operator does. Rejects when they may not be read. */
export async function readSettings(view: ClusterView, namespace: string): Promise<SettingsSeen> {
  const text = await configText(view, namespace);
  if (text === undefined) return { settings: defaultSettings(), present: false };
  try {
    return { settings: settingsIn(text, `ConfigMap ${namespace}/${NAMES.config}`), present: true };
  } catch (error) {
    return { settings: defaultSettings(), present: true, problem: messageOf(error) };
  }
}
