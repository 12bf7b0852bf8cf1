import assert from 'node:assert/strict';
import { type PullRequestFacts, pullRequestBody } from '../../src/domain/pull-request.ts';
import { golden } from '../cli/output/golden.ts';
import { randomOf } from './builders.ts';

const FACTS: PullRequestFacts = {
  name: 'upgrade-lodash',
  project: 'team',
  creator: 'user@example.com',
  createdAt: '2026-01-01T10:00:00Z',
  spec: {
    mode: 'background',
    prompt: 'Upgrade lodash to version 4.17.21 in package.json. Ensure npm test passes.\n',
  },
  checks: [
    { name: 'lint', command: 'npm run lint', result: 'passed', exitCode: 0, seconds: 2.34 },
    { name: 'test', command: 'npm test', result: 'passed', exitCode: 0, seconds: 61 },
  ],
  verdict: { reason: 'ChecksPassed', message: 'All checks passed' },
  checkedBase: '0123456789abcdef0123456789abcdef01234567',
  room: 'bwrap',
  base: '0123456789abcdef0123456789abcdef01234567',
  diff: { files: 2, added: 10, removed: 3 },
};

const EVIL =
  '@everyone #1 <img src=x onerror=alert(1)> <!-- ```` ~~~ ` `` | \\| [x](javascript:alert(1)) **b**\n\n# Head\n| a | b |\n\u001b[31m\u202e';

const CASES: [string, PullRequestFacts][] = [
  ['plain', FACTS],
  [
    'everything',
    {
      ...FACTS,
      spec: {
        ...FACTS.spec,
        agent: { type: 'command', run: 'x' },
        templateId: 'upgrade-dependency',
        parameters: { packageName: 'lodash', version: '4.17.21' },
      },
      usage: { turns: 7, inputTokens: 1234, outputTokens: 567, costUSD: 0.1234567, model: 'some-model' },
      summary: 'Upgraded lodash and fixed two calls.',
      retry: { count: 2, of: 'upgrade-lodash' },
      pageUrl: 'https://bgtask.example.com/projects/team/tasks/upgrade-lodash',
    },
  ],
  [
    'no-checks',
    {
      ...FACTS,
      checks: [],
      verdict: { reason: 'NothingProven', message: 'No tests were found, so nothing proves this change.' },
    },
  ],
  [
    'tests-removed',
    {
      ...FACTS,
      checks: [
        {
          name: 'test (mocha)',
          kind: 'test',
          command: 'npm test',
          result: 'passed',
          exitCode: 0,
          seconds: 3,
          tests: {
            run: 3,
            passed: 3,
            failed: 0,
            skipped: 1,
            baseline: { run: 5, passed: 5, failed: 0, skipped: 0 },
          },
        },
      ],
      verdict: {
        reason: 'TestsRemoved',
        message:
          'Tests (mocha) passed, but 2 fewer ran than before the change (3 of 5) and 1 more test is skipped.',
      },
    },
  ],
  [
    'failed-before',
    {
      ...FACTS,
      checks: [
        { name: 'format', result: 'skipped' },
        {
          name: 'lint (ruff)',
          command: 'ruff check .',
          result: 'failed',
          exitCode: 1,
          seconds: 0.5,
          kind: 'lint',
          base: 'failed',
          worse: false,
          note: 'failed before the change',
        },
        { name: 'licences', command: 'make licences', result: 'passed', exitCode: 0, seconds: 3 },
      ],
      verdict: {
        reason: 'ChecksPassed',
        message:
          '1 of 2 checks passed. Linting (ruff) failed before the change too: ruff check . exits with code 1.',
      },
    },
  ],
  [
    'many-checks',
    {
      ...FACTS,
      checks: [
        { name: 'format (prettier)', kind: 'format', result: 'skipped', note: 'it exited with code 1' },
        { name: 'lint (eslint)', kind: 'lint', command: 'npm run lint', result: 'passed', exitCode: 0 },
        { name: 'lint (stylelint)', kind: 'lint', command: 'npm run css', result: 'passed', exitCode: 0 },
        { name: 'lint (site: pipx)', kind: 'lint', result: 'skipped', note: 'pipx is not installed' },
        { name: 'test', kind: 'test', command: 'npm test', result: 'passed', exitCode: 0, seconds: 61 },
      ],
    },
  ],
  ['moved-base', { ...FACTS, base: 'fedcba9876543210fedcba9876543210fedcba98' }],
  [
    'hostile',
    {
      ...FACTS,
      creator: EVIL,
      spec: { prompt: EVIL, templateId: EVIL, parameters: { a: EVIL, [EVIL]: '' } },
      checks: [
        { name: EVIL, command: EVIL, result: 'passed', note: EVIL },
        { name: '', command: '', result: 'passed', note: '' },
        { name: 'x\\| @everyone', command: 'a\\|b | c', result: 'failed' },
      ],
      usage: { turns: 1, model: EVIL },
      summary: EVIL,
      retry: { count: 1, of: EVIL },
    },
  ],
];

