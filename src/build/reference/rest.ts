import { serverApp } from '../../server/app.ts';
import { CallerNames } from '../../server/caller-names.ts';
import { OpenRequests } from '../../server/open-requests.ts';
import { KEY_BYTES, SealedTokens } from '../../server/session/sealed-token.ts';
import { ProjectWatches } from '../../server/project-watches.ts';
import { code, generated, table } from './markdown.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}
interface Operation {
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const refuse = (): never => {
  throw new Error('only the description is asked for here');
};

/** The description that the server gives at /openapi.json. */
async function description(): Promise<Document> {
  const app = serverApp({
    door: { kind: 'kubernetes', enter: refuse, close: () => undefined },
    open: new OpenRequests(),
    watches: new ProjectWatches(),
    names: new CallerNames(),
    tokens: new SealedTokens(Buffer.alloc(KEY_BYTES)),
    version: 'reference',
    secure: true,
    now: refuse,
    ready: () => true,
    failed: refuse,
  });
  return (await (await app.request('/openapi.json')).json()) as Document;
}

const reference = (name: string): string => `[${name}](#${name.toLowerCase()})`;

function typeOf(schema: Schema | undefined): string {
  if (!schema) return '';
  if (schema.$ref) return reference(schema.$ref.split('/').at(-1) ?? '');
  if (schema.enum) return schema.enum.map((value) => code(JSON.stringify(value))).join(', ');
  const type = [schema.type ?? []].flat().join(' or ');
  if (type === 'array') return `list of ${typeOf(schema.items)}`;
  const limits = [
    schema.maxLength !== undefined && `at most ${schema.maxLength} characters`,
    schema.minimum !== undefined && `from ${schema.minimum}`,
    schema.maximum !== undefined && `to ${schema.maximum}`,
  ].filter(Boolean);
  return [schema.format ?? type, ...limits].filter(Boolean).join(', ');
}

function operation(method: string, path: string, one: Operation): string {
  const body = Object.values(one.requestBody?.content ?? {})[0]?.schema;
  const parameters = (one.parameters ?? []).map(
    ({ name, in: where, required, description: text = '', schema }) => [
      code(name),
      where,
      required ? 'yes' : 'no',
      typeOf(schema),
      text,
    ],
  );
  const answers = Object.entries(one.responses).map(([status, { description: text = '', content = {} }]) => [
    status,
    text,
    Object.entries(content)
      .map(([type, { schema }]) => typeOf(schema) || code(type))
      .join(', '),
  ]);
  return [
    `### ${method.toUpperCase()} ${path}\n`,
    [one.summary, one.description].filter(Boolean).join('. ') + '\n',
    ...(parameters.length > 0 ? [table(['parameter', 'in', 'required', 'type', 'meaning'], parameters)] : []),
    ...(body ? [`Body: ${typeOf(body)}\n`] : []),
    table(['status', 'meaning', 'body'], answers),
  ].join('\n');
}

function fields(schema: Schema, path = ''): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const at = path + name;
    const own = [
      code(at),
      typeOf(child),
      schema.required?.includes(name) ? 'yes' : 'no',
      child.description ?? '',
    ];
    const inner =
      child.type === 'array' && child.items ? fields(child.items, `${at}[].`) : fields(child, `${at}.`);
    return [own, ...inner];
  });
}

/** docs/reference/rest.md: the operations and shapes of the server's OpenAPI description. */
export async function restPage(): Promise<string> {
  const { paths, components } = await description();
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => (item[method] ? [operation(method, path, item[method])] : [])),
  );
  const shapes = Object.entries(components.schemas).map(([name, schema]) =>
    [
      `### ${name}\n`,
      ...(schema.description ? [`${schema.description}\n`] : []),
      table(['field', 'type', 'required', 'meaning'], fields(schema)),
    ].join('\n'),
  );
  const intro = `Each request carries the token of its caller: \`Authorization: Bearer TOKEN\` (see [the server](../server.md)). The server gives the OpenAPI 3.1 document at \`/openapi.json\`.\n`;
  return [
    generated('REST API', "the server's OpenAPI document"),
    intro,
    '## Operations\n',
    ...operations,
    '## Shapes\n',
    ...shapes,
  ].join('\n');
}
