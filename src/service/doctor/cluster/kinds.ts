import { hasCode } from '../../../domain/errors.ts';
import type { KubernetesObject } from '../../../engine/kubernetes/install/object.ts';
import { foreignReason } from '../../../engine/kubernetes/install/preflight.ts';
import { install, kubectl } from './commands.ts';
import type { Look, Scene } from './scene.ts';

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface Definition extends KubernetesObject {
  spec: {
    names: { kind: string };
    versions: { name: string; schema?: { openAPIV3Schema?: Schema } }[];
  };
}

/** Paths of the fields that `ours` has and `theirs` lacks; the fields below a missing one are not named. */
function missingFields(ours: Schema, theirs: Schema, path = ''): string[] {
  const fields = Object.entries(ours.properties ?? {}).flatMap(([name, schema]) => {
    const own = theirs.properties?.[name];
    const here = path ? `${path}.${name}` : name;
    return own ? missingFields(schema, own, here) : [here];
  });
  return ours.items && theirs.items
    ? [...fields, ...missingFields(ours.items, theirs.items, `${path}[]`)]
    : fields;
}

const schemaOf = ({ spec }: Definition): Schema => {
  const version = spec.versions.find(({ name }) => name === 'v1alpha1');
  const { metadata: _, ...properties } = version?.schema?.openAPIV3Schema?.properties ?? {};
  return { properties };
};

/** The CRD. For a caller who may not read CRDs: what the API server publishes about the kind to all signed-in users. */
async function served({ view }: Scene, crd: Definition): Promise<Definition | undefined> {
  try {
    return await view.get<Definition>('CustomResourceDefinition', { name: crd.metadata.name });
  } catch (error) {
    if (!hasCode(error, 'Forbidden')) throw error;
  }
  const openAPIV3Schema = (await view.schema(crd.spec.names.kind)) as Schema | undefined;
  const versions = [{ name: 'v1alpha1', served: true, schema: { openAPIV3Schema } }];
  return openAPIV3Schema && { ...crd, spec: { ...crd.spec, versions } };
}

const SHOWN = 3;

/** Whether the cluster serves a kind of ours, with the fields of this release. */
export const kindLook = (crd: KubernetesObject): Look => ({
  subject: crd.metadata.name.split('.')[0] ?? '',
  byHand: () => `get crd ${crd.metadata.name}`,
  look: async (scene) => {
    const ours = crd as Definition;
    const { kind } = ours.spec.names;
    const theirs = await served(scene, ours);
    if (!theirs)
      return {
        level: 'problem',
        message: `The cluster does not know the kind ${kind}.`,
        fix: 'Install it',
        command: await install(scene),
      };
    const foreign = foreignReason(theirs);
    if (foreign)
      return {
        level: 'problem',
        message: `The kind ${kind} of this cluster is another program's: it ${foreign}.`,
        fix: 'bgtask cannot be installed beside it. See whose it is',
        command: kubectl(scene, `get crd ${crd.metadata.name} -o yaml`),
      };
    const missing = missingFields(schemaOf(ours), schemaOf(theirs));
    if (missing.length === 0) return { level: 'ok', message: `served, with every field of this release` };
    const more = missing.length > SHOWN ? ` and ${missing.length - SHOWN} more` : '';
    return {
      level: 'problem',
      message: `The kind ${kind} of this cluster is older than this program: it lacks ${missing.slice(0, SHOWN).join(', ')}${more}.`,
      fix: 'Upgrade with the options of the installation',
      command: await install(scene),
    };
  },
});
