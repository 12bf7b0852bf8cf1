import type { Row } from './objects.ts';
import { at, background, session, withStatus, type Json } from './object-builders.ts';

const task = (name: string, object: Json, errors: string[]): Row => ({
  name,
  kind: 'AgenticSession',
  object,
  errors,
});
const update = (name: string, old: Json, object: Json, errors: string[]): Row => ({
  ...task(name, object, errors),
  old,
});
const refused = (message: string): string[] => [`spec: Invalid value: ${message}`];

const repo = { input: { url: 'https://example.com/org/app' } };
const NO_PROMPT = refused('a background task needs a prompt: what the agent is to do');
const ONE_REPO = refused('a background task needs exactly one repository in repos');
const TIMEOUT = refused('timeout must be from 60 to 3600 seconds');
const NO_RUN = refused('agent command needs agent.run: the shell command that makes the change');
const NO_PUSH = refused('a background task needs autoPushOnComplete true');
const NO_URL = refused('the repository needs input.url');

const createRows: Row[] = [
  task('a background task', background(), []),
  task('a background task without a timeout', background({ timeout: undefined }), []),
  task('a background task without interactive', background({ interactive: undefined }), []),
  task('a background task without a prompt', background({ prompt: undefined }), NO_PROMPT),
  task('a background task with an empty prompt', background({ prompt: '' }), NO_PROMPT),
  task('a background task without repos', background({ repos: undefined }), ONE_REPO),
  task('a background task with no repository', background({ repos: [] }), ONE_REPO),
  task('a background task with two repositories', background({ repos: [repo, repo] }), ONE_REPO),
  task('a background task whose repository has no input', background({ repos: [{}] }), NO_URL),
  task(
    'a background task whose repository has no URL',
    background({ repos: [{ input: { branch: 'main' } }] }),
    NO_URL,
  ),
  task(
    'an interactive background task',
    background({ interactive: true }),
    refused('a background task cannot be interactive'),
  ),
  task('a background task that does not push', background({ autoPushOnComplete: false }), NO_PUSH),
  task(
    'a background task that does not say that it pushes',
    background({ autoPushOnComplete: undefined }),
    NO_PUSH,
  ),
  task('a timeout of 60 seconds', background({ timeout: 60 }), []),
  task('a timeout of 3600 seconds', background({ timeout: 3600 }), []),
  task('a timeout of 59 seconds', background({ timeout: 59 }), TIMEOUT),
  task('a timeout of 3601 seconds', background({ timeout: 3601 }), TIMEOUT),
  task(
    'agent command with a command',
    background({ agent: { type: 'command', run: 'sed -i s/a/b/ *.md' } }),
    [],
  ),
  task('agent command without a command', background({ agent: { type: 'command' } }), NO_RUN),
  task('agent command with an empty command', background({ agent: { type: 'command', run: '' } }), NO_RUN),
  task('another agent without a command', background({ agent: { type: 'codex' } }), []),
  task('two rules broken at once', background({ prompt: '', timeout: 5 }), [...NO_PROMPT, ...TIMEOUT]),
  task(
    'an interactive session breaks none of them',
    session({ interactive: true, timeout: 86_400, repos: [{}, {}] }),
    [],
  ),
  task('a batch session breaks none of them', session({ mode: 'batch', autoPushOnComplete: false }), []),
];

const full = background({
  templateId: 'upgrade-dependency',
  parameters: { name: 'lodash' },
  userContext: { userId: 'user@example.com', groups: ['developers'] },
  agent: { type: 'claude', maxTurns: 50, maxBudgetUSD: 2.5 },
  checks: [{ name: 'test', run: 'npm test' }],
  repairs: 2,
  pullRequest: { title: 'lodash', labels: ['chore'] },
  queue: false,
  allowedPaths: ['docs/**'],
  image: 'node:20',
  retryOf: 'fix-lint',
  continueFrom: 'fix-lint-0a1b2c3d',
});

