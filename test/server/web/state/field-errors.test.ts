import assert from 'node:assert/strict';
import { sortRefusal, type RefusalWords } from '../../../../src/server/web/state/field-errors.ts';

const PATHS = [
  'name',
  'repository.url',
  'instructions',
  'image',
  'parameters.version',
  'parameters.packageName',
];
const bad = (message: string): RefusalWords => ({ status: 400, title: 'Invalid request', message });

const CASES: readonly [
  promise: string,
  refusal: RefusalWords,
  fields: Record<string, string>,
  rest: string,
][] = [
  [
    'a sentence goes to the field that it begins with',
    bad('repository.url: no URL, and no absolute path ("x")'),
    { 'repository.url': 'No URL, and no absolute path ("x")' },
    '',
  ],
  [
    'words that look like a path stay in their sentence',
    bad('name: "A B" is not a valid task name: it must have lower-case letters.'),
    { name: '"A B" is not a valid task name: it must have lower-case letters.' },
    '',
  ],
  [
    'several sentences go to several fields',
    bad('name: Too long; repository.url: Required'),
    { name: 'Too long', 'repository.url': 'Required' },
    '',
  ],
  [
    "a template's problems go to its parameters, and its own name is left out",
    bad(
      'Template up: parameters.version: version must match ^\\d+$ parameters.packageName: packageName is required.',
    ),
    {
      'parameters.version': 'Version must match ^\\d+$',
      'parameters.packageName': 'PackageName is required.',
    },
    '',
  ],
  [
    "the schema's own name of a field is known too",
    bad('spec.image: must have at most 512 characters'),
    { image: 'Must have at most 512 characters' },
    '',
  ],
  ['what names no field stays together', bad('The body is not JSON.'), {}, 'The body is not JSON.'],
  [
    'a task that is there already is a matter of the name',
    { status: 409, title: 'Already exists', message: 'Task "a" already exists.' },
    { name: 'Task "a" already exists.' },
    '',
  ],
  [
    'a limit does not belong to a field',
    { status: 409, title: 'Concurrent task limit reached', message: 'Wait for it.' },
    {},
    'Wait for it.',
  ],
  [
    'a template that is gone is a matter of the choice',
    { status: 404, title: 'Not found', message: 'Template "x" not found in project "p".' },
    { templateId: 'Template "x" not found in project "p".' },
    '',
  ],
];

describe('a refused form', () => {
  for (const [promise, refusal, fields, rest] of CASES)
    it(promise, () => assert.deepEqual(sortRefusal(refusal, PATHS), { fields, rest }));
});
