import assert from 'node:assert/strict';
import { sessionName } from '../../../src/api/names.ts';
import { PROJECT } from '../scenarios/node-scene.ts';
import { type Quickstart, quickstart } from '../scenarios/quickstart-scene.ts';
import { NAMESPACE, PERSON } from '../scenarios/scene.ts';
import type { Following } from '../scenarios/terminal.ts';
import { publishServer, TLS_SECRET } from './published-server.ts';

const API = 'https://vteam-api.example.com/api/projects/${PROJECT}';
const AUTH = '-H "Authorization: Bearer ${TOKEN}"';
const JSON_BODY = '-H "Content-Type: application/json"';

/** A POST as the quickstart writes it, with the status on a last line of its own. */
const post = (path: string, body = ''): string =>
  `curl -s -w '\\n%{http_code}' -X POST "${API}/${path}" ${AUTH}${body && ` ${JSON_BODY} -d '${body}'`}`;
const field = (name: string, jq: string): string =>
  `curl -s "${API}/background-tasks/${name}" ${AUTH} | jq -r '${jq}'`;
/** The quickstart's own loop, without its pause of five seconds. */
const untilOver = (name: string): string => `for i in $(seq 600); do
  STATUS=$(${field(name, '.status')})
  PROGRESS=$(${field(name, '.progress')})
  echo "$STATUS $PROGRESS"
  if [ "$STATUS" = "Completed" ] || [ "$STATUS" = "Failed" ]; then break; fi
  sleep 0.2
done`;

const REPOSITORY = `"repository": { "url": "'\${REPO_URL}'", "branch": "'\${REPO_BRANCH}'" }`;

