import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import ajvStandalone from 'ajv/dist/standalone/index.js';
import { build, type Metafile } from 'esbuild';
import { compile } from 'json-schema-to-typescript';
import { parse } from 'yaml';
import { withKnownAgents } from './known-agents.ts';

/**
 * Makes src/api/generated/ from crds/*.yaml, the one source of truth:
 * - `<kind>.ts`: the types, and `<kind>.validator.js` with its `.d.ts`: the schema compiled by ajv;
 * - `schemas.ts`: the structural trees (unknown fields, nulls, list keys, and descriptions for help);
 * - `rules.ts`: the CEL rules with the object each belongs to.
 * Into the CRDs themselves it writes one sentence: which agents there are, by their table.
 * A keyword that the local engine would not enforce as the API server does fails the build.
 */

interface Rule {
  rule: string;
  message?: string;
}
interface Node {
  [keyword: string]: unknown;
  type: string;
  properties?: Record<string, Node>;
  items?: Node;
  additionalProperties?: Node;
  'x-kubernetes-validations'?: Rule[];
}
interface Crd {
  spec: { names: { kind: string }; versions: { schema: { openAPIV3Schema: Node } }[] };
}

/** Keywords that ajv checks or fills in; `format` is added where the API server knows the format. */
const CHECKED = new Set(
  'type required enum default pattern minLength maxLength minimum maximum maxItems maxProperties'.split(' '),
);
/** Keywords of the structural tree, by the name they have there. */
const TREE: Record<string, string> = {
  'x-kubernetes-preserve-unknown-fields': 'preserve',
  'x-kubernetes-list-map-keys': 'listKeys',
};
const CHILDREN = new Set(['properties', 'items', 'additionalProperties']);
const OTHER = new Set(['description', 'format', 'x-kubernetes-list-type', 'x-kubernetes-validations']);
const RULE_KEYS = new Set(['rule', 'message']);

/** `date-time` as the API server's strfmt reads it: a date that exists, a time, any fraction, Z or an offset. */
const DATE_TIME = new RegExp(
  [
    String.raw`^(?:(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29`,
    String.raw`|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)`,
    String.raw`|02-(?:0[1-9]|1\d|2[0-8])))[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d`,
    String.raw`(?:.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$`,
  ].join(''),
);

/** A copy of a node whose children are copied the same way and whose keywords are those that `keep` names. */
function mapNode(node: Node, keep: (keyword: string, value: unknown) => string | undefined): Node {
  const copy: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(node)) {
    if (keyword === 'properties')
      copy[keyword] = Object.fromEntries(
        Object.entries(node.properties!).map(([k, child]) => [k, mapNode(child, keep)]),
      );
    else if (keyword === 'items' || keyword === 'additionalProperties')
      copy[keyword] = mapNode(value as Node, keep);
    else {
      const name = keep(keyword, value);
      if (name) copy[name] = value;
    }
  }
  return copy as Node;
}

/** What the local engine would not enforce in a keyword; undefined when it does all. */
function keywordFault(keyword: string, value: unknown): string | undefined {
  if (CHILDREN.has(keyword)) return undefined;
  if (!CHECKED.has(keyword) && !OTHER.has(keyword) && !(keyword in TREE)) return `${keyword} is not known`;
  if (keyword === 'x-kubernetes-list-type' && value !== 'map') return 'only list-type map is known';
  if (keyword === 'format' && value !== 'int64' && value !== 'date-time')
    return `the format ${String(value)} is not known`;
  return undefined;
}

/** The same for a CEL rule. */
function ruleFault(rule: Rule, inList: boolean): string | undefined {
  if (inList) return 'CEL rules below lists and maps are not supported';
  const odd = Object.keys(rule).find((key) => !RULE_KEYS.has(key));
  return odd && `${odd} of a CEL rule is not known`;
}

/** Fails on what the local engine does not enforce, so that no rule is true in a cluster and forgotten here. */
function refuseUnknown(node: Node, path: string, inList = false): void {
  const faults = [
    ...Object.entries(node).map(([keyword, value]) => keywordFault(keyword, value)),
    ...(node['x-kubernetes-validations'] ?? []).map((rule) => ruleFault(rule, inList)),
  ];
  const fault = faults.find(Boolean);
  if (fault) throw new Error(`${path}: ${fault}; teach src/build/generate.ts and src/api/validate.ts first`);
  for (const [name, child] of Object.entries(node.properties ?? {}))
    refuseUnknown(child, `${path}.${name}`, inList);
  if (node.items) refuseUnknown(node.items, `${path}[]`, true);
  if (node.additionalProperties) refuseUnknown(node.additionalProperties, `${path}{}`, true);
}

