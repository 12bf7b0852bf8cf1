import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';
import { parse } from 'yaml';

interface Crd {
  spec: { names: { kind: string }; versions: { schema: { openAPIV3Schema: Record<string, unknown> } }[] };
}
type Node = Record<string, unknown> & { properties?: Record<string, Node>; items?: Node; type?: string };

/** A copy in which objects that keep unknown fields are open and all others closed, as json-schema-to-typescript wants it said. */
function closed(node: Node): Node {
  const copy: Node = { ...node };
  if (copy.items) copy.items = closed(copy.items);
  if (copy.properties)
    copy.properties = Object.fromEntries(Object.entries(copy.properties).map(([k, v]) => [k, closed(v)]));
  if (copy.type === 'object' && copy['additionalProperties'] === undefined) copy['additionalProperties'] = false;
  delete copy['maxItems'];
  return copy;
}

const root = new URL('../../', import.meta.url);
const out = new URL('src/api/generated/', root);
await mkdir(out, { recursive: true });
for (const [file, name] of [['agenticsessions', 'agentic-session'], ['tasktemplates', 'task-template']] as const) {
  const crd = parse(await readFile(new URL(`crds/${file}-crd.yaml`, root), 'utf8')) as Crd;
  const schema = crd.spec.versions[0]!.schema.openAPIV3Schema;
  const types = await compile(closed(schema as Node) as never, crd.spec.names.kind, { bannerComment: '', format: false });
  await writeFile(new URL(`${name}.ts`, out), types);
}
