import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../../package-root.ts';
import { type KubernetesObject, MANAGED_BY } from './object.ts';

const FILES = ['agenticsessions-crd.yaml', 'tasktemplates-crd.yaml'];

/** The CRDs of the package, marked as ours. */
export const loadCrds = (): KubernetesObject[] =>
  FILES.map((file) => {
    const crd = parse(readFileSync(join(packageRoot(), 'crds', file), 'utf8')) as KubernetesObject;
    const labels = { ...crd.metadata.labels, [MANAGED_BY.key]: MANAGED_BY.value };
    return { ...crd, metadata: { ...crd.metadata, labels } };
  });

/** The version in the package's own description. */
export function packageVersion(): string {
  const description: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  const isVersioned = typeof description === 'object' && description !== null && 'version' in description;
  return isVersioned ? String(description.version) : 'latest';
}
