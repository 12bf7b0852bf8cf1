import type { Kind } from '../../src/api/types.ts';
import type { Row } from './objects.ts';
import { at, background, session, template, withStatus, type Json } from './object-builders.ts';

const of =
  (kind: Kind) =>
  (name: string, object: Json, errors: string[], unknown?: string[]): Row => ({
    name,
    kind,
    object,
    errors,
    ...(unknown ? { unknown } : {}),
  });
const task = of('AgenticSession');
const chore = of('TaskTemplate');
const status = (name: string, value: Json, errors: string[]): Row => ({
  ...task(name, withStatus(background(), value), errors),
  old: background(),
  subresource: 'status',
});
/** A value of the wrong type, in the API server's words. */
const type = (path: string, wanted: string, got: string): string =>
  `${path}: Invalid value: "${got}": ${path.replace('status.', '')} in body must be of type ${wanted}: "${got}"`;
const unknown = (path: string): string => `unknown field "${path}"`;

const typeRows: Row[] = [
  task('no spec', at(session(), 'spec', undefined), ['spec: Required value']),
  task('a spec that is a list', at(session(), 'spec', []), [type('spec', 'object', 'array')]),
  task('an empty spec', session(), []),
  task('an unknown mode', session({ mode: 'forever' }), [
    'spec.mode: Unsupported value: "forever": supported values: "interactive", "batch", "background"',
  ]),
  task('a timeout as a string', background({ timeout: '600' }), [type('spec.timeout', 'integer', 'string')]),
  task('a timeout with a fraction', background({ timeout: 90.5 }), [
    type('spec.timeout', 'integer', 'number'),
  ]),
  task('a timeout of 2^53 seconds', session({ timeout: 2 ** 53 }), []),
  task('a timeout that is not a 64-bit integer', session({ timeout: 1e20 }), [
    type('spec.timeout', 'integer', 'number'),
  ]),
  task('a prompt that is a number', background({ prompt: 42 }), [type('spec.prompt', 'string', 'integer')]),
  task('a prompt that is a list', background({ prompt: ['a'] }), [type('spec.prompt', 'string', 'array')]),
  task(
    'repos that is an object',
    background({ repos: { input: {} } }),
    [type('spec.repos', 'array', 'object')],
    [unknown('spec.repos.input')],
  ),
  task('a repository that is a string', background({ repos: ['https://example.com'] }), [
    type('spec.repos[0]', 'object', 'string'),
  ]),
  task('interactive as a string', background({ interactive: 'false' }), [
    type('spec.interactive', 'boolean', 'string'),
  ]),
  task('a parameter that is a number', background({ parameters: { version: 4 } }), [
    type('spec.parameters.version', 'string', 'integer'),
  ]),
  task('a budget as a string', background({ agent: { type: 'claude', maxBudgetUSD: '2' } }), [
    type('spec.agent.maxBudgetUSD', 'number', 'string'),
  ]),
  task('a budget that is whole', background({ agent: { type: 'claude', maxBudgetUSD: 2 } }), []),
  task('a mode that is a number', session({ mode: 1 }), [
    type('spec.mode', 'string', 'integer'),
    'spec.mode: Unsupported value: 1: supported values:',
  ]),
  task('an agent without a type', background({ agent: {} }), ['spec.agent.type: Required value']),
  task('a check without a command', background({ checks: [{ name: 'test' }] }), [
    'spec.checks[0].run: Required value',
  ]),
  task('an agent type in capitals', background({ agent: { type: 'Claude' } }), [
    `spec.agent.type: Invalid value: "Claude": spec.agent.type in body should match '^[a-z][a-z0-9-]*$'`,
  ]),
  chore('a template', template(), []),
  chore('a template without instructions', at(template(), 'spec.instructionsTemplate', undefined), [
    'spec.instructionsTemplate: Required value',
  ]),
  chore('a parameter of an unknown type', template({ parameters: [{ name: 'a', type: 'number' }] }), [
    'spec.parameters[0].type: Unsupported value: "number": supported values: "string", "boolean", "integer"',
  ]),
  chore('a parameter whose name has a space', template({ parameters: [{ name: 'a b' }] }), [
    `spec.parameters[0].name: Invalid value: "a b": spec.parameters[0].name in body should match '^[A-Za-z_][A-Za-z0-9_-]*$'`,
  ]),
  chore('a default that is a boolean', template({ parameters: [{ name: 'a', defaultValue: true }] }), [
    type('spec.parameters[0].defaultValue', 'string', 'boolean'),
  ]),
  status(
    'a status with all there is',
    {
      phase: 'Completed',
      startTime: '2026-01-02T03:04:05Z',
      completionTime: '2026-01-02T03:04:05.123456+01:00',
    },
    [],
  ),
  status('a start time in words', { startTime: 'yesterday' }, [
    'status.startTime: Invalid value: "yesterday": startTime in body must be of type date-time: "yesterday"',
  ]),
  status('a start time on a day that does not exist', { startTime: '2026-02-29T00:00:00Z' }, [
    'status.startTime: Invalid value: "2026-02-29T00:00:00Z"',
  ]),
  status('a start time on a leap day', { startTime: '2028-02-29T23:59:59z' }, []),
  status('an unknown result', { checks: [{ name: 'test', result: 'ok' }] }, [
    'status.checks[0].result: Unsupported value: "ok": supported values: "passed", "failed", "skipped"',
  ]),
  status('a progress with a fraction', { progress: 0.5 }, [type('status.progress', 'integer', 'number')]),
];

