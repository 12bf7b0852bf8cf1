import type { SplitKeys } from '../../../domain/credentials.ts';
import { STAGES } from '../../../domain/report.ts';
import type { JobConfig } from './job-config.ts';
import { HANDED } from '../../left-change.ts';
import { changeName, INPUT_ANNOTATION } from './job-names.ts';
import { CA_FILE, CA_MOUNT, type Extras } from './layout.ts';
import { CHANGE_KEY } from './archive/change-archive.ts';
import { PARTS_MAX } from './archive/config-map-parts.ts';

/** A file of some hundred bytes. */
const GATEWAY_SIZE = '1Mi';

const emptyDir = (name: string, sizeLimit: string) => ({ name, emptyDir: { sizeLimit } });

/** Optional: a pod with a missing Secret would wait in silence until its deadline; the stage itself says what it lacks. */
const secret = (name: string, secretName: string, keys?: readonly string[]) => ({
  name,
  secret: {
    secretName,
    optional: true,
    defaultMode: 0o440,
    ...(keys && { items: keys.map((key) => ({ key, path: key })) }),
  },
});

/** The volumes of a pod. The work stage runs strangers' code: of the model's Secret it gets the keys of its agent that cannot go through the gateway, and none for an agent without a model. */
export function volumes(
  { volumes: size, secrets, ca }: JobConfig,
  extras: Extras,
  keys: SplitKeys,
): Record<string, unknown>[] {
  const file = { path: 'input.json', fieldRef: { fieldPath: `metadata.annotations['${INPUT_ANNOTATION}']` } };
  return [
    { name: 'input', downwardAPI: { defaultMode: 0o444, items: [file] } },
    emptyDir('pristine', size.pristine),
    emptyDir('workspace', size.workspace),
    emptyDir('proof', size.workspace),
    ...(extras.tools ? [emptyDir('tools', size.tools)] : []),
    ...(extras.continued === undefined ? [] : [continuedVolume(extras.continued)]),
    ...STAGES.map((stage) => emptyDir(`tmp-${stage}`, size.tmp)),
    ...(ca ? [caVolume(ca)] : []),
    secret('forge', secrets.forge),
    ...(extras.model ? [secret('model', secrets.model, keys.agent)] : []),
    ...(extras.gateway
      ? [
          secret('gateway-keys', secrets.model, keys.gateway),
          emptyDir('gateway', GATEWAY_SIZE),
          emptyDir('tmp-gateway', size.tmp),
        ]
      : []),
  ];
}

/** Optional: the stage itself says that it is missing. */
const caVolume = ({ configMap, key }: NonNullable<JobConfig['ca']>): Record<string, unknown> => ({
  name: CA_MOUNT.name,
  configMap: { name: configMap, optional: true, defaultMode: 0o444, items: [{ key, path: CA_FILE }] },
});

/** The kept change of an earlier task, part after part. Optional: the stage itself says when it is gone. */
export const continuedVolume = (session: string): Record<string, unknown> => ({
  name: 'continued',
  projected: {
    defaultMode: 0o444,
    sources: Array.from({ length: PARTS_MAX }, (_, part) => ({
      configMap: {
        name: changeName(session, part),
        optional: true,
        items: [{ key: CHANGE_KEY, path: `${HANDED}${part}` }],
      },
    })),
  },
});
