import assert from 'node:assert/strict';
import type { TaskFlags } from '../../src/cli/create-flags.ts';
import { parseChecks, parseParameters, requestOf } from '../../src/cli/create-request.ts';

const CWD = '/home/alex/app';
const base = { name: 'fix-lint', project: 'default' };
const url = 'https://example.com/example-org/app';

const REQUESTS: [what: string, flags: TaskFlags, request: object][] = [
  ['the least', { repo: url, instructions: 'Do it' }, { instructions: 'Do it', repository: { url } }],
  ['a path', { repo: '.', branch: 'main' }, { repository: { url: CWD, branch: 'main' } }],
  [
    'a template',
    { repo: url, template: 't', param: ['a=1', 'b=x=y'] },
    { templateId: 't', parameters: { a: '1', b: 'x=y' }, repository: { url } },
  ],
  [
    '--run alone is the agent command',
    { repo: url, run: 'make fix' },
    {
      agent: { type: 'command', run: 'make fix' },
      instructions: 'Run: make fix',
      repository: { url },
    },
  ],
  [
    'a model alone is claude',
    { repo: url, model: 'm', maxTurns: '30', maxBudget: '2.50' },
    { agent: { type: 'claude', model: 'm', maxTurns: 30, maxBudgetUSD: 2.5 }, repository: { url } },
  ],
  [
    'a template may bring the command',
    { repo: url, agent: 'command', template: 't' },
    { agent: { type: 'command' }, templateId: 't', repository: { url } },
  ],
  [
    'checks',
    { repo: url, check: ['make test'], repairs: '0' },
    { checks: [{ name: 'check', run: 'make test' }], repairs: 0, repository: { url } },
  ],
  [
    'a pull request',
    { repo: url, title: 'T', draft: true, label: ['a', 'b'], reviewer: ['kim'], assignee: ['lee'] },
    {
      pullRequest: { title: 'T', draft: true, labels: ['a', 'b'], reviewers: ['kim'], assignees: ['lee'] },
      repository: { url },
    },
  ],
  [
    'the rest',
    { repo: url, timeout: '30m', queue: true, allowPath: ['.github/**'], image: 'golang:1.26' },
    { timeout: 1800, queue: true, allowedPaths: ['.github/**'], image: 'golang:1.26', repository: { url } },
  ],
];

const REFUSED: [flags: TaskFlags, words: RegExp][] = [
  [{}, /--repo is missing/],
  [{ repo: '' }, /--repo is missing/],
  [{ repo: url, run: 'x', agent: 'claude' }, /--run is for --agent command, not for claude/],
  [{ repo: url, agent: 'command' }, /--agent command needs --run/],
  [{ repo: url, param: ['version'] }, /invalid -p "version": must be name=value/],
  [{ repo: url, param: ['=x'] }, /invalid -p "=x": must be name=value/],
  [{ repo: url, param: ['a=1', 'a=2'] }, /-p: a is given twice/],
  [{ repo: url, timeout: 'soon' }, /invalid --timeout "soon": must be a duration/],
  [{ repo: url, repairs: 'two' }, /invalid --repairs "two": must be a number/],
  [{ repo: url, repairs: '' }, /invalid --repairs "": must be a number/],
  [{ repo: url, maxTurns: '0x10' }, /invalid --max-turns "0x10": must be a number/],
  [{ repo: url, maxBudget: 'Infinity' }, /invalid --max-budget "Infinity": must be a number/],
];

describe('requestOf', () => {
  for (const [what, flags, request] of REQUESTS) {
    it(`reads ${what}`, () =>
      assert.deepEqual(requestOf('fix-lint', 'default', flags, CWD), { ...base, ...request }));
  }
  for (const [flags, words] of REFUSED) {
    it(`refuses ${JSON.stringify(flags)} as wrong usage`, () =>
      assert.throws(() => requestOf('fix-lint', 'default', flags, CWD), { code: 'Usage', message: words }));
  }
});

describe('parseParameters', () => {
  it('takes a name that JavaScript gives objects for no parameter twice', () => {
    const made = parseParameters(['__proto__=x', 'constructor=y']);
    assert.deepEqual(Object.entries(made ?? {}), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
  it('is nothing without pairs', () => assert.equal(parseParameters(undefined), undefined));
});

describe('parseChecks', () => {
  for (const [texts, checks] of [
    [['npm test'], [{ name: 'check', run: 'npm test' }]],
    [['unit=npm test'], [{ name: 'unit', run: 'npm test' }]],
    [
      ['npm run a', 'CI=1 npm test'],
      [
        { name: 'check 1', run: 'npm run a' },
        { name: 'check 2', run: 'CI=1 npm test' },
      ],
    ],
    [['a\nb=c'], [{ name: 'check', run: 'a\nb=c' }]],
    [['npm test -- --grep=x'], [{ name: 'check', run: 'npm test -- --grep=x' }]],
    [['make VERBOSE=1'], [{ name: 'check', run: 'make VERBOSE=1' }]],
    [['=x'], [{ name: 'check', run: '=x' }]],
  ] as const) {
    it(`reads ${JSON.stringify(texts)}`, () => assert.deepEqual(parseChecks(texts), checks));
  }
});
