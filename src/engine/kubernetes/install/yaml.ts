import { Document } from 'yaml';
import type { KubernetesObject } from './object.ts';

/** One object as YAML that YAML 1.1 readers, kubectl's own, and 1.2 readers read alike. */
export const objectYaml = (object: KubernetesObject): string =>
  new Document(object, { compat: 'yaml-1.1', aliasDuplicateObjects: false }).toString({
    lineWidth: 0,
    indentSeq: false,
  });

/** Objects as one stream of documents, for `kubectl apply -f -`. */
export const manifestYaml = (objects: readonly KubernetesObject[]): string =>
  objects.map(objectYaml).join('---\n');