describe("a pull request's text", () => {
  for (const [name, facts] of CASES)
    it(`is as before: ${name}`, () =>
      golden(`golden/pull-request-${name}.md`, import.meta.url, pullRequestBody(facts)));

  const body = pullRequestBody(FACTS);
  for (const words of [
    'Automated changes from background task',
    'upgrade-lodash',
    '2026-01-01T10:00:00Z',
    '✅ Linting passed',
    '✅ Tests passed',
    'npm run lint',
  ])
    it(`says what the quickstart looks for: ${words}`, () => assert.ok(body.includes(words)));
});

/** A line's cells as GitHub's table extension splits them: a pipe after a backslash does not end a cell, a backslash after a backslash does not escape. */
function cellsOf(line: string): string[] {
  const cells = [''];
  for (let at = 0; at < line.length; at++) {
    const escaped = line[at] === '\\' && /[!-/:-@[-`{-~]/.test(line[at + 1] ?? '');
    if (line[at] === '|') cells.push('');
    else cells.push((cells.pop() ?? '') + line.slice(at, at + (escaped ? 2 : 1)));
    if (escaped) at++;
  }
  return cells;
}

/** What stands outside of inline code (CommonMark 6.1): a run of backticks is closed by the next one of its length. */
function outsideSpans(text: string): string {
  const pieces = text.split(/(`+)/);
  let outside = '';
  for (let at = 0; at < pieces.length; at++) {
    const close =
      at % 2 === 1
        ? pieces.findIndex((piece, later) => later > at && later % 2 === 1 && piece === pieces[at])
        : -1;
    if (close > 0) at = close;
    else outside += pieces[at];
  }
  return outside;
}

/** What of a body Markdown and GitHub may act on. */
function active(body: string): string {
  const blocks = body.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '').split('\n');
  return blocks
    .flatMap((line) => (line.startsWith('|') ? cellsOf(line) : [line]))
    .map(outsideSpans)
    .join('\n');
}

const hostile = (text: string): PullRequestFacts => ({
  ...FACTS,
  creator: text,
  spec: { prompt: text, templateId: text, parameters: { a: text, [text]: text }, agent: { type: text } },
  checks: ['', text, `lint ${text}`, '', text].map((name) => ({
    name,
    command: text,
    result: 'failed' as const,
    note: text,
  })),
  usage: { turns: 1, model: text },
  summary: text,
  retry: { count: 1, of: text },
});

const harmless = (text: string): void => {
  const left = active(pullRequestBody(hostile(text)));
  assert.doesNotMatch(left, /[@<[*~!]|#\d|`/, JSON.stringify(text));
  assert.equal(
    left
      .split('\n')
      .filter((line) => line.startsWith('#'))
      .join(),
    "## Validation results,## Instructions,## The agent's summary,## Audit trail",
  );
};

describe('what stands in a pull request from hostile places', () => {
  const texts = [
    EVIL,
    '@everyone',
    '`@everyone',
    '``@everyone``',
    '\\|@everyone',
    // What is invisible goes, and brings together what it parted.
    '\\\u0085|@everyone',
    '\\\u202e|@everyone',
    '\\\\|@everyone',
    '|`|@everyone',
    '`|`@everyone',
    '@a\\',
    '\\`@a',
    '```\n@everyone\n```',
    '\n````\n@everyone',
    '@x`',
    ' ` @x ` ',
  ];
  for (const text of texts)
    it(`stays without effect: ${JSON.stringify(text.slice(0, 40))}`, () => harmless(text));

  it('stays without effect, whatever it is made of', () => {
    const random = randomOf(3);
    const alphabet = [
      '`',
      '``',
      '```',
      '|',
      '\\',
      '@a',
      '<b>',
      '[x](y)',
      '#1',
      '\n',
      ' ',
      'w',
      '**',
      '~~~',
      '\u001b]',
      '\u0085',
      '\u202e',
    ];
    for (let round = 0; round < 500; round++)
      harmless(
        Array.from(
          { length: 1 + Math.floor(random() * 12) },
          () => alphabet[Math.floor(random() * alphabet.length)],
        ).join(''),
      );
  });
});
