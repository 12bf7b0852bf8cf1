import { duplicate, invalid, type FieldError } from './validate-errors.ts';
import { isRecord } from './record.ts';

/** A node of a CRD's schema: the JSON schema keywords that are checked, and what the tree walks here need. */
export interface SchemaNode {
  type: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  required?: string[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  maxProperties?: number;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  additionalProperties?: SchemaNode;
  /** x-kubernetes-preserve-unknown-fields: fields that the schema does not name are kept. */
  preserve?: boolean;
  /** x-kubernetes-list-map-keys of a list of type map. */
  listKeys?: string[];
}

/** True when objects and lists are nested more than `max` levels deep. */
export function deeperThan(value: unknown, max: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= max && level.length > 0; depth++)
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  return level.length > 0;
}

/** The schema of an object's field or of a map's value. */
export const childNode = (node: SchemaNode | undefined, key: string): SchemaNode | undefined =>
  node?.properties && Object.hasOwn(node.properties, key) ? node.properties[key] : node?.additionalProperties;

/** The path of a field below `path`, which is empty for the object itself. */
const childPath = (path: string, key: string): string => (path ? `${path}.${key}` : key);

/**
 * The paths of fields that the schema does not name and would not keep, in the order found. `closed` says of the
 * path of an object that keeps unknown fields whether to report them all the same.
 */
export function unknownPaths(
  value: unknown,
  node: SchemaNode,
  closed: (path: string) => boolean,
  path = '',
): string[] {
  if (Array.isArray(value))
    return value.flatMap((item, i) =>
      node.items ? unknownPaths(item, node.items, closed, `${path}[${i}]`) : [],
    );
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const at = childPath(path, key);
    if (at === 'metadata') return [];
    const schema = childNode(node, key);
    if (schema) return unknownPaths(child, schema, closed, at);
    return node.preserve && !closed(path) ? [] : [at];
  });
}

/**
 * Takes away, in place, what the API server takes away before it validates: unknown fields of closed objects, and
 * nulls of known fields without a default (those with one become the default).
 */
export function prune(value: unknown, node: SchemaNode): void {
  if (Array.isArray(value)) {
    for (const item of value) if (node.items) prune(item, node.items);
  } else if (isRecord(value)) {
    for (const [key, child] of Object.entries(value)) {
      const schema = childNode(node, key);
      if (schema ? child === null : !node.preserve) delete value[key];
      else if (schema && key !== 'metadata') prune(child, schema);
    }
  }
}

/** Errors in lists of type map: items that are not objects, and items that repeat the keys of an earlier item. */
export function listErrors(value: unknown, node: SchemaNode, path = ''): FieldError[] {
  if (isRecord(value))
    return Object.entries(value).flatMap(([key, child]) => {
      const schema = childNode(node, key);
      return schema ? listErrors(child, schema, childPath(path, key)) : [];
    });
  if (!Array.isArray(value) || !node.items) return [];
  const { items, listKeys } = node;
  const own = listKeys ? mapListErrors(value, listKeys, path) : [];
  return [...own, ...value.flatMap((item, i) => listErrors(item, items, `${path}[${i}]`))];
}

/** Reports what the API server reports: only the first item that is not an object; else each repeated key, once. */
function mapListErrors(list: unknown[], listKeys: string[], path: string): FieldError[] {
  const odd = list.findIndex((item) => item !== null && !isRecord(item));
  if (odd >= 0)
    return [invalid(`${path}[${odd}]`, list[odd], 'must be an object for an array of list-type map')];
  const seen = new Map<string, number>();
  return list.flatMap((item, i) => {
    const keys = isRecord(item) ? mapKeys(item, listKeys) : {};
    const id = JSON.stringify(keys);
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    return times === 2 ? [duplicate(`${path}[${i}]`, keys)] : [];
  });
}

/** The key fields of an item of a list-type map. */
export const mapKeys = (
  item: Record<string, unknown>,
  listKeys: readonly string[],
): Record<string, unknown> =>
  Object.fromEntries(listKeys.filter((key) => key in item).map((key) => [key, item[key]]));
