import { readFile } from 'node:fs/promises';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { at, isJson, resolved, type Json } from './schema.ts';

/** What one call to the API held. */
export interface ApiRequest {
  pathname: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** Undefined when there was none. */
  body: unknown;
}

/** One operation as GitHub describes it, with the checks made from the description. Problems are sentences. */
export interface Operation {
  id: string;
  method: string;
  /** The path's parameters, or undefined when it is another operation's path. */
  match(pathname: string): Record<string, string> | undefined;
  checkRequest(request: ApiRequest, params: Record<string, string>): string[];
  checkAnswer(status: number, body: unknown): string[];
  /** The description's own example of the answer with this status. */
  example(status: number): unknown;
}

/** The part of GitHub's description that extract.ts took from the package that it names. */
export const DESCRIPTION = new URL('github-api.json', import.meta.url);
const BASIC_ERROR = '#/components/schemas/basic-error';

const formats = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  uri: (text: string) => URL.canParse(text),
  email: /@/,
  'repo.nwo': /^[^/]+\/[^/]+$/,
};

/** Reads the description and keeps the operations asked for. Throws an Error for one that was not extracted. */
export async function describe(ids: readonly string[]): Promise<Operation[]> {
  const document: unknown = JSON.parse(await readFile(DESCRIPTION, 'utf8'));
  if (!isJson(document)) throw new Error(`${DESCRIPTION.pathname} does not hold an object`);
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false, logger: false, formats });
  ajv.addSchema(document, 'github', undefined, false);
  return ids.map((id) => operation(document, ajv, locate(document, id)));
}

interface Located {
  id: string;
  method: string;
  path: string;
  pointer: string;
}

/** Where an operation is described. Throws an Error when it is not. */
export function locate(whole: Json, id: string): Located {
  for (const [path, item] of Object.entries(at(whole, '#/paths'))) {
    for (const [method, one] of Object.entries(isJson(item) ? item : {})) {
      if (!isJson(one) || one.operationId !== id) continue;
      const pointer = `#/paths/${path.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}/${method}`;
      return { id, method: method.toUpperCase(), path, pointer };
    }
  }
  throw new Error(`GitHub's description has no operation ${id}; see extract.ts`);
}

const content = (of: Json): Json | undefined => {
  const media = isJson(of.content) ? of.content['application/json'] : undefined;
  return isJson(media) ? media : undefined;
};

function operation(document: Json, ajv: Ajv, { id, method, path, pointer }: Located): Operation {
  const own = at(document, pointer);
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '([^/]+)')}$`);
  const parameters = (Array.isArray(own.parameters) ? own.parameters : []).map((one) =>
    resolved(document, one),
  );
  const compiled = new Map<string, ValidateFunction>();
  const check = (schema: Json, value: unknown, where: string): string[] => {
    const key = JSON.stringify(schema);
    const validate = compiled.get(key) ?? ajv.compile(absolute(schema));
    compiled.set(key, validate);
    return validate(value) ? [] : told(where, validate.errors ?? []);
  };
  const answer = (status: number): Json | undefined => {
    const responses = resolved(document, own.responses);
    return responses[status] === undefined ? undefined : resolved(document, responses[status]);
  };
  return {
    id,
    method,
    match(pathname) {
      const values = pattern.exec(pathname)?.slice(1).map(decodeURIComponent);
      return values && Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
    },
    checkRequest(request, params) {
      const problems = headerProblems(request);
      const known = new Set(parameters.filter((one) => one.in === 'query').map((one) => String(one.name)));
      for (const name of Object.keys(request.query))
        if (!known.has(name)) problems.push(`query ${name} is unknown`);
      for (const parameter of parameters) {
        const name = String(parameter.name);
        const value = parameter.in === 'path' ? params[name] : request.query[name];
        if (value === undefined && parameter.required === true) problems.push(`${name} is missing`);
        const schema = resolved(document, parameter.schema);
        if (value !== undefined) problems.push(...check(schema, typed(value, schema), `parameter ${name}`));
      }
      const body = own.requestBody === undefined ? undefined : content(resolved(document, own.requestBody));
      if (!body && request.body !== undefined) problems.push('a body is not expected');
      if (body) problems.push(...bodyProblems(resolved(document, body.schema), request.body, check));
      return problems.map((problem) => `${id}: request: ${problem}`);
    },
    checkAnswer(status, body) {
      const response = answer(status);
      if (!response && status < 400) return [`${id}: answer: status ${status} is not described`];
      // The description leaves out many errors, such as 401 and 5xx, and the body of some; all have the same form.
      const media =
        (response && content(response)) ?? (status < 400 ? undefined : { schema: { $ref: BASIC_ERROR } });
      if (!media) return body === undefined ? [] : [`${id}: answer: ${status} has no body`];
      const schema = isJson(media.schema) ? media.schema : {};
      return check(schema, body, 'answer').map((problem) => `${id}: ${status} ${problem}`);
    },
    example(status) {
      const examples = resolved(document, content(answer(status) ?? {})?.examples);
      return structuredClone(resolved(document, Object.values(examples)[0]).value);
    },
  };
}

/** A schema whose references are looked up in the document, not in itself. */
const absolute = (schema: Json): Json => ({
  ...(JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"github#/')) as Json),
});

const told = (where: string, errors: readonly ErrorObject[]): string[] =>
  errors.slice(0, 5).map((error) => `${where}${error.instancePath} ${error.message ?? 'is invalid'}`);

/** A value of the query or the path, which is text, in the type that the schema asks for. */
const typed = (value: string, schema: Json): unknown =>
  schema.type === 'integer' && /^-?\d+$/.test(value) ? Number(value) : value;

/** What GitHub demands of every request, or asks clients for. */
function headerProblems({ headers, body }: ApiRequest): string[] {
  const problems: string[] = [];
  if (!headers['user-agent']) problems.push('header user-agent is missing');
  if (!/^application\/(?:vnd\.github[\w.+-]*|json)/.test(headers.accept ?? ''))
    problems.push('header accept asks for no GitHub media type');
  if (body !== undefined && !/^application\/json\b/.test(headers['content-type'] ?? ''))
    problems.push('header content-type is not application/json');
  return problems;
}

function bodyProblems(
  schema: Json,
  body: unknown,
  check: (schema: Json, value: unknown, where: string) => string[],
): string[] {
  const known = isJson(schema.properties) ? Object.keys(schema.properties) : undefined;
  // The description allows further fields everywhere; one that it does not name is a mistake of ours.
  const unknown = known && isJson(body) ? Object.keys(body).filter((name) => !known.includes(name)) : [];
  return [...check(schema, body, 'body'), ...unknown.map((name) => `body/${name} is unknown`)];
}
