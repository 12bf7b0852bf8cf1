import { isRecord } from '../../../api/record.ts';
import type { Choices } from './choices.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { NAMES } from './object.ts';

/** On the operator's Deployment: what was chosen at the last installation, as JSON. */
export const CHOICES_ANNOTATION = 'ambient-code.io/install-choices';

/** Choices that the next `install --apply` takes over: not the settings, which have a ConfigMap, and not what the cluster itself says. */
const TEXTS = ['image', 'replicas', 'requests', 'limits', 'serverTls', 'serverReplicas'] as const;
const LISTS = ['nodeSelector', 'toleration', 'imagePullSecret', 'jobSecret'] as const;

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

/** The choices that are remembered. */
export type Remembered = Omit<Choices, 'settings' | 'namespace' | 'kubernetesVersion'>;

/** Of any record what are choices to remember; what is absent, or as by default, is left out. */
export function remembered(record: Record<string, unknown>): Remembered {
  return {
    ...Object.fromEntries(
      TEXTS.flatMap((name) => (typeof record[name] === 'string' ? [[name, record[name]]] : [])),
    ),
    ...Object.fromEntries(LISTS.flatMap((name) => (isTexts(record[name]) ? [[name, record[name]]] : []))),
    ...(record['server'] === true && { server: true }),
    ...(record['policy'] === false && { policy: false }),
  };
}

/** The value of the annotation. Undefined for an installation with all defaults. */
export function rememberedText(choices: object): string | undefined {
  const kept = remembered({ ...choices });
  return Object.keys(kept).length > 0 ? JSON.stringify(kept) : undefined;
}

/** The choices of the last installation. Empty before the first one, and for an annotation that is not valid. */
export async function lastChoices(
  cluster: Pick<ClusterObjects, 'get'>,
  namespace = NAMES.namespace as string,
): Promise<Remembered> {
  const deployment = await cluster.get({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: NAMES.operator, namespace },
  });
  try {
    const value: unknown = JSON.parse(deployment?.metadata.annotations?.[CHOICES_ANNOTATION] ?? '{}');
    return isRecord(value) ? remembered(value) : {};
  } catch {
    return {};
  }
}

/** The flags of choices, as they are written. */
export const asFlags = (choices: Remembered): string[] =>
  Object.entries(remembered({ ...choices })).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return [flag];
    if (value === false) return [`--no-${name}`];
    return [value].flat().map((text) => `${flag} ${text}`);
  });
