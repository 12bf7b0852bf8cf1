import { z } from '@hono/zod-openapi';
import { SCHEMAS } from '../../api/generated/schemas.ts';
import type { Kind } from '../../api/types.ts';
import type { SchemaNode } from '../../api/validate-tree.ts';

/** The shape of a field of a kind's spec, by the CRD's own schema. Unknown fields in it are refused; defaults are left to the store. */
export const crdShape = (kind: Kind, field: string): z.ZodType => shapeOf(nodeOf(kind, field));

/** The same of an object of which each field may be left out. */
export function partialShape(kind: Kind, field: string): z.ZodType {
  const { required: _, ...node } = nodeOf(kind, field);
  return shapeOf(node);
}

function nodeOf(kind: Kind, field: string): SchemaNode {
  const node = SCHEMAS[kind].properties?.['spec']?.properties?.[field];
  if (!node) throw new Error(`${kind} has no field spec.${field}`);
  return node;
}

function shapeOf(node: SchemaNode): z.ZodType {
  const shape = bare(node);
  return node.description === undefined ? shape : shape.openapi({ description: node.description });
}

function bare(node: SchemaNode): z.ZodType {
  switch (node.type) {
    case 'object':
      return objectOf(node);
    case 'array':
      return z.array(node.items ? shapeOf(node.items) : z.unknown()).max(node.maxItems ?? Infinity);
    case 'string':
      return textOf(node);
    case 'boolean':
      return z.boolean();
    default:
      return numberOf(node);
  }
}

function objectOf({ properties, required = [], additionalProperties }: SchemaNode): z.ZodType {
  if (!properties && additionalProperties) return z.record(z.string(), shapeOf(additionalProperties));
  const fields = Object.entries(properties ?? {}).map(([name, child]): [string, z.ZodType] => [
    name,
    required.includes(name) ? shapeOf(child) : shapeOf(child).optional(),
  ]);
  return z.strictObject(Object.fromEntries(fields));
}

function textOf({ enum: values, minLength, maxLength, pattern }: SchemaNode): z.ZodType {
  if (values) return z.enum(values.filter((value) => typeof value === 'string'));
  let text = z.string();
  if (minLength !== undefined) text = text.min(minLength);
  if (maxLength !== undefined) text = text.max(maxLength);
  return pattern === undefined ? text : text.regex(new RegExp(pattern));
}

function numberOf({ type, minimum, maximum }: SchemaNode): z.ZodType {
  let number = type === 'integer' ? z.int() : z.number();
  if (minimum !== undefined) number = number.min(minimum);
  if (maximum !== undefined) number = number.max(maximum);
  return number;
}
