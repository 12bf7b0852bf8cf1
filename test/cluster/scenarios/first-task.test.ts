import assert from 'node:assert/strict';
import type { AgenticSession } from '../../../src/api/types.ts';
import { sessionName } from '../../../src/api/names.ts';
import { LINT_ERROR, SAMPLE } from '../../scenarios/sample-app.ts';
import { git, type StandInRepo } from '../../support/github-standin/repositories.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import { type Cluster, nodeOf } from '../harness/cluster.ts';
import { until } from '../harness/until.ts';
import { RUNNER_IMAGE, runnerArchive } from '../install/runner-image.ts';
import { NAMESPACE, PERSON, Scene } from './scene.ts';
import { forgeSecret, secureGithub, type SecureGithub, trusting } from './secure-github.ts';

const PROJECT = 'my-project';
const OTHER = 'alice';
const TOKEN = 'test-forge-token-not-real';
const UPGRADE = 'upgrade-greeting';
/** Changes what its tests read, and takes long enough to be seen at work. */
const GOOD = 'echo "Upgrading"; sleep 3; echo "Upgraded the greeting" > CHANGES.md';
/** Lets its process and a child of it ignore the polite way to end them. */
const DEAF = `echo half > HALF.md; trap '' TERM; echo 'Never ends'; sleep 3000 & sleep 3000`;
const branchName = (task: string): string => `background-task-${task}`;
describe('the first tasks, on a real node', function () {
  this.timeout(600_000);
  let cluster: Cluster;
  let scene: Scene;
  let github: SecureGithub;
  let repo: StandInRepo;

  const create = (person: string, name: string, command: string, ...more: string[]) => {
    const what = ['--repo', `${github.url}/example-org/app`, '--branch', 'main', '--run', command];
    return scene.bgtask(
      person,
      'create',
      name,
      '-n',
      PROJECT,
      '-m',
      'Upgrade the greeting.',
      ...what,
      ...more,
    );
  };
  const pods = (name: string): Promise<string> =>
    cluster.ok(['-n', PROJECT, 'get', 'pods', '-o', 'name', '-l', `ambient-code.io/task=${name}`]);
  const gone = (name: string, seconds: number): Promise<unknown> =>
    until(`the end of the pods of ${name}`, seconds, async () => (await pods(name)) === '');
  const timesTaken = async (): Promise<number> =>
    (await cluster.ok(['-n', NAMESPACE, 'logs', 'deployment/bgtask-operator'])).split('settings taken')
      .length;
  const branchOf = (name: string): Promise<string> =>
    git(repo.directory, 'branch', '--list', branchName(name));
  const ended = async (name: string): Promise<NonNullable<AgenticSession['status']>> =>
    (await scene.task(PROJECT, name))?.status ?? {};

  before(async () => {
    const archive = runnerArchive();
    cluster = await clusterForTests({ node: true });
    const node = nodeOf(cluster);
    await node.importImage(await archive);
    github = await secureGithub(node.hostAddress, [TOKEN]);
    repo = await github.createRepo('example-org', 'app', { files: { ...SAMPLE } });
    scene = await Scene.install(cluster, '--image', RUNNER_IMAGE);
    await scene.settings(trusting(github.apiUrl));
    await scene.project(PROJECT, [PERSON, OTHER]);
    await forgeSecret(cluster, PROJECT, github, { GITHUB_TOKEN: TOKEN });
  });
  after(async () => {
    await scene?.close();
    await github?.close();
    await cluster?.close();
  });

  // One story: each step starts from what the one before left.
  it('has an operator that is ready', () =>
    cluster.ok(['-n', NAMESPACE, 'rollout', 'status', 'deployment/bgtask-operator', '--timeout=60s']));

  let seen: { phase?: string; progress?: number; step?: string }[];
  it('carries out a task that upgrades a file, while a user watches', async () => {
    const made = await create(PERSON, UPGRADE, GOOD);
    assert.equal(made.code, 0, made.stderr);
    const watch = ['watch', UPGRADE, '-n', PROJECT, '-o', 'jsonl'];
    const { code, stdout, stderr } = await scene.bgtask(PERSON, ...watch);
    assert.equal(code, 0, stderr);
    seen = stdout.split('\n').map((line) => {
      const { status } = JSON.parse(line) as AgenticSession;
      return { phase: status?.phase, progress: status?.progress, step: status?.currentPhase };
    });
  });

  it('goes through its phases in order, and its progress never falls', () => {
    const phases = [...new Set(seen.map(({ phase }) => phase))];
    assert.deepEqual(phases, ['Creating', 'Running', 'Completed']);
    const progress = seen.map((state) => state.progress ?? 0);
    assert.deepEqual(
      progress,
      progress.toSorted((a, b) => a - b),
    );
    assert.ok(
      seen.some(({ step }) => step === 'Generating changes'),
      JSON.stringify(seen),
    );
    assert.deepEqual(seen.at(-1), { phase: 'Completed', progress: 100, step: 'Pull request created' });
  });

  it('opens one pull request with one commit on main', async () => {
    const [pull, ...more] = github.pulls;
    assert.deepEqual(more, []);
    assert.equal(pull?.head, branchName(UPGRADE));
    assert.equal(pull?.base, 'main');
    assert.match(pull?.body ?? '', /Automated changes from background task/);
    assert.match(pull?.body ?? '', /`npm run lint` \| ✅ passed/);
    const { repos } = await ended(UPGRADE);
    assert.equal(repos?.[0]?.prUrl, pull?.url);
    const branch = `refs/heads/${branchName(UPGRADE)}`;
    assert.equal(await git(repo.directory, 'rev-list', '--count', `refs/heads/main..${branch}`), '1');
    assert.equal(await git(repo.directory, 'rev-parse', branch), repos?.[0]?.commit);
    assert.equal(await git(repo.directory, 'diff', '--name-only', 'refs/heads/main', branch), 'CHANGES.md');
  });

  it('keeps its log when its pod is gone', async () => {
    await gone(UPGRADE, 60);
    const log = await scene.ok(PERSON, 'logs', UPGRADE, '-n', PROJECT);
    for (const line of [
      'Repository cloned',
      'Upgrading',
      'Running linters: npm run lint',
      'All checks passed',
    ])
      assert.ok(log.split('\n').includes(line), log);
    assert.ok(!log.includes(TOKEN));
  });

  it('leaves the Job for a while, complete, for those who ask kubectl', async () => {
    const jobs = await cluster.ok(['-n', PROJECT, 'get', 'jobs'], { user: PERSON });
    assert.match(jobs, new RegExp(`^${UPGRADE}-[0-9a-f]{8}-job +Complete +1/1 `, 'm'));
  });

  it('is shown by kubectl in its columns', async () => {
    const table = await cluster.ok(['-n', PROJECT, 'get', 'as'], { user: PERSON });
    const [header, ...rows] = table.split('\n');
    const columns = ['NAME', 'TASK', 'PHASE', 'PROGRESS', 'STEP', 'PR', 'AGE'];
    assert.deepEqual(header?.trim().split(/\s{2,}/), columns);
    const row = new RegExp(`${UPGRADE} +Completed +100 +Pull request created +https://`);
    assert.ok(
      rows.some((line) => row.test(line)),
      table,
    );
  });

  it('says in events what became of it', async () => {
    const events = await cluster.ok(['-n', PROJECT, 'get', 'events', '-o', 'json']);
    const { items } = JSON.parse(events) as {
      items: { reason: string; involvedObject: { kind: string; name: string } }[];
    };
    const name = sessionName(PROJECT, UPGRADE);
    const ours = items.filter(({ involvedObject }) => involvedObject.name === name);
    assert.deepEqual(ours.map(({ reason }) => reason).sort(), ['Completed', 'Created']);
  });

  it('fails a task whose change its linter refuses, and pushes nothing', async () => {
    const { code, stderr } = await create(PERSON, 'bad-lint', `echo kept > KEPT.md; ${LINT_ERROR}`, '--wait');
    assert.equal(code, 3, stderr);
    const { phase, reason, error, conditions } = await ended('bad-lint');
    assert.deepEqual([phase, reason], ['Failed', 'ValidationFailed']);
    assert.match(error ?? '', /^Linting failed: npm run lint exited with code 1/);
    assert.equal(conditions?.find(({ type }) => type === 'Validated')?.status, 'False');
    assert.equal(await branchOf('bad-lint'), '');
  });

  it('keeps the change of a task that failed when its pod is gone, for diff', async () => {
    await gone('bad-lint', 60);
    const { change } = await ended('bad-lint');
    assert.equal(change?.location, `configmap://${PROJECT}/${sessionName(PROJECT, 'bad-lint')}-change-0`);
    const diff = await scene.ok(PERSON, 'diff', 'bad-lint', '-n', PROJECT);
    assert.match(diff, /\+\+\+ b\/KEPT\.md\n@@ [^\n]*\n\+kept\n/);
    assert.equal(change?.files, 2);
  });

  it('goes on with the kept change of an earlier task, in a pod of its own', async () => {
    const earlier = await scene.task(PROJECT, 'bad-lint');
    const run = `test "$(cat KEPT.md)" = kept && git checkout -q -- src && echo more >> KEPT.md`;
    const name = sessionName(PROJECT, 'goes-on');
    const spec = { repos: earlier?.spec.repos, agent: { type: 'command', run } };
    const input = scene.manifest(PROJECT, name, { ...spec, continueFrom: earlier?.metadata.name });
    await cluster.ok(['create', '-f', '-'], { input, user: PERSON });
    const { status } = await scene.becomes(
      PROJECT,
      'goes-on',
      'over',
      (task) => !!task.status?.completionTime,
    );
    assert.equal(status?.phase, 'Completed', JSON.stringify(status));
    assert.match(
      await scene.ok(PERSON, 'logs', 'goes-on', '-n', PROJECT),
      /Goes on with the change of bad-lint: 2 files/,
    );
    const branch = `refs/heads/${branchName(name)}`;
    assert.equal(await git(repo.directory, 'show', `${branch}:KEPT.md`), 'kept\nmore');
  });

  it('cancels a task that does not listen: its pod is gone within 30 s, and it is Stopped', async () => {
    const { code, stderr } = await create(PERSON, 'deaf', DEAF);
    assert.equal(code, 0, stderr);
    await scene.becomes(PROJECT, 'deaf', 'at work', ({ status }) => !!status?.logs?.includes('Never ends'));
    const cancelled = scene.ok(PERSON, 'cancel', 'deaf', '-n', PROJECT);
    await gone('deaf', 30);
    await cancelled;
    const { phase, reason } = await ended('deaf');
    assert.deepEqual([phase, reason], ['Stopped', 'Cancelled']);
    assert.equal(await branchOf('deaf'), '');
    await until('the change of deaf', 30, async () => (await ended('deaf')).change !== undefined);
    assert.match(await scene.ok(PERSON, 'diff', 'deaf', '-n', PROJECT), /\+half/);
  });

  it('tries a failed task again under a name of its own', async () => {
    const { code } = await scene.bgtask(PERSON, 'retry', 'bad-lint', '-n', PROJECT, '--watch');
    assert.equal(code, 3, 'it fails again');
    const retried = await scene.task(PROJECT, 'bad-lint-retry-1');
    assert.equal(retried?.status?.retryCount, 1);
    assert.equal(retried?.metadata.labels?.['ambient-code.io/retry-of'], 'bad-lint');
    assert.equal((await ended('bad-lint')).phase, 'Failed', 'the old one is kept');
  });

  it('loses nothing of a task that ends while no operator is there', async () => {
    const { code, stderr } = await create(PERSON, 'unseen', GOOD);
    assert.equal(code, 0, stderr);
    await scene.becomes(
      PROJECT,
      'unseen',
      'at work',
      ({ status }) => status?.currentPhase === 'Generating changes',
    );
    const operator = ['-n', NAMESPACE, '-l', 'app.kubernetes.io/component=operator'];
    await cluster.ok(['delete', 'pod', ...operator, '--force', '--grace-period=0']);
    const { status } = await scene.becomes(
      PROJECT,
      'unseen',
      'over',
      (task) => !!task.status?.completionTime,
    );
    assert.equal(status?.phase, 'Completed', JSON.stringify(status));
    assert.equal(github.pulls.filter(({ head }) => head === branchName('unseen')).length, 1);
    await gone('unseen', 60);
    const log = await scene.ok(PERSON, 'logs', 'unseen', '-n', PROJECT);
    for (const line of ['Repository cloned', 'Upgrading', 'All checks passed'])
      assert.equal(log.split('\n').filter((each) => each === line).length, 1, log);
  });

  it('gives the name of a task that was deleted to a new one at once', async () => {
    for (const round of ['first', 'second']) {
      const { code, stderr } = await create(PERSON, 'again', 'true', '--wait');
      assert.equal(code, 0, `${round}: ${stderr}`);
      const { phase, reason } = await ended('again');
      assert.deepEqual([phase, reason], ['Completed', 'NoChanges']);
      await scene.ok(PERSON, 'delete', 'again', '-n', PROJECT);
    }
  });

  it('ends a task at its time limit, and the Job says so to every user who asks', async () => {
    const { code, stderr } = await create(PERSON, 'late', 'sleep 3000', '--timeout', '60s');
    assert.equal(code, 0, stderr);
    const name = `${sessionName(PROJECT, 'late')}-job`;
    const condition = await until('the end of the late Job', 120, async () => {
      const job = await scene.object<{ status?: { conditions?: { type: string; reason?: string }[] } }>(
        PROJECT,
        'job',
        name,
      );
      return job?.status?.conditions?.find(({ type }) => type === 'Failed');
    });
    assert.equal(condition.reason, 'DeadlineExceeded');
    const { status } = await scene.becomes(PROJECT, 'late', 'over', (task) => !!task.status?.completionTime);
    assert.deepEqual([status?.phase, status?.reason], ['Timeout', 'DeadlineExceeded']);
    assert.equal(status?.error, 'Task exceeded 1 minute deadline');
  });

  it('says of a task that took too much memory that it did', async () => {
    const eat = `node -e 'const all = []; for (;;) all.push(Buffer.alloc(1e7, 1))'`;
    const { code } = await create(PERSON, 'hungry', eat, '--wait');
    assert.equal(code, 3);
    const { reason, error } = await ended('hungry');
    assert.equal(reason, 'OutOfMemory', error);
  });

  it('says of a task whose image cannot be had that it cannot', async () => {
    const before = await timesTaken();
    await scene.settings(
      trusting(github.apiUrl, 'image: localhost/missing/image:1\n  imagePullPolicy: Never'),
    );
    await until('the new settings', 30, async () => (await timesTaken()) > before);
    const { code, stderr } = await create(PERSON, 'no-image', 'true', '--wait');
    assert.equal(code, 3, stderr);
    const { reason, error } = await ended('no-image');
    assert.equal(reason, 'ImagePullFailed', error);
    assert.match(error ?? '', /localhost\/missing\/image:1/);
  });

  it('never asked GitHub for what it does not know', () => assert.deepEqual(github.problems, []));
});
