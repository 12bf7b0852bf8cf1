import assert from 'node:assert/strict';
import { BgtaskError } from '../../src/domain/errors.ts';
import { narrow, parseNarrowing } from '../../src/domain/narrow.ts';
import { defaultSettings, parseSettings, type Settings } from '../../src/domain/settings.ts';

const DAY = 86_400;

const narrowed = (cluster: object, project: unknown): Settings =>
  narrow(parseSettings(cluster, 'cluster'), parseNarrowing(project, 'project'));

/** The other limits, as they are by default. */
const ROOM = { perProject: 10, perCluster: 50 };

type Part = keyof Settings;
/** What, the cluster's document, the project's, and of the outcome this part. */
const CASES: [string, object, object, Part, unknown][] = [
  [
    'a smaller limit',
    { limits: { perUser: 5 } },
    { limits: { perUser: 2 } },
    'limits',
    { perUser: 2, perRepository: 1, ...ROOM },
  ],
  [
    'no larger one',
    { limits: { perUser: 5 } },
    { limits: { perUser: 9 } },
    'limits',
    { perUser: 5, perRepository: 1, ...ROOM },
  ],
  [
    'any limit where there is none',
    { limits: { perUser: 0 } },
    { limits: { perUser: 9 } },
    'limits',
    { perUser: 9, perRepository: 1, ...ROOM },
  ],
  [
    'no end of a limit',
    { limits: { perUser: 5 } },
    { limits: { perUser: 0 } },
    'limits',
    { perUser: 5, perRepository: 1, ...ROOM },
  ],
  [
    'the one limit, the other stays',
    { limits: { perUser: 5, perRepository: 3 } },
    { limits: { perRepository: 2 } },
    'limits',
    { perUser: 5, perRepository: 2, ...ROOM },
  ],
  [
    'the room of a project, and not that of the cluster',
    { limits: { perProject: 20, perCluster: 7 } },
    { limits: { perProject: 5 } },
    'limits',
    { perUser: 1, perRepository: 1, perProject: 5, perCluster: 7 },
  ],
  [
    'a queue and a priority class that the cluster allows',
    { kueue: { queue: 'all', allowedQueues: ['team-*'], allowedPriorityClasses: ['low'] } },
    { kueue: { queue: 'team-a', priorityClass: 'low' } },
    'kueue',
    { queue: 'team-a', priorityClass: 'low', allowedQueues: ['team-*'], allowedPriorityClasses: ['low'] },
  ],
  [
    'no other queue and priority class',
    { kueue: { queue: 'all', allowedQueues: ['team-*'] } },
    { kueue: { queue: 'fast', priorityClass: 'high' } },
    'kueue',
    { queue: 'all', allowedQueues: ['team-*'], allowedPriorityClasses: [] },
  ],
  [
    'the shorter wait',
    { deadline: { waiting: '2h' } },
    { deadline: { waiting: '1h' } },
    'deadline',
    { min: 60, max: 3600, waiting: 3600 },
  ],
  [
    'a tighter deadline at both ends',
    { deadline: { min: 60, max: 3600 } },
    { deadline: { min: 100, max: 600 } },
    'deadline',
    { min: 100, max: 600, waiting: DAY },
  ],
  [
    'no wider deadline',
    { deadline: { min: 100, max: 600 } },
    { deadline: { min: 60, max: 3600 } },
    'deadline',
    { min: 100, max: 600, waiting: DAY },
  ],
  [
    'a shorter retention',
    {},
    { retention: { completed: '1d', stopped: '30d' } },
    'retention',
    { completed: DAY, failed: 90 * DAY, timeout: 90 * DAY, stopped: 7 * DAY },
  ],
  [
    'further protected paths',
    { protectedPaths: ['a', 'b'] },
    { protectedPaths: ['b', 'c'] },
    'protectedPaths',
    ['a', 'b', 'c'],
  ],
  ['a proof that is required', {}, { proof: 'required' }, 'proof', 'required'],
  ['no proof that is less than required', { proof: 'required' }, { proof: 'preferred' }, 'proof', 'required'],
  ['no end of a protection', { protectedPaths: ['a'] }, { protectedPaths: [] }, 'protectedPaths', ['a']],
  ['less time for a check', {}, { checks: { timeout: '1m' } }, 'checks', { timeout: 60 }],
  ['no more time for a check', {}, { checks: { timeout: '1h' } }, 'checks', { timeout: 900 }],
  ['smaller files', {}, { change: { maxFileBytes: 1000 } }, 'change', { maxFileBytes: 1000 }],
  [
    'no larger files',
    { change: { maxFileBytes: 1000 } },
    { change: { maxFileBytes: 2000 } },
    'change',
    { maxFileBytes: 1000 },
  ],
  ['shorter logs', {}, { logs: { maxBytes: 65_536 } }, 'logs', { maxBytes: 65_536 }],
  ['no longer logs', {}, { logs: { maxBytes: 1_073_741_824 } }, 'logs', { maxBytes: 52_428_800 }],
  [
    'a network that is a list',
    { network: { mode: 'open', allow: ['a.example'], checks: 'list' } },
    { network: { mode: 'list', allow: ['b.example'], checks: 'none' } },
    'network',
    { mode: 'list', allow: ['b.example'], checks: 'none' },
  ],
  [
    'no open network, and no more for checks',
    { network: { allow: ['a.example'] } },
    { network: { mode: 'open', checks: 'list' } },
    'network',
    { mode: 'list', allow: ['a.example'], checks: 'needed' },
  ],
  [
    'hosts of the cluster’s list alone',
    { network: { allow: ['a.example', '*.b.example', 'c.example'] } },
    { network: { allow: ['a.example', 'x.b.example', '*.c.example', 'evil.example', '*'] } },
    'network',
    { mode: 'list', allow: ['a.example', 'x.b.example', 'c.example'], checks: 'needed' },
  ],
  [
    'no host at all',
    { network: { allow: ['a.example'] } },
    { network: { allow: [] } },
    'network',
    { mode: 'list', allow: [], checks: 'needed' },
  ],
  [
    'lists that must allow too',
    { allowed: { agents: ['claude', 'codex'] } },
    { allowed: { agents: ['codex'] } },
    'alsoAllowed',
    { repositories: [], agents: ['codex'], images: [], paths: [] },
  ],
];

