import { loadCrds } from '../../engine/kubernetes/install/package-files.ts';
import { code, generated, table } from './markdown.ts';

interface Node {
  type?: string;
  format?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  pattern?: string;
  maxLength?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  required?: string[];
  properties?: Record<string, Node>;
  items?: Node;
  additionalProperties?: Node | boolean;
}
interface Crd {
  spec: {
    group: string;
    names: { kind: string; plural: string; shortNames?: string[] };
    versions: { name: string; schema: { openAPIV3Schema: Node } }[];
  };
}

function typeOf(node: Node): string {
  if (node.type === 'array') return `list of ${node.items ? typeOf(node.items) : 'values'}`;
  if (node.type === 'object' && typeof node.additionalProperties === 'object')
    return `map of ${typeOf(node.additionalProperties)}`;
  return node.format ?? node.type ?? 'value';
}

function limits(node: Node): string {
  const { enum: words, minimum, maximum, maxLength, maxItems, default: value } = node;
  return [
    words && `one of ${words.map((word) => code(String(word))).join(', ')}`,
    minimum !== undefined && `from ${minimum}`,
    maximum !== undefined && `to ${maximum}`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    maxItems !== undefined && `at most ${maxItems} entries`,
    value !== undefined && `default ${code(JSON.stringify(value))}`,
  ]
    .filter(Boolean)
    .join('; ');
}

function rows(node: Node, path: string): string[][] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const at = path + name;
    const need = node.required?.includes(name) ? 'required' : '';
    const own = [
      code(at),
      typeOf(child),
      [need, limits(child)].filter(Boolean).join('; '),
      child.description ?? '',
    ];
    const inner = child.items ? rows(child.items, `${at}[].`) : rows(child, `${at}.`);
    return [own, ...inner];
  });
}

/** docs/reference/objects.md: the fields of the custom resources, as `kubectl explain` has them. */
export function objectsPage(): string {
  const kinds = loadCrds().map((object) => {
    const { spec } = object as unknown as Crd;
    const [version] = spec.versions;
    const { spec: fields = {}, status = {} } = version?.schema.openAPIV3Schema.properties ?? {};
    return [
      `## ${spec.names.kind}\n`,
      `\`${spec.group}/${version?.name}\`, \`kubectl get ${spec.names.plural}\`.\n`,
      table(['field', 'type', 'limits', 'meaning'], [...rows(fields, 'spec.'), ...rows(status, 'status.')]),
    ].join('\n');
  });
  const intro = `A task is an AgenticSession whose \`spec.mode\` is \`background\`. The API server also checks rules between fields (CEL); a refusal names the rule.\n`;
  return [generated('Objects', 'crds/'), intro, ...kinds].join('\n');
}
