import { Document } from 'yaml';
import type { Files } from './chart.ts';
import { FAMILIES } from './manifests.ts';
import type { KubernetesObject } from './object.ts';
import { defaultOptions } from './options.ts';
import { manifestYaml } from './yaml.ts';

const HEAD = `# Use this folder as a base. The admission policy names the operator's account with its namespace, so for another namespace than
# bgtask-system write the manifests with \`bgtask install -n NAMESPACE\` instead of a namespace transformer.
`;

/** A Kustomize base of the same manifests, with the default options. */
export function kustomizeBase(crds: readonly KubernetesObject[], version: string): Files {
  const options = defaultOptions(version);
  const families = Object.entries(FAMILIES).map(([name, make]) => [name, make(options)] as const);
  const [first, ...rest] = families.filter(([, objects]) => objects.length > 0);
  const ordered = [...(first ? [first] : []), ['crds', crds] as const, ...rest];
  const files = Object.fromEntries(ordered.map(([name, objects]) => [`${name}.yaml`, manifestYaml(objects)]));
  const kustomization = new Document({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: Object.keys(files),
  });
  return { ...files, 'kustomization.yaml': `${HEAD}${kustomization.toString({ indentSeq: false })}` };
}
