import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Machine, machine } from '../support/command-line.ts';
import { readEvents } from '../support/rest/event-reader.ts';
import type { RestClient } from '../support/rest/rest-client.ts';
import { ServerProcess } from '../support/rest/server-process.ts';
import { GOOD_CHANGE, LINT_ERROR, SAMPLE } from '../scenarios/sample-app.ts';

const TASKS = '/api/projects/default/background-tasks';
const TEMPLATES = '/api/projects/default/task-templates';

type Fields = Record<string, unknown>;

// One story: each step starts from what the one before left.
describe('quickstart over REST, on the local engine', () => {
  let here: Machine;
  let app: string;
  let server: ServerProcess;
  let client: RestClient;
  before(async () => {
    here = await machine();
    app = await here.repository('app', SAMPLE);
    server = await ServerProcess.start(here.env);
    client = await server.client();
  });
  after(async () => {
    await server?.end();
    await here.close();
  });

  const post = (path: string, body?: unknown) =>
    client.call('POST', path, body === undefined ? {} : { body });
  const create = (name: string, run: string, more: Fields = {}) =>
    post(TASKS, {
      name,
      instructions: 'Greet the moon instead of the world.',
      repository: { url: app, branch: 'main' },
      agent: { type: 'command', run },
      ...more,
    });
  const read = async (name: string): Promise<Fields> => (await client.call('GET', `${TASKS}/${name}`)).body;

  /** A task's states to its end, as its events told them. */
  async function followed(name: string): Promise<Fields[]> {
    const states: Fields[] = [];
    for await (const { event, data } of readEvents(await client.open('GET', `${TASKS}/${name}/events`)))
      if (event === 'task') states.push(data);
    return states;
  }

  describe('scenarios 1 to 3', () => {
    let states: Fields[];
    let made: Fields;

    it('a task is made, and followed to its end as it goes', async () => {
      const answer = await create('greet-moon', GOOD_CHANGE);
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      made = answer.body;
      assert.equal(made['status'], 'Pending');
      states = await followed('greet-moon');
      assert.equal(states.at(-1)?.['status'], 'Completed', JSON.stringify(states.at(-1)));
    });

    it('its progress never goes down, its steps come in words, its log grows', () => {
      const progress = states.map((state) => Number(state['progress']));
      assert.deepEqual(
        progress,
        progress.toSorted((a, b) => a - b),
      );
      assert.equal(progress.at(-1), 100);
      assert.equal(states.at(-1)?.['currentPhase'], 'Pull request created');
      assert.ok(new Set(states.map(({ currentPhase }) => currentPhase)).size > 3);
      assert.ok(String(states.at(-1)?.['logs']).length <= 10_240);
    });

    it('what it tells at its end agrees with the object that kubectl would show', async () => {
      const task = await read('greet-moon');
      const { metadata, status } = await here.task('greet-moon');
      assert.deepEqual(
        [task['uid'], task['createdAt'], task['completedAt'], task['prUrl']],
        [metadata.uid, metadata.creationTimestamp, status?.completionTime, status?.repos?.[0]?.prUrl],
      );
      assert.deepEqual(
        (task['checks'] as Fields[]).map(({ name, result }) => `${String(name)} ${String(result)}`),
        ['format passed', 'lint passed', 'test passed'],
      );
      for (const words of ['npm run lint', 'npm test', 'All checks passed'])
        assert.ok(String(task['logs']).includes(words), words);
    });

    it('the pull request is there, and names the task', async () => {
      const text = await readFile(fileURLToPath(String((await read('greet-moon'))['prUrl'])), 'utf8');
      for (const words of [
        '[Background Task] greet-moon',
        'Automated changes from background task',
        '✅ Linting passed',
      ])
        assert.ok(text.includes(words), words);
    });

    it('its whole log is that of the command line', async () => {
      const { body } = await client.call<string>('GET', `${TASKS}/greet-moon/logs`);
      assert.equal(body.trimEnd(), await here.ok('logs', 'greet-moon'));
    });
  });

  describe('scenarios 4 and 5, and the limit', () => {
    it('scenario 4: a failure says why and opens no pull request; its retry is a new task', async () => {
      await create('failing-task-test', LINT_ERROR);
      const failed = (await followed('failing-task-test')).at(-1);
      assert.deepEqual(
        [failed?.['status'], failed?.['error'], failed?.['prUrl']],
        ['Failed', 'Linting failed: npm run lint exited with code 1', null],
      );
      assert.match(String(failed?.['logs']), /no-debugger/);
      const { status, body } = await post(`${TASKS}/failing-task-test/retry`);
      assert.equal(status, 200);
      assert.deepEqual(
        [body['name'], body['status'], body['retryCount']],
        ['failing-task-test-retry-1', 'Pending', 1],
      );
      assert.equal((await followed('failing-task-test-retry-1')).at(-1)?.['status'], 'Failed');
      assert.equal((await read('failing-task-test'))['status'], 'Failed');
    });

    it('scenario 5: a template makes tasks of different parameters, and its uses are counted', async () => {
      const template = await post(TEMPLATES, {
        name: 'upgrade-dependency',
        displayName: 'Upgrade NPM Dependency',
        instructionsTemplate: 'Upgrade {{packageName}} to version {{version}} in package.json.',
        parameters: [
          { name: 'packageName', type: 'string', required: true },
          {
            name: 'version',
            type: 'string',
            required: true,
            defaultValue: 'latest',
            validationRegex: '^\\\\d+\\\\.\\\\d+\\\\.\\\\d+$|^latest$',
          },
        ],
      });
      assert.equal(template.status, 201);
      for (const [packageName, version] of [
        ['lodash', '4.17.21'],
        ['axios', '1.6.0'],
      ] as const) {
        const name = `upgrade-${packageName}-from-template`;
        const { status, body } = await post(TASKS, {
          name,
          templateId: 'upgrade-dependency',
          parameters: { packageName, version },
          repository: { url: app, branch: 'main' },
          agent: { type: 'command', run: 'true' },
        });
        assert.equal(status, 201, JSON.stringify(body));
        assert.equal(body['instructions'], `Upgrade ${packageName} to version ${version} in package.json.`);
        assert.equal((await followed(name)).at(-1)?.['currentPhase'], 'No changes needed');
      }
      const { body } = await client.call('GET', TEMPLATES);
      const [used] = body['items'] as Fields[];
      assert.equal(used?.['usageCount'], 2);
      assert.ok(Date.parse(String(used?.['lastUsed'])) > 0);
    });

    it('the limit: the second task of a user is refused while the first runs, and taken when it was cancelled', async () => {
      await create('task1', `node -e "setInterval(() => {}, 1000)"`);
      const second = await create('task2', 'true');
      assert.equal(second.status, 409);
      assert.deepEqual(second.body, {
        error: 'Concurrent task limit reached',
        message: 'You already have 1 running background task. Wait for it to complete or cancel it.',
      });
      assert.equal((await post(`${TASKS}/task1/cancel`)).status, 200);
      assert.equal((await followed('task1')).at(-1)?.['status'], 'Stopped');
      assert.equal((await create('task2', 'true')).status, 201);
      await followed('task2');
    });

    it('the list shows them all, the newest first', async () => {
      const { body } = await client.call('GET', `${TASKS}?status=completed`);
      const names = (body['items'] as Fields[]).map(({ name }) => name);
      assert.deepEqual(names, [
        'task2',
        'upgrade-axios-from-template',
        'upgrade-lodash-from-template',
        'greet-moon',
      ]);
      assert.equal(body['total'], 4);
    });

    it('told to end it ends well, and its log never held its token', async () => {
      assert.equal(await server.end(), 0, server.output);
      const [, log = ''] = /("time"[\s\S]*)/.exec(server.output) ?? [];
      assert.ok(log.includes('"status":409'));
      assert.ok(!log.includes(server.token));
    });
  });
});
