import assert from 'node:assert/strict';
import { githubWith } from '../../../src/runner/forges/github.ts';
import type { GithubTiming } from '../../../src/runner/forges/github-client.ts';
import type { Fault } from '../../support/github-standin/faults.ts';
import type { Github } from '../../support/github-standin/start.ts';
import { error, failure } from './failure.ts';
import { commitOn, contextOf, draftOf, envOf, freshRepo, QUICK, standIn } from './fixtures.ts';

const reset = () => String(Math.floor(Date.now() / 1000) + 1800);

const secondary = {
  status: 403,
  headers: { 'retry-after': '7' },
  ...error('You have exceeded a secondary rate limit.'),
};
/** What the stand-in answers, made when the test runs: some answers name a time of day. */
const WAITS: [what: string, fault: () => Fault, line: RegExp][] = [
  ['a secondary limit', () => secondary, /waiting 7 s/],
  [
    '429 with Retry-After',
    () => ({ status: 429, headers: { 'retry-after': '9' }, body: 'slow down' }),
    /waiting (?:9|10|11) s/,
  ],
  [
    '429 with a date',
    () => ({
      status: 429,
      headers: { 'retry-after': new Date(Date.now() + 90_000).toUTCString() },
      body: 'slow down',
    }),
    /waiting \d\d s/,
  ],
  ['429 without a time', () => ({ status: 429, body: 'slow down' }), /waiting 6[0-2] s/],
  [
    'the hourly limit, soon over',
    () => ({
      status: 403,
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 100),
      },
      ...error('API rate limit exceeded'),
    }),
    /waiting (?:\d\d|10\d) s/,
  ],
];

async function opened(github: Github, timing: GithubTiming) {
  const repo = await freshRepo(github);
  const context = contextOf({ repository: repo.cloneUrl });
  await commitOn(repo, 'background-task-upgrade');
  const made = await (
    await githubWith({ ...QUICK, ...timing }).create(context, envOf(github))
  ).open(draftOf());
  const tries = github.requests
    .filter(({ pathname }) => pathname.includes(`/${repo.name}/`))
    .map(({ operation }) => operation);
  return { ...made, tries, lines: context.lines };
}

describe('github forge: limits and retries', () => {
  const github = standIn();
  const open = (timing: GithubTiming = {}) => opened(github(), timing);

  for (const [what, fault, line] of WAITS) {
    it(`waits as asked: ${what}`, async () => {
      github().fault('pulls/create', fault());
      const { created, tries, lines } = await open();
      assert.equal(created, true);
      assert.deepEqual(tries, ['pulls/list', 'pulls/create', 'pulls/create']);
      assert.match(lines[0] ?? '', line);
    });
  }

  it('waits no longer in all than it may, and says until when the limit lasts', async () => {
    const { message, requests } = await failure(github(), [
      [
        'pulls/list',
        {
          status: 403,
          headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset() },
          ...error('API rate limit exceeded'),
        },
      ],
    ]);
    assert.match(
      message,
      /rate limit of GITHUB_TOKEN's account is reached until \d{4}-\d\d-\d\dT\S+Z .*is pushed: retry the task later/,
    );
    assert.equal(requests.length, 1);
    const long = await failure(github(), [['pulls/list', { ...secondary, times: 3 }]], {
      timing: { longestWait: 15 },
    });
    assert.equal(long.requests.length, 3, 'the waits are counted together');
  });

  it('gives up on a limit that never ends', async () => {
    const { message, requests } = await failure(github(), [['pulls/list', { ...secondary, times: 9 }]]);
    assert.match(message, /rate limit/);
    assert.equal(requests.length, 4);
  });

  it('asks again after server errors and lost connections, 3 times', async () => {
    github().fault('pulls/list', { status: 500, body: 'oops' });
    github().fault('pulls/list', {});
    github().fault('pulls/list', { status: 503, body: 'maintenance' });
    assert.deepEqual((await open()).tries, [
      'pulls/list',
      'pulls/list',
      'pulls/list',
      'pulls/list',
      'pulls/create',
    ]);
    assert.equal(
      (await failure(github(), [['pulls/list', { status: 503, body: 'x', times: 9 }]])).requests.length,
      4,
    );
  });
});