// One story: each step starts from what the one before left.
describe("the quickstart's own curl commands, against the server in the cluster", function () {
  this.timeout(600_000);
  let story: Quickstart;
  let forward: Following;
  before(async () => {
    story = await quickstart({ install: ['--server', '--server-tls', TLS_SECRET] });
    story.here.set('TOKEN', story.cluster.tokens[PERSON] ?? '');
    forward = await publishServer(story);
    story.gates.open('lint');
  });
  after(async () => {
    await forward?.stop();
    await story?.close();
  });

  /** What a command printed: the JSON, and the status where there is one. */
  async function asked(lines: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const text = await story.here.ok(lines);
    const end = text.lastIndexOf('\n');
    return {
      status: Number(text.slice(end + 1)),
      body: JSON.parse(text.slice(0, end)) as Record<string, unknown>,
    };
  }

  it('the server runs under Pod Security’s level restricted, and holds no token of the cluster', async () => {
    const { admin } = story;
    const exec = `kubectl -n ${NAMESPACE} exec deployment/bgtask-server -- `;
    assert.equal(
      (await admin.ok(`${exec} ls /var/run/secrets/kubernetes.io/serviceaccount`)).trim(),
      'ca.crt',
    );
    const can = `kubectl auth can-i --list --as system:serviceaccount:${NAMESPACE}:bgtask-server -n $PROJECT`;
    assert.doesNotMatch(await admin.ok(can), /agenticsessions|secrets|pods|jobs/);
  });

  it('scenario 1, step 1: a task is made: 201, Pending', async () => {
    const { status, body } = await asked(
      post(
        'background-tasks',
        `{ "name": "upgrade-lodash-test", "instructions": "Upgrade lodash to version 4.17.21 in package.json. Run npm install to update package-lock.json. Ensure npm test passes.", ${REPOSITORY} }`,
      ),
    );
    assert.equal(status, 201, JSON.stringify(body));
    assert.deepEqual([body['name'], body['status']], ['upgrade-lodash-test', 'Pending']);
    assert.match(String(body['uid']), /^[0-9a-f-]{36}$/);
    assert.ok(Date.parse(String(body['createdAt'])) > 0);
  });

  it('the limit: a second one is refused with 409 and the promised words', async () => {
    const { status, body } = await asked(
      post('background-tasks', `{"name": "task2", "instructions": "Do it.", ${REPOSITORY}}`),
    );
    assert.equal(status, 409);
    assert.deepEqual(body, {
      error: 'Concurrent task limit reached',
      message: 'You already have 1 running background task. Wait for it to complete or cancel it.',
    });
  });

  it('step 4: its progress rises to 100, and it completes', async () => {
    const lines = (await story.here.ok(untilOver('upgrade-lodash-test'))).split('\n');
    assert.equal(lines.at(-1), 'Completed 100');
    const progress = lines.map((line) => Number(line.split(' ')[1]));
    assert.deepEqual(
      progress,
      progress.toSorted((a, b) => a - b),
    );
  });

  it('step 5: the pull request is at its prUrl', async () => {
    const url = (await story.here.ok(field('upgrade-lodash-test', '.prUrl'))).trim();
    const pull = story.github.pulls.find((each) => each.url === url);
    assert.ok(pull, url);
    assert.match(pull.title, /\[Background Task\]/);
    assert.match(pull.body, /Automated changes from background task/);
  });

  it('step 6: its log says what was checked', async () => {
    const { here } = story;
    await here.ok(
      `LOGS=$(${field('upgrade-lodash-test', '.logs')}); echo "$LOGS" | grep "npm run lint" && echo "$LOGS" | grep "npm test" && echo "$LOGS" | grep "All checks passed"`,
    );
    const whole = await here.ok(`curl -s "${API}/background-tasks/upgrade-lodash-test/logs" ${AUTH}`);
    for (const words of ['Repository cloned', 'lodash is at 4.17.21.', 'Pull request created'])
      assert.ok(whole.includes(words), words);
  });

  it('scenario 3, step 3: the audit trail is in its fields', async () => {
    const trail = JSON.parse(
      await story.here.ok(
        field(
          'upgrade-lodash-test',
          '{name, createdAt, completedAt, status, prUrl, logs: (.logs | split("\\n") | length)}',
        ),
      ),
    ) as Record<string, unknown>;
    assert.deepEqual([trail['name'], trail['status']], ['upgrade-lodash-test', 'Completed']);
    assert.ok(Date.parse(String(trail['completedAt'])) > Date.parse(String(trail['createdAt'])));
    assert.ok(Number(trail['logs']) > 10);
  });

  it('scenario 4: a failure has its error and no pull request, and its retry counts', async () => {
    const { here } = story;
    const made = await asked(
      post(
        'background-tasks',
        `{ "name": "failing-task-test", "instructions": "Add an error.", "agent": { "type": "command", "run": "echo var x >> src/names.js" }, ${REPOSITORY} }`,
      ),
    );
    assert.equal(made.status, 201, JSON.stringify(made.body));
    await here.ok(untilOver('failing-task-test'));
    const end = JSON.parse(await here.ok(field('failing-task-test', '{status, error, prUrl}'))) as Record<
      string,
      unknown
    >;
    assert.equal(end['status'], 'Failed');
    assert.match(String(end['error']), /^Linting failed: npm run lint exited with code 1/);
    assert.equal(end['prUrl'], null);
    const { status, body } = await asked(post('background-tasks/failing-task-test/retry'));
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(
      [body['name'], body['status'], body['retryCount']],
      ['failing-task-test-retry-1', 'Pending', 1],
    );
    await here.ok(`kubectl get as ${sessionName(PROJECT, 'failing-task-test')} -n $PROJECT`);
    await here.ok(untilOver('failing-task-test-retry-1'));
  });

  it('scenario 5: a template with doubled backslashes is taken, used, and counted', async () => {
    const { here } = story;
    const made = await asked(
      post(
        'task-templates',
        String.raw`{ "name": "upgrade-dependency", "displayName": "Upgrade NPM Dependency", "description": "Upgrades a specified npm dependency to a target version", "instructionsTemplate": "Upgrade {{packageName}} to version {{version}} in package.json.", "parameters": [ { "name": "packageName", "type": "string", "required": true, "description": "NPM package name to upgrade" }, { "name": "version", "type": "string", "required": true, "defaultValue": "latest", "validationRegex": "^\\\\d+\\\\.\\\\d+\\\\.\\\\d+$|^latest$" } ] }`,
      ),
    );
    assert.equal(made.status, 201, JSON.stringify(made.body));
    for (const [name, version] of [
      ['lodash', '4.17.21'],
      ['axios', '1.6.0'],
    ] as const) {
      const task = `upgrade-${name}-from-template`;
      const used = await asked(
        post(
          'background-tasks',
          `{ "name": "${task}", "templateId": "upgrade-dependency", "parameters": { "packageName": "${name}", "version": "${version}" }, "agent": { "type": "command", "run": "true" }, ${REPOSITORY} }`,
        ),
      );
      assert.equal(used.status, 201, JSON.stringify(used.body));
      assert.match(String(used.body['instructions']), new RegExp(`^Upgrade ${name} to version ${version}`));
      await here.ok(untilOver(task));
    }
    const used = await here.ok(
      `curl -s "${API}/task-templates" ${AUTH} | jq -c '.items[] | select(.name == "upgrade-dependency") | {name, usageCount}'`,
    );
    assert.equal(used.trim(), '{"name":"upgrade-dependency","usageCount":2}');
  });
});