describe('a project’s own settings', () => {
  for (const [what, cluster, project, part, expected] of CASES)
    it(`may ask for ${what}`, () => {
      const settings = narrowed(cluster, project);
      assert.deepEqual(settings[part], expected);
      const others = { ...parseSettings(cluster, 'cluster'), [part]: undefined, alsoAllowed: undefined };
      assert.deepEqual({ ...settings, [part]: undefined, alsoAllowed: undefined }, others, 'the rest stays');
    });

  for (const empty of [undefined, null, {}])
    it(`that say nothing (${JSON.stringify(empty)}) change nothing`, () =>
      assert.deepEqual(narrowed({ limits: { perUser: 7 } }, empty), {
        ...defaultSettings(),
        limits: { perUser: 7, perRepository: 1, ...ROOM },
        alsoAllowed: { repositories: [], agents: [], images: [], paths: [] },
      }));

  it('never leave anything of the cluster’s that is not as narrow as before', () => {
    const cluster = parseSettings(
      { limits: { perUser: 3, perRepository: 0 }, retention: { failed: '2d' } },
      'f',
    );
    for (const [, , project] of CASES) {
      const settings = narrow(cluster, parseNarrowing(project, 'f'));
      assert.ok(settings.limits.perUser > 0 && settings.limits.perUser <= cluster.limits.perUser);
      assert.ok(
        settings.deadline.min >= cluster.deadline.min && settings.deadline.max <= cluster.deadline.max,
      );
      for (const phase of ['completed', 'failed', 'timeout', 'stopped'] as const)
        assert.ok(settings.retention[phase] <= cluster.retention[phase]);
      assert.ok(cluster.protectedPaths.every((path) => settings.protectedPaths.includes(path)));
      assert.deepEqual(settings.allowed, cluster.allowed);
      assert.deepEqual(settings.runner, cluster.runner);
    }
  });

  const REFUSED: [string, object, string][] = [
    ['the runner’s image', { runner: { image: 'mine' } }, 'sets runner.image, which'],
    [
      'Secrets, variables and nodes',
      { runner: { secrets: { forge: 'other' }, env: { A: 'b' }, nodeSelector: {} } },
      'sets runner.secrets, runner.env, runner.nodeSelector, which',
    ],
    ['variables for agents', { passEnv: ['NPM_TOKEN'] }, 'sets passEnv, which'],
    ['the page', { pageBaseUrl: 'https://page.example.com', limits: {} }, 'sets pageBaseUrl, which'],
    ['the room of the cluster', { limits: { perCluster: 3, perUser: 1 } }, 'sets limits.perCluster, which'],
    ['which queues may be chosen', { kueue: { allowedQueues: ['*'] } }, 'sets kueue.allowedQueues, which'],
    ['an unknown field', { limits: { perTeam: 1 } }, 'limits: Unrecognized key: "perTeam"'],
    ['a bad value', { limits: { perUser: -1 } }, 'limits.perUser: Too small'],
    [
      'a list that takes long to look through',
      { allowed: { images: Array.from({ length: 17 }, () => 'x'.repeat(500)) } },
      "allowed.images has 8500 characters with its braces unfolded; a project's list may have 8192.",
    ],
    ['a list', [], 'is not a valid settings document'],
  ];
  for (const [what, document, sentence] of REFUSED)
    it(`are refused for ${what}`, () =>
      assert.throws(
        () => parseNarrowing(document, 'ConfigMap team-a/bgtask-config'),
        (error) =>
          error instanceof BgtaskError &&
          error.code === 'Invalid' &&
          error.message.startsWith('ConfigMap team-a/bgtask-config ') &&
          error.message.includes(sentence),
      ));
});
