import assert from 'node:assert/strict';
import type { SessionSpec } from '../../../src/api/types.ts';
import { narrow, parseNarrowing } from '../../../src/domain/narrow.ts';
import { parseSettings } from '../../../src/domain/settings.ts';
import { validity } from '../../../src/operator/policies/validity.ts';
import { task } from '../../domain/builders.ts';
import { observed } from './plans.ts';

const repository = (url: string): SessionSpec => ({ repos: [{ input: { url } }] });
const only = (...repositories: string[]) => ({ allowed: { repositories } });
const ORG = only('github.com/example-org/*');
const NO_REPO = /^Repository .* is not allowed here; allowed are: /;

/** Settings that let tasks name these protected paths alone. */
const PATHS = { allowed: { paths: ['.bgtask.yaml', 'docs/ci/**'] } };
const CASES: [string, SessionSpec, object, RegExp | undefined][] = [
  ['nothing is forbidden by default', {}, {}, undefined],
  ['an agent on the list', { agent: { type: 'codex' } }, { allowed: { agents: ['codex'] } }, undefined],
  [
    'an agent that is not on the list',
    { agent: { type: 'codex' } },
    { allowed: { agents: ['claude', 'command'] } },
    /^Agent "codex" is not allowed here; allowed are: claude, command\.$/,
  ],
  [
    'the default agent is judged too',
    {},
    { allowed: { agents: ['codex'] } },
    /^Agent "claude" is not allowed here/,
  ],
  ['a repository on the list', repository('https://github.com/example-org/app.git'), ORG, undefined],
  ['in any spelling', repository('git@GitHub.com:example-org/app'), ORG, undefined],
  ['with a dot before its name', repository('https://github.com/example-org/.github'), ORG, undefined],
  ['a repository of another owner', repository('https://github.com/elsewhere/app'), ORG, NO_REPO],
  ['a repository on another host', repository('https://git.example.com/example-org/app'), ORG, NO_REPO],
  [
    'a host that only begins alike',
    repository('https://github.com.example.com/example-org/app'),
    ORG,
    NO_REPO,
  ],
  [
    'a way up and out',
    repository('https://github.com/example-org/../elsewhere/app'),
    only('github.com/example-org/**'),
    NO_REPO,
  ],
  [
    'an encoded way up and out',
    repository('https://github.com/example-org/%2e%2e/elsewhere/app'),
    only('github.com/example-org/**'),
    NO_REPO,
  ],
  [
    'a way up and out by ssh',
    repository('git@github.com:example-org/../elsewhere/app'),
    only('github.com/example-org/**'),
    NO_REPO,
  ],
  [
    'an allowed host that is only a user name',
    repository('https://github.com\\@git.example.com/example-org/app'),
    ORG,
    NO_REPO,
  ],
  [
    'a repository below a folder',
    repository('https://git.example.com/a/b/c'),
    only('git.example.com/a/**'),
    undefined,
  ],
  ['no image', {}, {}, undefined],
  [
    'an image that is not allowed',
    { image: 'golang:1.26' },
    {},
    /^Image "golang:1\.26" is not allowed here\. Ask the administrator of bgtask to add it to allowed\.images of the settings\.$/,
  ],
  ['an image on the list', { image: 'golang:1.26' }, { allowed: { images: ['golang:*'] } }, undefined],
  [
    'an image of another registry',
    { image: 'registry.example.com/golang:1.26' },
    { allowed: { images: ['golang:*'] } },
    /^Image/,
  ],
  [
    'a protected path, while no list says which',
    { allowedPaths: ['.github/workflows/ci.yaml'] },
    {},
    undefined,
  ],
  [
    'a path glob that cannot be read',
    { allowedPaths: ['docs', '+(a|b)'] },
    PATHS,
    /^Path glob "\+\(a\|b\)" must not use "!", "\(…\)" or "\{a\.\.b\}"\.$/,
  ],
  ['a protected path on the list', { allowedPaths: ['.bgtask.yaml'] }, PATHS, undefined],
  ['a protected path below one on the list', { allowedPaths: ['docs/ci/a.yaml'] }, PATHS, undefined],
  [
    'a protected path that is not on the list, beside one that is',
    { allowedPaths: ['.bgtask.yaml', '.github/workflows/ci.yaml'] },
    PATHS,
    /^Path "\.github\/workflows\/ci\.yaml" is protected, and no task may change it here\. Ask the administrator of bgtask to add it to allowed\.paths of the settings\.$/,
  ],
  ['a glob wider than the list', { allowedPaths: ['**'] }, PATHS, /^Path "\*\*" is protected/],
  ['a glob that leads out of the list', { allowedPaths: ['docs/ci/../../.github/x'] }, PATHS, /^Path/],
  ['a time within the bounds', { timeout: 300 }, { deadline: { min: 300, max: 600 } }, undefined],
  [
    'too short a time',
    { timeout: 299 },
    { deadline: { min: 300, max: 600 } },
    /^Timeout 299 is not allowed here: it must be from 300 to 600 seconds\.$/,
  ],
  ['too long a time', { timeout: 601 }, { deadline: { min: 300, max: 600 } }, /^Timeout 601 is not allowed/],
  ['the default time is judged too', {}, { deadline: { max: 600 } }, /^Timeout 3600 is not allowed/],
];