/** A copy whose objects have the named fields only, as json-schema-to-typescript wants it said: the code reads no others. */
function closed(node: Node): Node {
  const copy: Node = { ...node };
  if (copy.items) copy.items = closed(copy.items);
  if (copy.properties)
    copy.properties = Object.fromEntries(Object.entries(copy.properties).map(([k, v]) => [k, closed(v)]));
  if (copy.type === 'object' && copy.additionalProperties === undefined)
    (copy as Record<string, unknown>)['additionalProperties'] = false;
  delete copy['maxItems'];
  return copy;
}

/** The CEL rules of a schema; `transition` rules name oldSelf and hold on updates only. */
function rules(
  node: Node,
  path: string[] = [],
): { path: string[]; rule: string; message: string; transition: boolean }[] {
  const own = (node['x-kubernetes-validations'] ?? []).map(({ rule, message }) => ({
    path,
    rule,
    message: message ?? `failed rule: ${rule.trim()}`,
    transition: /\boldSelf\b/.test(rule),
  }));
  const below = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    rules(child, [...path, name]),
  );
  return [...own, ...below];
}

/** Integers without a maximum get the largest double below 2^63: the API server does not take a larger number as an integer. */
function boundIntegers(node: Node): void {
  if (node.type === 'integer') node['maximum'] ??= 2 ** 63 - 1024;
  const children = [...Object.values(node.properties ?? {}), node.items, node.additionalProperties];
  for (const child of children) if (child) boundIntegers(child);
}

/** The schema compiled to one ESM module without imports; objects are filled with defaults as they are checked. */
async function validator(schema: Node): Promise<{ source: string; metafile: Metafile }> {
  const ajv = new Ajv({
    code: { esm: true, source: true },
    allErrors: true,
    useDefaults: true,
    messages: false,
    formats: { 'date-time': DATE_TIME },
  });
  const checked = mapNode(schema, (keyword, value) =>
    CHECKED.has(keyword) || (keyword === 'format' && value === 'date-time') ? keyword : undefined,
  );
  boundIntegers(checked);
  const source = ajvStandalone(ajv, ajv.compile(checked));
  const { outputFiles, metafile } = await build({
    // The module exports `validate` and the same as default; one is enough, and ajv's helpers are bundled in.
    stdin: {
      contents: source.replace(/export default \w+;/, ''),
      resolveDir: fileURLToPath(new URL('src/', root)),
    },
    bundle: true,
    format: 'esm',
    minify: true,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    absWorkingDir: fileURLToPath(root),
    metafile: true,
    write: false,
  });
  return { source: outputFiles[0]!.text, metafile };
}

const DECLARATION = `/** What ajv found wrong at a JSON pointer. */
export interface SchemaError {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
}
/** True when the data fits the schema; fills in defaults as it goes. */
export declare const validate: { (data: unknown): boolean; errors?: SchemaError[] | null };
`;

const root = new URL('../../', import.meta.url);
const out = new URL('src/api/generated/', root);
await mkdir(out, { recursive: true });
/** What of ajv is compiled into the validators, for their licences. */
const outputs: Metafile['outputs'] = {};
const trees: Record<string, Node> = {};
const allRules: Record<string, ReturnType<typeof rules>> = {};
for (const [file, name] of [
  ['agenticsessions', 'agentic-session'],
  ['tasktemplates', 'task-template'],
] as const) {
  const path = new URL(`crds/${file}-crd.yaml`, root);
  const written = await readFile(path, 'utf8');
  const text = withKnownAgents(written);
  if (text !== written) await writeFile(path, text);
  const crd = parse(text) as Crd;
  const { kind } = crd.spec.names;
  const schema = crd.spec.versions[0]!.schema.openAPIV3Schema;
  refuseUnknown(schema, kind);
  const types = await compile(closed(schema) as never, kind, { bannerComment: '', format: false });
  await writeFile(new URL(`${name}.ts`, out), types);
  const { source, metafile } = await validator(schema);
  await writeFile(new URL(`${name}.validator.js`, out), source);
  Object.assign(outputs, Object.fromEntries(Object.values(metafile.outputs).map((one) => [name, one])));
  await writeFile(new URL(`${name}.validator.d.ts`, out), DECLARATION);
  trees[kind] = mapNode(schema, (keyword) =>
    CHECKED.has(keyword) || keyword === 'description' || keyword === 'format' ? keyword : TREE[keyword],
  );
  allRules[kind] = rules(schema);
}
const data = (name: string, type: string, value: unknown): string =>
  `export const ${name}: Record<'AgenticSession' | 'TaskTemplate', ${type}> = ${JSON.stringify(value, null, 1)};\n`;
await writeFile(
  new URL('schemas.ts', out),
  `import type { SchemaNode } from '../validate-tree.ts';\n\n/** The schemas of the kinds, from crds/. */\n${data('SCHEMAS', 'SchemaNode', trees)}`,
);
await writeFile(
  new URL('rules.ts', out),
  `import type { CelRule } from '../cel.ts';\n\n/** The CEL rules of the kinds, from crds/. */\n${data('RULES', 'CelRule[]', allRules)}`,
);
await writeFile(new URL('metafile.json', out), JSON.stringify({ outputs }));
