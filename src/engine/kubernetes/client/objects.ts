import { isRecord } from '../../../api/record.ts';

/** What every object of the API has. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
  };
}

/** A kind of object, as in its URL; the core group is ''. */
export interface ResourceType {
  group: string;
  version: string;
  plural: string;
  namespaced: boolean;
}

/** Names an object; the namespace only of namespaced kinds. */
export interface ObjectKey {
  namespace?: string;
  name: string;
}

export interface Selection {
  /** One namespace; all of them when absent. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

/** The path of a collection, or of an object or its subresource. */
export function pathOf(
  type: ResourceType,
  at: { namespace?: string; name?: string; subresource?: string },
): string {
  const { group, version, plural, namespaced } = type;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = namespaced && at.namespace !== undefined ? ['namespaces', at.namespace] : [];
  return [
    root,
    ...[...scope, plural, at.name, at.subresource].filter((part) => part !== undefined).map(segment),
  ].join('/');
}

/** A name in a path. URL parsers resolve `.` and `..` even when encoded, which would be another object's path. */
function segment(name: string): string {
  return name === '' || name === '.' || name === '..' ? '%00' : encodeURIComponent(name);
}

/** An object as the server sent it, without the record of who wrote which field: often longer than all the rest. */
export function trimmed(answer: unknown): unknown {
  if (isRecord(answer) && isRecord(answer.metadata)) delete answer.metadata.managedFields;
  return answer;
}
