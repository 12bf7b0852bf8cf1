import assert from 'node:assert/strict';
import { sessionName } from '../../../src/api/names.ts';
import { git } from '../../support/github-standin/repositories.ts';
import { until } from '../harness/until.ts';
import { PROJECT } from '../scenarios/node-scene.ts';
import { type Quickstart, quickstart } from '../scenarios/quickstart-scene.ts';
import { NAMESPACE } from '../scenarios/scene.ts';

const NAME = 'upgrade-lodash-enforced';
const RETRY = `${NAME}-retry-1`;
const CREATE = `kubectl bgtask create ${NAME} -n $PROJECT --repo $REPO_URL --branch $REPO_BRANCH`;

// One story: each step starts from what the one before left.
describe('a task by Claude Code in a network that enforces NetworkPolicies', function () {
  this.timeout(900_000);
  let story: Quickstart;
  before(async () => {
    story = await quickstart({ networkPolicies: true });
    story.gates.open('lint');
    await story.cluster.ok(
      `-n ${NAMESPACE} rollout status deployment/bgtask-operator --timeout=60s`.split(' '),
    );
  });
  after(() => story?.close());

  const timesTaken = async (): Promise<number> =>
    (await story.cluster.ok(['-n', NAMESPACE, 'logs', 'deployment/bgtask-operator'])).split('settings taken')
      .length;

  it('ends before its time limit while the forge is closed, with a sentence that names the policy and its setting', async () => {
    const { here, scene, node, ports } = story;
    const made = await here.run(`${CREATE} -m "Upgrade lodash to version 4.17.21." --timeout 10m --wait`);
    assert.equal(made.code, 3, made.stderr);
    const { status } = (await scene.task(PROJECT, NAME)) ?? {};
    assert.deepEqual([status?.phase, status?.reason], ['Failed', 'CloneFailed']);
    assert.match(
      status?.error ?? '',
      new RegExp(
        `Failed to connect to ${node.hostAddress} port ${ports[0]} .* bgtask-jobs may be the cause: `,
      ),
    );
    assert.match(
      status?.error ?? '',
      /needs a rule in runner\.networkPolicy\.egress of bgtask's settings\.$/,
    );
    assert.match(await here.ok(`kubectl bgtask logs ${NAME} -n $PROJECT`), /runner\.networkPolicy\.egress/);
    assert.deepEqual([story.github.pulls.length, story.model.requests.length], [0, 0]);
  });

  it('is completed by its retry, when a rule opens the ports that it needs', async () => {
    const { here, began, node, ports, scene } = story;
    const times = await timesTaken();
    const rule = {
      to: [{ ipBlock: { cidr: `${node.hostAddress}/32` } }],
      ports: ports.map((port) => ({ port })),
    };
    await story.settings({ ...began, runner: { networkPolicy: { egress: [rule] } } });
    await until('the new settings', 30, async () => (await timesTaken()) > times);
    await here.ok(`kubectl bgtask retry ${NAME} -n $PROJECT`);
    const { code, stdout } = await here.run(`kubectl bgtask wait ${RETRY} -n $PROJECT --timeout=240s`);
    const log = await here.ok(`kubectl bgtask logs ${RETRY} -n $PROJECT`);
    assert.equal(code, 0, `${stdout}\n${log}`);
    const { status } = (await scene.task(PROJECT, RETRY)) ?? {};
    assert.equal(status?.phase, 'Completed');
    const [pull, ...more] = story.github.pulls;
    assert.deepEqual(more, []);
    assert.equal(status.repos?.[0]?.prUrl, pull?.url);
    const branch = `background-task-${RETRY}`;
    assert.match(await git(story.directory, 'show', `${branch}:package-lock.json`), /"version": "4\.17\.21"/);
    assert.equal(story.model.left(), 0);
  });

  it('ran under the policy that the operator applied', async () => {
    const { cluster, ports } = story;
    const found = await cluster.ok(['-n', PROJECT, 'get', 'networkpolicy', 'bgtask-jobs', '-o', 'json']);
    const { spec } = JSON.parse(found) as { spec: { egress: { ports: { port: number }[] }[] } };
    assert.deepEqual(
      spec.egress.at(-1)?.ports.map(({ port }) => port),
      ports,
    );
    const jobs = await cluster.ok(['-n', PROJECT, 'get', 'jobs', '-o', 'name']);
    assert.ok(jobs.includes(`${sessionName(PROJECT, RETRY)}-job`), jobs);
  });
});
