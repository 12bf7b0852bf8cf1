import { messageOf } from '../../domain/errors.ts';
import type { Narrowing } from '../../domain/narrow.ts';
import { defaultSettings, type Settings } from '../../domain/settings.ts';
import { listWatch, type ListWatchEvent } from '../../engine/kubernetes/client/list-watch.ts';
import type { KubeObject } from '../../engine/kubernetes/client/objects.ts';
import type { Resource } from '../../engine/kubernetes/client/resource.ts';
import { narrowingIn, settingsIn } from './settings-text.ts';

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

export interface SettingsSource {
  configMaps: Resource<ConfigMap>;
  /** Whose ConfigMap holds the cluster's settings; one of the same name elsewhere narrows them for its project. */
  namespace: string;
  name: string;
  /** The key of the document in the ConfigMap. */
  key: string;
  /** Told of a document that is refused; the one of before stays. */
  onProblem: (sentence: string, object: ConfigMap) => void;
  onChange: (settings: Settings) => void;
  /** Told of a project's own document; undefined once it is gone. */
  onProject: (project: string, narrowing: Narrowing | undefined) => void;
  /** See WatchOptions. */
  silenceMs?: number;
}

/**
 * Follows the settings' ConfigMaps until the signal aborts: the cluster's, and those of projects. Without the cluster's, or once it is deleted, the
 * defaults count. Calls `ready` when the first state is known; a first document of the cluster that is bad leaves no settings to go by: `ready` is
 * called when it has been corrected. A project's that is bad from the start leaves the cluster's in force.
 */
export async function followClusterSettings(
  source: SettingsSource,
  signal: AbortSignal,
  ready: () => void,
): Promise<void> {
  const { configMaps, name, silenceMs } = source;
  let refused = false;
  let synced = false;
  const fieldSelector = `metadata.name=${name}`;
  for await (const event of listWatch(configMaps, { fieldSelector, silenceMs, signal })) {
    if (event.type === 'SYNCED') synced = true;
    else {
      const good = take(source, event);
      if (event.object.metadata.namespace !== source.namespace) continue;
      refused = !good;
    }
    if (synced && !refused) ready();
  }
}

/** Takes in what became of one ConfigMap; false when its document is refused. */
function take(
  { namespace: home, name, key, onProblem, onChange, onProject }: SettingsSource,
  { type, object }: Exclude<ListWatchEvent<ConfigMap>, { type: 'SYNCED' }>,
): boolean {
  const { namespace = '' } = object.metadata;
  const text = object.data?.[key] ?? '';
  const where = `ConfigMap ${namespace}/${name}`;
  try {
    if (namespace === home) onChange(type === 'DELETED' ? defaultSettings() : settingsIn(text, where));
    else onProject(namespace, type === 'DELETED' ? undefined : narrowingIn(text, where));
    return true;
  } catch (error) {
    onProblem(messageOf(error), object);
    return false;
  }
}
