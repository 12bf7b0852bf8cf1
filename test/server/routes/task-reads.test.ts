import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { masked } from '../../cli/masked.ts';
import { openServed, type Served } from '../served.ts';

const TASKS = '/api/projects/default/background-tasks';
const GOLDEN = fileURLToPath(new URL('../golden/task.json', import.meta.url));

const DONE = {
  phase: 'Completed',
  progress: 100,
  currentPhase: 'Pull request created',
  startTime: '2026-01-31T11:00:10Z',
  completionTime: '2026-01-31T11:20:00Z',
  jobName: 'upgrade-lodash-0a1b2c3d-job',
  logs: 'Running linters: npm run lint\n\u001b[31mAll checks passed\u001b[0m\u202e\n',
  repos: [
    {
      name: 'app',
      status: 'pushed',
      branch: 'background-task-upgrade-lodash',
      commit: '0123456789abcdef0123456789abcdef01234567',
      prUrl: 'https://github.com/example-org/app/pull/7',
      prCreatedAt: '2026-01-31T11:19:58Z',
      added: 12,
      removed: 3,
      files: 2,
    },
  ],
  checks: [
    { name: 'npm run lint', command: 'npm run lint', result: 'passed' as const, exitCode: 0, seconds: 3.2 },
    { name: 'npm test', result: 'failed' as const, exitCode: 1, note: 'failed before the change' },
  ],
  usage: { turns: 4, inputTokens: 12_000, outputTokens: 800, costUSD: 0.12, model: 'claude-sonnet' },
};

describe('background-tasks, read', () => {
  let served: Served;
  beforeEach(async () => {
    served = await openServed();
  });
  afterEach(() => served.close());
  const get = (path: string) => served.client.call('GET', path);
  const names = async (query: string): Promise<string[]> => {
    const { body } = await get(`${TASKS}${query}`);
    return (body['items'] as { name: string }[]).map(({ name }) => name);
  };

  it('GET of a task tells everything about it, in text that can do nothing to a terminal', async () => {
    await served.world.task('upgrade-lodash', {
      status: DONE,
      spec: { templateId: 'upgrade-dependency', parameters: { packageName: 'lodash' } },
    });
    const { status, body } = await get(`${TASKS}/upgrade-lodash`);
    assert.equal(status, 200);
    const text = `${masked(JSON.stringify(body, undefined, 2))}\n`;
    if (process.env['UPDATE_GOLDEN']) writeFileSync(GOLDEN, text);
    assert.equal(text, readFileSync(GOLDEN, 'utf8'));
  });

  it('a failed task has its error and no pull request', async () => {
    await served.world.task('bad', {
      status: {
        phase: 'Failed',
        reason: 'ValidationFailed',
        error: 'Linting failed: npm run lint exited with code 1',
      },
    });
    const { body } = await get(`${TASKS}/bad`);
    assert.deepEqual(
      [body['status'], body['reason'], body['error'], body['prUrl']],
      ['Failed', 'ValidationFailed', 'Linting failed: npm run lint exited with code 1', null],
    );
  });

  it('a task is found by its object’s name and as @latest, too', async () => {
    await served.world.task('old', { created: '2026-01-30T12:00:00Z' });
    const { metadata } = await served.world.task('new');
    for (const name of [metadata.name, '@latest', encodeURIComponent('@latest')])
      assert.equal((await get(`${TASKS}/${name}`)).body['name'], 'new');
  });

  it('answers 404 for a task that is not there, in this project', async () => {
    await served.world.task('elsewhere', { project: 'other' });
    const { status, body } = await get(`${TASKS}/elsewhere`);
    assert.equal(status, 404);
    assert.deepEqual(body, {
      error: 'Not found',
      message: 'Task "elsewhere" not found in project "default".',
    });
  });

  it('lists the newest first, a page at a time, and says how many there are', async () => {
    for (const hour of ['08', '09', '10', '11'])
      await served.world.task(`at-${hour}`, { created: `2026-01-31T${hour}:00:00Z` });
    assert.deepEqual(await names(''), ['at-11', 'at-10', 'at-09', 'at-08']);
    const { body } = await get(`${TASKS}?limit=2&offset=1`);
    assert.equal(body['total'], 4);
    assert.deepEqual(await names('?limit=2&offset=1'), ['at-10', 'at-09']);
    assert.deepEqual(await names('?offset=10'), []);
  });

  it('a list has no logs', async () => {
    await served.world.task('done', { status: DONE });
    const { body } = await get(TASKS);
    assert.deepEqual(Object.keys((body['items'] as object[])[0] ?? {}).sort(), [
      'createdAt',
      'creator',
      'currentPhase',
      'name',
      'object',
      'prUrl',
      'progress',
      'project',
      'repository',
      'retryCount',
      'status',
      'uid',
    ]);
  });

  const filters: [query: string, found: string[]][] = [
    ['status=completed', ['done']],
    ['status=completed,pending', ['done', 'other', 'waits']],
    ['creator=kim@example.com', ['other']],
    ['name=OTH', ['other']],
    ['repo=git@example.com:example-org/other.git', ['other']],
    ['template=t1', ['done']],
    ['since=2h', ['other', 'waits']],
    ['since=2026-01-31T11:00:00Z', ['other', 'waits']],
    ['status=pending&creator=alex@example.com', ['waits']],
  ];
  for (const [query, found] of filters)
    it(`?${query} lists what passes`, async () => {
      const created = '2026-01-30T12:00:00Z';
      await served.world.task('done', { created, status: DONE, spec: { templateId: 't1' } });
      await served.world.task('waits');
      await served.world.task('other', {
        spec: {
          userContext: { userId: 'kim@example.com' },
          repos: [{ input: { url: 'https://example.com/example-org/other' } }],
        },
      });
      assert.deepEqual((await names(`?${query}`)).sort(), found);
    });

  const refused: [query: string, message: RegExp][] = [
    ['status=finished', /^status: "finished" is not a valid phase/],
    ['since=yesterday', /^since: "yesterday" is not a valid time/],
    ['limit=0', /^limit: /],
    ['limit=1001', /^limit: /],
    ['limit=many', /^limit: /],
    ['offset=-1', /^offset: /],
    ['staus=failed', /^staus: unknown field/],
  ];
  for (const [query, message] of refused)
    it(`?${query} answers 400, and names the parameter`, async () => {
      const { status, body } = await get(`${TASKS}?${query}`);
      assert.equal(status, 400);
      assert.match(String(body['message']), message);
    });

  it('a project whose name is not valid answers 400', async () => {
    for (const project of ['Team_A', '..%2f..', 'a'.repeat(64)]) {
      const { status, body } = await get(`/api/projects/${project}/background-tasks`);
      assert.equal(status, 400);
      assert.match(String(body['message']), /^project: /);
    }
  });
});