const nullRows: Row[] = [
  task('a null prompt counts as absent', session({ prompt: null }), []),
  task('a null mode is the default', session({ mode: null }), []),
  task('a null parameter is left out', background({ parameters: { version: null } }), []),
  task('a null agent type is missing', background({ agent: { type: null } }), [
    'spec.agent.type: Required value',
  ]),
  task('a null spec is missing', at(session(), 'spec', null), ['spec: Required value']),
  task('a null item stays', session({ repos: [null] }), [type('spec.repos[0]', 'object', 'null')]),
  task('a null in a list of texts', background({ allowedPaths: [null] }), [
    type('spec.allowedPaths[0]', 'string', 'null'),
  ]),
  task('a null in a field that the schema does not know', session({ llmSettings: null }), []),
];

const WIDE = '🦄';
const textRows: Row[] = [
  task('a prompt of 10240 characters of four bytes', background({ prompt: WIDE.repeat(10_240) }), []),
  task('a prompt of 10241 characters of four bytes', background({ prompt: WIDE.repeat(10_241) }), [
    'spec.prompt: Too long: may not be more than 10240 bytes',
  ]),
  task('a prompt of letters with accents of their own', background({ prompt: 'e\u0301'.repeat(5121) }), [
    'spec.prompt: Too long',
  ]),
  chore('a name of 128 Chinese characters', template({ displayName: '重'.repeat(128) }), []),
  task(
    'a refused text is shown without its control characters',
    background({ agent: { type: 'a\u001b[31m"\n\u2028é' } }),
    ['spec.agent.type: Invalid value: "a\\x1b[31m\\"\\n\\u2028é": spec.agent.type in body should match'],
  ),
];

const vteam: Json = {
  prompt: 'Look at both repositories',
  displayName: 'Two repositories',
  interactive: true,
  timeout: 7200,
  mainRepoIndex: 1,
  llmSettings: { model: 'claude-sonnet', temperature: 0.7, maxTokens: 4000 },
  activeWorkflow: { gitUrl: 'https://example.com/org/workflows', branch: 'main' },
  userContext: {
    userId: 'user@example.com',
    displayName: 'User',
    groups: ['developers'],
    email: 'user@example.com',
  },
  repos: [
    {
      input: { url: 'https://example.com/org/a', branch: 'main' },
      output: { url: 'https://example.com/user/a', branch: 'main' },
      status: 'no-diff',
    },
    { url: 'https://example.com/org/b', branch: 'main' },
  ],
};
const unknownRows: Row[] = [
  task("vTeam's own session with two repositories", session(vteam), []),
  {
    ...task(
      "vTeam's own status",
      withStatus(session(vteam), {
        phase: 'Error',
        message: 'failed',
        is_error: true,
        num_turns: 3,
        usage: { input_tokens: 5, service_tier: 'standard' },
      }),
      [],
    ),
    old: session(vteam),
    subresource: 'status',
  },
  task(
    'a background task with unknown fields in spec',
    background({ project: 'a', repos: [{ name: 'a', input: { url: 'https://example.com/a', depth: 1 } }] }),
    [],
  ),
  task(
    'unknown fields of agent, checks and pullRequest',
    background({
      agent: { type: 'claude', temprature: 1 },
      checks: [{ name: 'a', run: 'b', cwd: '.' }],
      pullRequest: { body: 'x' },
    }),
    [],
    [unknown('spec.agent.temprature'), unknown('spec.checks[0].cwd'), unknown('spec.pullRequest.body')],
  ),
  task('an unknown field beside spec', { ...background(), data: {} }, [], [unknown('data')]),
  task(
    'an unknown field of metadata',
    at(background(), 'metadata.lables', { a: 'b' }),
    [],
    [unknown('metadata.lables')],
  ),
  chore(
    'unknown fields of a template',
    template({ prompt: 'x', parameters: [{ name: 'a', default: 'b' }] }),
    [],
    [unknown('spec.parameters[0].default'), unknown('spec.prompt')],
  ),
  chore(
    'a mistake inside an unknown field',
    template({ parameter: [{ name: 5 }] }),
    [],
    [unknown('spec.parameter')],
  ),
];