describe('what the settings allow', () => {
  for (const [promise, spec, settings, wanted] of CASES)
    it(`${promise}: ${wanted ? 'refused' : 'taken'}`, () => {
      const plan = validity(observed({ session: task({ spec }), settings: parseSettings(settings, 'f') }));
      if (!wanted) return assert.equal(plan, undefined);
      assert.match(plan?.status?.error ?? '', wanted);
      assert.deepEqual(
        [plan?.status?.phase, plan?.status?.reason, plan?.status?.conditions?.[0]?.status],
        ['Failed', 'InvalidTask', 'False'],
      );
    });

  const BOTH: [string, SessionSpec, object, object, RegExp | undefined][] = [
    [
      'a repository that both allow',
      repository('https://github.com/example-org/app'),
      ORG,
      only('github.com/*/app'),
      undefined,
    ],
    [
      'a repository that only the cluster allows',
      repository('https://github.com/example-org/web'),
      ORG,
      only('github.com/*/app'),
      NO_REPO,
    ],
    [
      'a repository that only the project allows',
      repository('https://github.com/elsewhere/app'),
      ORG,
      only('github.com/*/app'),
      NO_REPO,
    ],
    [
      'an agent that only the project allows',
      { agent: { type: 'codex' } },
      { allowed: { agents: ['claude'] } },
      { allowed: { agents: ['codex'] } },
      /^Agent "codex" is not allowed here; allowed are: claude\.$/,
    ],
    [
      'an agent that only the cluster allows',
      { agent: { type: 'claude' } },
      { allowed: { agents: ['claude', 'codex'] } },
      { allowed: { agents: ['codex'] } },
      /allowed are: codex\.$/,
    ],
    [
      'any agent of the cluster’s where the project has no list',
      { agent: { type: 'claude' } },
      { allowed: { agents: ['claude'] } },
      { allowed: { agents: [] } },
      undefined,
    ],
    [
      'an image that only the project allows',
      { image: 'golang:1.26' },
      {},
      { allowed: { images: ['golang:*'] } },
      /^Image/,
    ],
    [
      'an image that only the cluster allows',
      { image: 'rust:1' },
      { allowed: { images: ['*'] } },
      { allowed: { images: ['golang:*'] } },
      /^Image/,
    ],
    [
      'an image that both allow',
      { image: 'golang:1.26' },
      { allowed: { images: ['*'] } },
      { allowed: { images: ['golang:*'] } },
      undefined,
    ],
    [
      'a protected path that the project takes back',
      { allowedPaths: ['.github/workflows/ci.yaml'] },
      {},
      { allowed: { paths: ['.bgtask.yaml'] } },
      /^Path/,
    ],
    [
      // With a backtracking engine one such glob of one project stops the operator for all.
      'a repository that a glob takes long to tell from',
      repository(`https://github.com/example-org/${'a'.repeat(480)}`),
      {},
      only(`github.com/example-org/${'*a'.repeat(200)}z`),
      NO_REPO,
    ],
    [
      'a time that only the cluster allows',
      { timeout: 3600 },
      {},
      { deadline: { max: 600 } },
      /from 60 to 600 seconds/,
    ],
  ];
  for (const [promise, spec, cluster, project, wanted] of BOTH)
    it(`where a project narrows it, ${promise}: ${wanted ? 'refused' : 'taken'}`, () => {
      const settings = narrow(parseSettings(cluster, 'f'), parseNarrowing(project, 'f'));
      const plan = validity(observed({ session: task({ spec }), settings }));
      if (wanted) assert.match(plan?.status?.error ?? '', wanted);
      else assert.equal(plan, undefined);
    });
});
