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

/** Reads the settings as the operator does. Rejects when they may not be read. */
export async function readSettings(view: ClusterView, namespace: string): Promise<SettingsSeen> {
  type ConfigMap = ClusterObject & { data?: Record<string, string> };
  const found = await view.get<ConfigMap>('ConfigMap', { namespace, name: NAMES.config });
  if (!found) return { settings: defaultSettings(), present: false };
  try {
    const settings = settingsIn(found.data?.[SETTINGS_KEY] ?? '', `ConfigMap ${namespace}/${NAMES.config}`);
    return { settings, present: true };
  } catch (error) {
    return { settings: defaultSettings(), present: true, problem: messageOf(error) };
  }
}