const duplicateRows: Row[] = [
  chore(
    'two parameters of one name',
    template({ parameters: [{ name: 'a' }, { name: 'b' }, { name: 'a', type: 'integer' }] }),
    ['spec.parameters[2]: Duplicate value: {"name":"a"}'],
  ),
  chore(
    'three parameters of one name',
    template({ parameters: [{ name: 'a' }, { name: 'a' }, { name: 'a' }] }),
    ['spec.parameters[1]: Duplicate value: {"name":"a"}'],
  ),
  status(
    'two conditions of one type',
    {
      conditions: [
        { type: 'Admitted', status: 'True' },
        { type: 'Admitted', status: 'False' },
      ],
    },
    ['status.conditions[1]: Duplicate value: {"type":"Admitted"}'],
  ),
  task(
    'two checks of one name are two checks',
    background({
      checks: [
        { name: 'a', run: 'b' },
        { name: 'a', run: 'c' },
      ],
    }),
    [],
  ),
];

const meta = (name: string, path: string, value: unknown, errors: string[]): Row =>
  task(name, at(background(), `metadata.${path}`, value), errors);
const SUBDOMAIN = 'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters';
const metaRows: Row[] = [
  meta('a name of 253 characters', 'name', 'a'.repeat(253), []),
  meta('a name of 254 characters', 'name', 'a'.repeat(254), ['must be no more than 253 characters']),
  meta('a name in capitals', 'name', 'Fix-Lint', [`metadata.name: Invalid value: "Fix-Lint": ${SUBDOMAIN}`]),
  meta('a name that ends with a hyphen', 'name', 'fix-', [
    `metadata.name: Invalid value: "fix-": ${SUBDOMAIN}`,
  ]),
  meta('no name', 'name', undefined, ['metadata.name: Required value: name or generateName is required']),
  meta('labels', 'labels', { 'ambient-code.io/mode': 'background', empty: '' }, []),
  meta('a label value with @', 'labels', { user: 'user@example.com' }, [
    'metadata.labels: Invalid value: "user@example.com": a valid label must be an empty string or consist of alphanumeric characters',
  ]),
  meta('a label value of 64 characters', 'labels', { user: 'a'.repeat(64) }, [
    'metadata.labels: Invalid value: "aaaa',
  ]),
  meta('a label key with a space', 'labels', { 'a b': 'c' }, [
    `metadata.labels: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
  ]),
  meta('a label key with two slashes', 'labels', { 'a/b/c': 'd' }, [
    'metadata.labels: Invalid value: "a/b/c": a valid label key must consist of',
  ]),
  meta('a label key with an empty prefix', 'labels', { '/b': 'd' }, [
    'metadata.labels: Invalid value: "/b": prefix part must be non-empty',
  ]),
  meta('annotations with any text', 'annotations', { note: 'a b\nc', 'Example.com/X': '' }, []),
  meta('an annotation key with a space', 'annotations', { 'a b': 'c' }, [
    'metadata.annotations: Invalid value: "a b": name part',
  ]),
  meta('annotations of 256 KiB', 'annotations', { a: 'x'.repeat(262_143) }, []),
  meta('annotations of more than 256 KiB', 'annotations', { a: 'x'.repeat(262_144) }, [
    'metadata.annotations: Too long: may not be more than 262144 bytes',
  ]),
];

export const shapeRows: Row[] = [
  ...typeRows,
  ...nullRows,
  ...textRows,
  ...unknownRows,
  ...duplicateRows,
  ...metaRows,
];
