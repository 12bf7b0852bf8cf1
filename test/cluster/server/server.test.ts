import assert from 'node:assert/strict';
import { sessionName } from '../../../src/api/names.ts';
import { readEvents } from '../../support/rest/event-reader.ts';
import type { RestClient } from '../../support/rest/rest-client.ts';
import { ServerProcess } from '../../support/rest/server-process.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import type { OperatorProcess } from '../scenarios/operator-process.ts';
import { PERSON, Scene } from '../scenarios/scene.ts';

const PROJECT = 'team-a';
const TASKS = `/api/projects/${PROJECT}/background-tasks`;
const TEMPLATES = `/api/projects/${PROJECT}/task-templates`;
const STRANGER = 'bob';

type Fields = Record<string, unknown>;

const task = (name: string, more: Fields = {}): Fields => ({
  name,
  instructions: 'Upgrade it.',
  repository: { url: `https://example.com/example-org/${name}`, branch: 'main' },
  ...more,
});

const create = (client: RestClient, name: string, more: Fields = {}, headers: Record<string, string> = {}) =>
  client.call('POST', TASKS, { body: task(name, more), headers });

// One story: each step starts from what the one before left.
describe('bgtask server, on a real API server', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let scene: Scene;
  let operator: OperatorProcess;
  let server: ServerProcess;
  let person: RestClient;

  before(async () => {
    cluster = await clusterForTests();
    scene = await Scene.install(cluster);
    await scene.project(PROJECT, [PERSON, 'alice']);
    operator = await scene.operator('one');
    await operator.said('reconciling');
    // The kubeconfig is an administrator's, so that a request that used it would show.
    const env = { PATH: process.env['PATH'] ?? '', HOME: '/tmp', BGTASK_ENGINE: 'kubernetes' };
    server = await ServerProcess.start(env, '--kubeconfig', cluster.kubeconfigFor('admin'));
    person = await server.client(cluster.tokens[PERSON]);
  });
  after(async () => {
    await server?.end();
    await operator?.end('SIGKILL');
    await scene?.close();
    await cluster?.close();
  });

  describe('each request acts as its caller', () => {
    it('a task is made in the name of the user the token belongs to, whatever headers say', async () => {
      const headers = { 'Impersonate-User': 'admin', 'X-Remote-User': 'admin', 'X-Forwarded-User': 'admin' };
      const { status, body } = await create(person, 'upgrade-lodash', {}, headers);
      assert.equal(status, 201, JSON.stringify(body));
      assert.deepEqual([body['creator'], body['status']], [PERSON, 'Pending']);
      const object = await scene.task(PROJECT, 'upgrade-lodash');
      assert.equal(object?.spec.userContext?.userId, PERSON);
      assert.equal(object?.metadata.uid, body['uid']);
      assert.equal(object?.metadata.labels?.['ambient-code.io/mode'], 'background');
    });

    it('without a token, and with one that the API server does not know, 401', async () => {
      for (const token of [null, 'unknown-token'])
        for (const path of [TASKS, TEMPLATES, `${TASKS}/upgrade-lodash`, `${TASKS}/upgrade-lodash/logs`]) {
          const { status, headers } = await person.call('GET', path, { token });
          assert.deepEqual([status, headers.get('www-authenticate')], [401, 'Bearer realm="bgtask"'], path);
        }
    });

    it('a user without rights in the project is answered 403 everywhere, with the API server’s words', async () => {
      const stranger = person.as(cluster.tokens[STRANGER] ?? '');
      const attempts: [method: string, path: string, body?: unknown][] = [
        ['GET', TASKS],
        ['POST', TASKS, task('not-mine')],
        ['GET', `${TASKS}/upgrade-lodash`],
        ['DELETE', `${TASKS}/upgrade-lodash`],
        ['POST', `${TASKS}/upgrade-lodash/cancel`],
        ['POST', `${TASKS}/upgrade-lodash/retry`],
        ['GET', `${TASKS}/upgrade-lodash/logs`],
        ['GET', `${TASKS}/upgrade-lodash/events`],
        ['GET', `/api/projects/${PROJECT}/events`],
        ['GET', TEMPLATES],
        ['POST', TEMPLATES, { name: 't', displayName: 'T', instructionsTemplate: 'Do it.' }],
        ['GET', `${TEMPLATES}/t`],
        ['DELETE', `${TEMPLATES}/t`],
      ];
      for (const [method, path, body] of attempts) {
        const answer = await stranger.call(method, path, body === undefined ? {} : { body });
        assert.equal(answer.status, 403, `${method} ${path}`);
        assert.match(String(answer.body['message']), /User "bob" cannot/);
      }
    });

    it('the log of the server holds no token of anybody', () => {
      for (const token of Object.values(cluster.tokens)) assert.ok(!server.output.includes(token));
      assert.ok(server.output.includes('"status":403'));
    });
  });

  describe('what was promised of tasks', () => {
    it('a second task of the same user is refused with the quickstart’s words, another user’s is not', async () => {
      const { status, body } = await create(person, 'second');
      assert.equal(status, 409);
      assert.deepEqual(body, {
        error: 'Concurrent task limit reached',
        message: 'You already have 1 running background task. Wait for it to complete or cancel it.',
      });
      assert.equal(await scene.task(PROJECT, 'second'), undefined);
      const alice = person.as(cluster.tokens['alice'] ?? '');
      assert.equal((await create(alice, 'of-alice')).status, 201);
    });

    it('a task is read, and listed, as the object says', async () => {
      const { body } = await person.call('GET', `${TASKS}/upgrade-lodash`);
      const object = await scene.becomes(
        PROJECT,
        'upgrade-lodash',
        'has a Job',
        ({ status }) => status?.jobName !== undefined,
      );
      assert.deepEqual([body['object'], body['uid']], [object.metadata.name, object.metadata.uid]);
      const list = await person.call('GET', `${TASKS}?creator=${PERSON}`);
      assert.deepEqual(
        (list.body['items'] as Fields[]).map(({ name, creator }) => [name, creator]),
        [['upgrade-lodash', PERSON]],
      );
      assert.equal((await person.call('GET', TASKS)).body['total'], 2);
    });

    it('a cancelled task is told as Stopped to who listens, and is not retried while it is not over', async () => {
      const events = readEvents(await person.open('GET', `${TASKS}/upgrade-lodash/events`));
      assert.equal((await events.next()).value?.data['name'], 'upgrade-lodash');
      const early = await person.call('POST', `${TASKS}/upgrade-lodash/retry`);
      assert.equal(early.status, 400);
      const { status, body } = await person.call('POST', `${TASKS}/upgrade-lodash/cancel`);
      assert.deepEqual([status, body['cancelRequested']], [200, true]);
      let last: Fields = {};
      for await (const { event, data } of events) if (event === 'task') last = data;
      assert.deepEqual([last['status'], last['reason']], ['Stopped', 'Cancelled']);
    });

    it('a retry of it is a new task with a count', async () => {
      const { status, body } = await person.call('POST', `${TASKS}/upgrade-lodash/retry`);
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual([body['name'], body['retryCount']], ['upgrade-lodash-retry-1', 1]);
      const object = await scene.task(PROJECT, 'upgrade-lodash-retry-1');
      assert.equal(object?.spec.userContext?.userId, PERSON);
    });

    it('a deleted task is gone, its Job too', async () => {
      const name = 'upgrade-lodash-retry-1';
      await scene.becomes(PROJECT, name, 'has a Job', ({ status }) => status?.jobName !== undefined);
      assert.equal((await person.call('DELETE', `${TASKS}/${name}`)).status, 204);
      assert.equal(await scene.task(PROJECT, name), undefined);
      await cluster.ok([
        '-n',
        PROJECT,
        'wait',
        '--for=delete',
        `job/${sessionName(PROJECT, name)}-job`,
        '--timeout=60s',
      ]);
    });

    it('what the schema or a rule of the CRD refuses is 400', async () => {
      for (const [more, message] of [
        [{ timeout: 59 }, /timeout must be from 60 to 3600 seconds/],
        [{ agent: { type: 'command' } }, /agent/],
      ] as const) {
        const { status, body } = await create(person, 'bad', more);
        assert.equal(status, 400, JSON.stringify(body));
        assert.match(String(body['message']), message);
      }
    });
  });

  describe('templates', () => {
    const spec = {
      displayName: 'Upgrade',
      instructionsTemplate: 'Upgrade {{package}} to {{version}}.',
      parameters: [
        { name: 'package', required: true },
        { name: 'version', required: true, validationRegex: String.raw`^\\d+\\.\\d+$` },
      ],
    };

    it('are made, changed, used and counted', async () => {
      const made = await person.call('POST', TEMPLATES, {
        body: {
          name: 'upgrade',
          ...spec,
          category: 'dependencies',
          agent: { type: 'claude', model: 'opus' },
        },
      });
      assert.equal(made.status, 201);
      assert.match(String(made.body['warnings']), /doubled backslashes/);
      const changed = await person.call('PUT', `${TEMPLATES}/upgrade`, {
        body: { ...spec, agent: { type: 'codex' } },
      });
      assert.equal(changed.status, 200);
      assert.deepEqual([changed.body['agent'], changed.body['category']], [{ type: 'codex' }, undefined]);
      const used = await person.call('POST', TASKS, {
        body: {
          name: 'from-template',
          templateId: 'upgrade',
          parameters: { package: 'lodash', version: '4.17' },
          repository: { url: 'https://example.com/example-org/app' },
        },
      });
      assert.equal(used.status, 201, JSON.stringify(used.body));
      assert.equal(used.body['instructions'], 'Upgrade lodash to 4.17.');
      await cluster.ok([
        '-n',
        PROJECT,
        'wait',
        '--for=jsonpath={.status.usageCount}=1',
        'tt/upgrade',
        '--timeout=30s',
      ]);
      const list = await person.call('GET', TEMPLATES);
      assert.deepEqual(
        (list.body['items'] as Fields[]).map(({ name, usageCount }) => [name, usageCount]),
        [['upgrade', 1]],
      );
    });
  });

  describe('without an operator', () => {
    it('a new task stays, and the answer says that no operator answered', async () => {
      await operator.end();
      const alice = person.as(cluster.tokens['alice'] ?? '');
      const { status, body } = await create(alice, 'unheard', { queue: true });
      assert.equal(status, 201);
      assert.match(String(body['warnings']), /No operator has answered within 2 s/);
    });
  });
});
