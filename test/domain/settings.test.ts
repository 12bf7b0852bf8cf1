import assert from 'node:assert/strict';
import { BgtaskError } from '../../src/domain/errors.ts';
import { PROTECTED } from '../../src/domain/protected.ts';
import { defaultSettings, parseSettings } from '../../src/domain/settings.ts';

const DAY = 86_400;

describe('settings', () => {
  it('all have defaults', () =>
    assert.deepEqual(defaultSettings(), {
      limits: { perUser: 1, perRepository: 1, perProject: 10, perCluster: 50 },
      kueue: { allowedQueues: [], allowedPriorityClasses: [] },
      deadline: { min: 60, max: 3600, waiting: DAY },
      retention: { completed: 30 * DAY, failed: 90 * DAY, timeout: 90 * DAY, stopped: 7 * DAY },
      allowed: { repositories: [], agents: [], images: [], paths: [] },
      protectedPaths: PROTECTED.map(([path]) => path),
      checks: { timeout: 900 },
      change: { maxFileBytes: 52_428_800 },
      logs: { maxBytes: 52_428_800 },
      network: { mode: 'list', allow: [], checks: 'needed' },
      passEnv: [],
      proof: 'preferred',
      agents: { modelWait: 1800, silence: 1200 },
      author: { name: 'bgtask', email: 'bgtask@bgtask.invalid', signOff: false },
      runner: {},
      sandbox: 'preferred',
    }));

  for (const empty of [undefined, null, {}])
    it(`an empty document (${JSON.stringify(empty)}) is a good one`, () =>
      assert.deepEqual(parseSettings(empty, 'f'), defaultSettings()));

  it('may have one time limit for all tasks: a longest time that is the shortest', () => {
    const { deadline } = parseSettings({ deadline: { min: 600, max: 600 } }, 'f');
    assert.deepEqual(deadline, { min: 600, max: 600, waiting: DAY });
  });

  it('say what they say, and the rest stays', () => {
    const document = {
      limits: { perUser: 0 },
      deadline: { max: 600 },
      retention: { completed: '12h', failed: '90d', timeout: 60, stopped: '5m' },
      allowed: {
        repositories: ['git.example.com/example-org/*'],
        agents: ['claude'],
        images: ['golang:*'],
        paths: ['.bgtask.yaml'],
      },
      protectedPaths: [],
      checks: { timeout: '30s' },
      change: { maxFileBytes: 1 },
      logs: { maxBytes: 65_536 },
      network: {
        mode: 'open',
        allow: ['npm.example.com', '*.example.com:8443', '[fd12::1]:80'],
        checks: 'list',
      },
      passEnv: ['NPM_CONFIG_REGISTRY', '_x1'],
      proof: 'required',
      sandbox: 'off',
      agents: { modelWait: 60, silence: '10m' },
      author: { name: 'Chores', email: 'chores@example.com', signOff: true },
      runner: {},
      pageBaseUrl: 'https://bgtask.example.com/',
    };
    assert.deepEqual(parseSettings(document, 'f'), {
      ...document,
      limits: { perUser: 0, perRepository: 1, perProject: 10, perCluster: 50 },
      kueue: { allowedQueues: [], allowedPriorityClasses: [] },
      deadline: { min: 60, max: 600, waiting: DAY },
      retention: { completed: 43_200, failed: 90 * DAY, timeout: 60, stopped: 300 },
      checks: { timeout: 30 },
      agents: { modelWait: 60, silence: 600 },
    });
  });

  const DURATION = 'must be seconds, or a number with s, m, h or d, e.g. 30d; more than 0, at most 3650d';
  const bad: [string, unknown, string][] = [
    ['an unknown section', { limit: {} }, 'document: Unrecognized key: "limit"'],
    [
      'a glob that means something else elsewhere',
      { allowed: { repositories: ['github.com/example-org/*', '!github.com/example-org/secret'] } },
      'allowed.repositories.1: "!github.com/example-org/secret" must not use "!", "(…)" or "{a..b}"',
    ],
    ['an unknown field', { limits: { perTeam: 1 } }, 'limits: Unrecognized key: "perTeam"'],
    ['a negative limit', { limits: { perUser: -1 } }, 'limits.perUser: Too small: expected number to be >=0'],
    [
      'half a task',
      { limits: { perRepository: 1.5 } },
      'limits.perRepository: Invalid input: expected int, received number',
    ],
    [
      'a limit in words',
      { limits: { perUser: 'one' } },
      'limits.perUser: Invalid input: expected number, received string',
    ],
    ['a duration in words', { retention: { completed: 'soon' } }, `retention.completed: ${DURATION}`],
    ['a duration of an unknown unit', { retention: { completed: '3w' } }, `retention.completed: ${DURATION}`],
    [
      'a duration of nothing, which would delete at once',
      { retention: { failed: '0d' } },
      `retention.failed: ${DURATION}`,
    ],
    ['zero seconds', { retention: { stopped: 0 } }, `retention.stopped: ${DURATION}`],
    [
      'a duration of more than ten years',
      { retention: { timeout: '9999999999d' } },
      `retention.timeout: ${DURATION}`,
    ],
    ['half a second', { checks: { timeout: 0.5 } }, `checks.timeout: ${DURATION}`],
    ['a duration of another type', { checks: { timeout: true } }, `checks.timeout: ${DURATION}`],
    [
      'a deadline of more than an hour',
      { deadline: { max: 7200 } },
      'deadline.max: Too big: expected number to be <=3600',
    ],
    [
      'a longest time below the shortest',
      { deadline: { min: 600, max: 300, waiting: DAY } },
      'deadline: min must not be more than max',
    ],
    [
      'one agent without a list',
      { allowed: { agents: 'claude' } },
      'allowed.agents: Invalid input: expected array, received string',
    ],
    [
      'a quantity that the API server refuses',
      { runner: { resources: { work: { limits: { memory: '2K' } } } } },
      'runner.resources.work.limits.memory: must be a quantity, e.g. 500m or 2Gi',
    ],
    [
      'a size of a volume that is not a quantity',
      { runner: { volumes: { workspace: '10GB' } } },
      'runner.volumes.workspace: must be a quantity, e.g. 500m or 2Gi',
    ],
    [
      'an empty glob',
      { protectedPaths: [''] },
      'protectedPaths.0: Too small: expected string to have >=1 characters',
    ],
    [
      'a variable with a value',
      { passEnv: ['A=B'] },
      'passEnv.0: must be the name of an environment variable',
    ],
    ...['https://npm.example.com', 'npm.example.com/x', 'a b', '', 'x:y'].map(
      (entry): [string, object, string] => [
        `${JSON.stringify(entry)} as a host`,
        { network: { allow: [entry] } },
        'network.allow.0: must be a host or a glob of hosts without scheme and path, e.g. npm.example.com or *.example.com:8443',
      ],
    ),
    [
      'a page that is a script',
      { pageBaseUrl: 'javascript:alert(1)' },
      'pageBaseUrl: must be an http or https URL',
    ],
    [
      'a log of next to nothing',
      { logs: { maxBytes: 1 } },
      'logs.maxBytes: Too small: expected number to be >=65536',
    ],
    [
      'files that no forge takes',
      { change: { maxFileBytes: 200_000_000 } },
      'change.maxFileBytes: Too big: expected number to be <=104857600',
    ],
    ['a list', [], 'document: Invalid input: expected object, received array'],
    ['a text', 'limits', 'document: Invalid input: expected object, received string'],
  ];
  for (const [what, document, sentence] of bad)
    it(`refuse ${what}`, () =>
      assert.throws(() => parseSettings(document, 'bgtask-config'), {
        code: 'Invalid',
        message: `bgtask-config is not a valid settings document: ${sentence}`,
      }));

  it('name every field that is wrong', () =>
    assert.throws(
      () => parseSettings({ limits: { perUser: -1 }, passEnv: 'X', more: 1 }, 'f'),
      (error) =>
        error instanceof BgtaskError &&
        ['limits.perUser:', 'passEnv:', '"more"'].every((words) => error.message.includes(words)),
    ));
});