/** A field that may not change, and what it is changed to. */
const FIXED: [string, unknown][] = [
  ['prompt', 'do something else'],
  ['repos', [{ input: { url: 'https://example.com/org/app.git', branch: 'other' } }]],
  ['timeout', 700],
  ['templateId', 'fix-lint'],
  ['parameters', { name: 'lodash', version: '4.17.21' }],
  ['userContext', { userId: 'other@example.com', groups: ['developers'] }],
  ['agent', { type: 'claude', maxTurns: 51, maxBudgetUSD: 2.5 }],
  ['checks', []],
  ['repairs', 3],
  ['pullRequest', { title: 'lodash', labels: ['chore', 'urgent'] }],
  ['queue', true],
  ['allowedPaths', ['docs/**', '.github/**']],
  ['image', 'node:22'],
  ['retryOf', 'fix-tests'],
  ['continueFrom', 'fix-tests-0a1b2c3d'],
];
const without = (field: string): Json => {
  const copy = structuredClone(full);
  delete (copy['spec'] as Json)[field];
  return copy;
};
const fixedRows = FIXED.flatMap(([field, value]) => {
  const errors = refused(`${field} cannot change after creation`);
  const rows = [update(`${field} changed`, full, at(full, `spec.${field}`, value), errors)];
  if (field === 'prompt' || field === 'repos') return rows;
  return [
    ...rows,
    update(`${field} taken away`, full, without(field), errors),
    update(`${field} added`, without(field), full, errors),
  ];
});

const cancelled = background({ cancel: true });
const CANCELLED = refused('a cancelled task stays cancelled');
const MODE = 'spec: Invalid value: mode cannot change after creation';
const repoWithMore = { repos: [{ name: 'app', input: { url: 'https://example.com/org/app', depth: 1 } }] };
const updateRows: Row[] = [
  update('nothing changed', full, full, []),
  update('cancel', full, at(full, 'spec.cancel', true), []),
  update(
    'cancel, in a spec with fields that the schema does not know',
    background(repoWithMore),
    background({ ...repoWithMore, cancel: true }),
    [],
  ),
  update(
    'cancel of a task with the longest prompt',
    background({ prompt: 'é'.repeat(10_240) }),
    background({ prompt: 'é'.repeat(10_240), cancel: true }),
    [],
  ),
  update(
    'a branch that gives way to an unknown field',
    background(),
    background({ repos: [{ input: { url: 'https://example.com/org/app.git', other: 1 } }] }),
    refused('repos cannot change after creation'),
  ),
  update(
    'a user that gives way to an unknown field',
    full,
    at(full, 'spec.userContext', { name: 'a', groups: ['developers'] }),
    refused('userContext cannot change after creation'),
  ),
  update('cancel taken back', cancelled, background({ cancel: false }), CANCELLED),
  update('cancel taken away', cancelled, background(), CANCELLED),
  update(
    'interactive false where it was absent',
    background({ interactive: undefined }),
    background(),
    refused('interactive cannot change after creation'),
  ),
  update('autoPushOnComplete taken away', background(), background({ autoPushOnComplete: undefined }), [
    ...NO_PUSH,
    ...refused('autoPushOnComplete cannot change after creation'),
  ]),
  update('a session becomes a background task', session({ prompt: 'x' }), background(), [
    MODE,
    'prompt cannot',
    'repos cannot',
    'interactive cannot',
    'timeout cannot',
    'autoPushOnComplete cannot',
  ]),
  update('a background task becomes a session', background(), at(background(), 'spec.mode', 'batch'), [MODE]),
  update(
    'a background task whose mode is taken away',
    background(),
    at(background(), 'spec.mode', undefined),
    [MODE],
  ),
  update(
    'an interactive session changes all it likes',
    session({ prompt: 'a', repos: [repo] }),
    session({ prompt: 'b', repos: [repo, repo], interactive: true }),
    [],
  ),
  update('labels of a task', background(), at(background(), 'metadata.labels', { team: 'a' }), []),
  {
    ...update(
      'the status of a task',
      background(),
      withStatus(background(), { phase: 'Running', progress: 20 }),
      [],
    ),
    subresource: 'status',
  },
];

export const ruleRows: Row[] = [...createRows, ...fixedRows, ...updateRows];
