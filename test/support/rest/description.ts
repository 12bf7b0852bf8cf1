import { Ajv2020 as Ajv, type ValidateFunction } from 'ajv/dist/2020.js';

type Json = Record<string, unknown>;
const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy in which no object may have a field that the description does not name: what is not described must not be sent. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (!isJson(node)) return node;
  const all = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  const isOpen = isJson(node['properties']) && node['additionalProperties'] === undefined;
  return isOpen ? { ...all, additionalProperties: false } : all;
}

const at = (node: unknown, ...keys: string[]): unknown =>
  keys.reduce<unknown>((found, key) => (isJson(found) ? found[key] : undefined), node);

const formats = { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/ };

/** What a server says of itself at /openapi.json, held against what it does. */
export class Description {
  readonly paths: ReadonlySet<string>;
  readonly #document: Json;
  readonly #ajv = new Ajv({ strict: false, allErrors: true, formats });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(document: unknown) {
    if (!isJson(document)) throw new Error('the server gives no description');
    this.#document = document;
    this.paths = new Set(Object.keys(isJson(document['paths']) ? document['paths'] : {}));
    this.#ajv.addSchema({ $id: 'api', ...(closed(document) as Json) });
  }

  /** The described path that an address belongs to. */
  pathOf(pathname: string): string | undefined {
    const fits = (path: string): boolean =>
      new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname);
    // A path without a parameter in its last part is the nearer one.
    return [...this.paths].filter(fits).sort((a, b) => a.split('{').length - b.split('{').length)[0];
  }

  /** What is wrong with an answer: sentences. */
  problems(
    request: { method: string; pathname: string },
    answer: { status: number; type: string; body: unknown },
  ): string[] {
    const path = this.pathOf(request.pathname);
    if (path === undefined) return [`${request.pathname} is not described`];
    const method = request.method.toLowerCase();
    const responses = at(this.#document, 'paths', path, method, 'responses');
    const response = at(responses, String(answer.status));
    if (response === undefined)
      return [`${request.method} ${path} is not described to answer ${answer.status}`];
    const content = at(response, 'content');
    if (content === undefined)
      return answer.body === undefined ? [] : [`${path} is described to answer nothing`];
    const type = answer.type.split(';')[0] ?? '';
    if (at(content, type) === undefined)
      return [`${request.method} ${path} is not described to answer ${type}`];
    if (type !== 'application/json') return [];
    const keys = ['paths', path, method, 'responses', String(answer.status), 'content', type, 'schema'];
    return this.#against(keys, answer.body);
  }

  #against(keys: string[], body: unknown): string[] {
    const pointer = `api#/${keys.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    const validate = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: pointer });
    this.#compiled.set(pointer, validate);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath || 'body'} ${message} ${JSON.stringify(params)}`,
    );
  }
}
