import { messageOf } from '../../domain/errors.ts';
import { defaultSettings, type Settings } from '../../domain/settings.ts';
import { listWatch } from '../../engine/kubernetes/client/list-watch.ts';
import type { KubeObject } from '../../engine/kubernetes/client/objects.ts';
import type { Resource } from '../../engine/kubernetes/client/resource.ts';
import { settingsIn } from './settings-text.ts';

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

export interface SettingsSource {
  configMaps: Resource<ConfigMap>;
  namespace: string;
  name: string;
  /** The key of the document in the ConfigMap. */
  key: string;
  /** Told of a document that is refused; the settings of before stay. */
  onProblem: (sentence: string, object: ConfigMap) => void;
  onChange: (settings: Settings) => void;
}

/**
 * Follows the settings' ConfigMap until the signal aborts. Without one, or once it is deleted, the defaults count. Calls `ready` when the
 * first state is known; a first document that is bad leaves no settings to go by: `ready` is called when it has been corrected.
 */
export async function followClusterSettings(
  source: SettingsSource,
  signal: AbortSignal,
  ready: () => void,
): Promise<void> {
  const { configMaps, namespace, name, key, onProblem, onChange } = source;
  let refused = false;
  let synced = false;
  const settle = (): void => {
    if (synced && !refused) ready();
  };
  const events = listWatch(configMaps, { namespace, fieldSelector: `metadata.name=${name}`, signal });
  for await (const event of events) {
    if (event.type === 'SYNCED') synced = true;
    else if (event.type === 'DELETED') {
      refused = false;
      onChange(defaultSettings());
    } else
      try {
        onChange(settingsIn(event.object.data?.[key] ?? '', `ConfigMap ${namespace}/${name}`));
        refused = false;
      } catch (error) {
        refused = true;
        onProblem(messageOf(error), event.object);
      }
    settle();
  }
}
