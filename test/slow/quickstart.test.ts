import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Machine, machine } from '../support/command-line.ts';
import { GOOD_CHANGE, LINT_ERROR, SAMPLE } from '../scenarios/sample-app.ts';

const UPGRADE = 'upgrade-lodash-test';
const INSTRUCTIONS =
  'Upgrade lodash to version 4.17.21 in package.json. Run npm install to update package-lock.json. Ensure npm test passes.';

describe('quickstart, on the local engine', () => {
  let here: Machine;
  let app: string;
  before(async () => {
    // The linter's packages are in the cache of the person who runs the tests after the first time.
    here = await machine({ npm_config_cache: process.env['npm_config_cache'] ?? join(homedir(), '.npm') });
    app = await here.repository('app', SAMPLE);
  });
  after(() => here.close());

  describe('scenarios 1 to 3: a task, its progress, its pull request', () => {
    let repository: string;
    let states: { progress: number; phase: string; step: string; logs: number }[];
    let url: string;
    before(async function () {
      this.timeout(240_000);
      repository = await here.fixture('lodash-app');
      const made = await here.bgtask(
        'create',
        UPGRADE,
        '--repo',
        repository,
        '--branch',
        'main',
        '-m',
        INSTRUCTIONS,
        '--agent',
        'command',
        '--run',
        'npm install lodash@4.17.21',
      );
      assert.equal(made.code, 0, made.stderr);
      const lines = await here.bgtask('watch', UPGRADE, '-o', 'jsonl');
      assert.equal(lines.code, 0, lines.stderr);
      states = lines.stdout.split('\n').map((line) => {
        const { status = {} } = JSON.parse(line) as {
          status?: { progress?: number; phase?: string; currentPhase?: string; logs?: string };
        };
        return {
          progress: status.progress ?? 0,
          phase: status.phase ?? 'Pending',
          step: status.currentPhase ?? '',
          logs: status.logs?.length ?? 0,
        };
      });
      url = (await here.task(UPGRADE)).status?.repos?.[0]?.prUrl ?? '';
    });

    it('the object is a background session with the label that selects it', async () => {
      const list = JSON.parse(
        await here.ok('list', '-l', 'ambient-code.io/mode=background', '-o', 'json'),
      ) as { items: { metadata: { name: string }; spec: { mode: string } }[] };
      const found = list.items.find((item) => item.metadata.name.startsWith(`${UPGRADE}-`));
      assert.match(found?.metadata.name ?? '', /^upgrade-lodash-test-[0-9a-f]{8}$/);
      assert.equal(found?.spec.mode, 'background');
    });

    it('its phases come in order and its progress never goes down', () => {
      const order = ['Pending', 'Creating', 'Running', 'Completed'];
      const seen = states.map(({ phase }) => order.indexOf(phase));
      assert.deepEqual(
        seen,
        [...seen].sort((a, b) => a - b),
      );
      const progress = states.map((state) => state.progress);
      assert.deepEqual(
        progress,
        [...progress].sort((a, b) => a - b),
      );
      assert.equal(progress.at(-1), 100);
      assert.equal(states.at(-1)?.step, 'Pull request created');
    });

    it('its log grows and tells what was run', async () => {
      assert.ok((states.at(-1)?.logs ?? 0) > 0);
      const log = await here.ok('logs', UPGRADE);
      for (const words of [
        'Installing dependencies: npm ci',
        'Running linters: npm run lint',
        'Running tests: npm test',
        'All checks passed',
      ])
        assert.ok(log.includes(words), `${words}\n${log}`);
      assert.match((await here.task(UPGRADE)).status?.logs ?? '', /All checks passed/);
    });

    it('the branch is one commit on main that changes package.json and package-lock.json', async () => {
      assert.equal(
        await here.git(repository, 'rev-list', '--count', `main..background-task-${UPGRADE}`),
        '1',
      );
      assert.equal(
        await here.git(repository, 'diff', '--name-only', 'main', `background-task-${UPGRADE}`),
        'package-lock.json\npackage.json',
      );
      assert.match(
        await here.git(repository, 'show', `background-task-${UPGRADE}:package-lock.json`),
        /"version": "4\.17\.21"/,
      );
    });

    it('the pull request tells its task, its checks and where it came from', async () => {
      const text = await readFile(fileURLToPath(url), 'utf8');
      const { metadata } = await here.task(UPGRADE);
      for (const words of [
        `[Background Task] ${UPGRADE}`,
        'Automated changes from background task',
        '✅ Linting passed · ✅ Tests passed',
        metadata.creationTimestamp ?? '?',
        'npm run lint',
        INSTRUCTIONS,
        `background-task-${UPGRADE}`,
      ])
        assert.ok(text.includes(words), `${words}\n${text}`);
    });

    it('the audit trail stays in the status', async () => {
      const { status } = await here.task(UPGRADE);
      assert.equal(status?.phase, 'Completed');
      assert.ok(status?.completionTime && status.startTime && status.repos?.[0]?.prCreatedAt);
      assert.deepEqual(
        status?.checks?.map(({ name, result }) => `${name} ${result}`),
        ['lint passed', 'test passed'],
      );
    });

    it("list, describe and the pull request's URL agree", async () => {
      assert.equal(
        await here.ok(
          'list',
          '-o',
          `jsonpath={.items[?(@.metadata.labels.ambient-code\\.io/task=="${UPGRADE}")].status.phase}`,
        ),
        'Completed',
      );
      assert.match(await here.ok('describe', url), new RegExp(`Task: +${UPGRADE}`));
      assert.match(await here.ok('describe', '@latest'), /Pull request: +file:/);
    });
  });

  describe('scenario 4: a failure and its retry', () => {
    const failing = 'failing-task-test';
    before(async () => {
      const made = await here.bgtask(
        'create',
        failing,
        '--repo',
        app,
        '-m',
        'Add a function with a linter error.',
        '--run',
        LINT_ERROR,
        '--watch',
      );
      assert.equal(made.code, 3, made.stderr);
    });

    it("says which check failed, with the linter's own words in the log, and opens no pull request", async () => {
      const { status } = await here.task(failing);
      assert.equal(status?.phase, 'Failed');
      assert.equal(status?.reason, 'ValidationFailed');
      assert.equal(status?.error, 'Linting failed: npm run lint exited with code 1');
      assert.match(await here.ok('logs', failing), /no-debugger: unexpected debugger statement/);
      assert.equal(status?.repos?.[0]?.prUrl, undefined);
      assert.equal(await here.git(app, 'branch', '--list', `background-task-${failing}`), '');
    });

    it('a retry is a new task with a count, and the old one stays', async () => {
      assert.equal((await here.bgtask('retry', failing, '--watch')).code, 3);
      const retry = await here.task(`${failing}-retry-1`);
      assert.equal(retry.status?.retryCount, 1);
      assert.equal(retry.metadata.labels?.['ambient-code.io/retry-of'], failing);
      assert.equal((await here.task(failing)).status?.phase, 'Failed');
      assert.equal((await here.bgtask('retry', `${failing}-retry-1`, '--watch')).code, 3);
      assert.equal((await here.task(`${failing}-retry-2`)).status?.retryCount, 2);
      assert.match(await here.ok('list', '-o', 'wide'), /failing-task-test-retry-2 .* 2 +ValidationFailed/);
    });
  });

  describe('scenario 5: templates', () => {
    it('one template makes tasks for different packages, and its uses are counted', async () => {
      await here.ok('template', 'install', 'upgrade-dependency');
      for (const [name, packageName, version] of [
        ['up-lodash', 'lodash', '4.17.21'],
        ['up-axios', 'axios', '1.6.0'],
      ] as const) {
        await here.ok(
          'create',
          name,
          '--repo',
          app,
          '--template',
          'upgrade-dependency',
          '-p',
          `packageName=${packageName}`,
          '-p',
          `version=${version}`,
          '--run',
          'true',
          '--wait',
        );
        assert.match(
          (await here.task(name)).spec.prompt ?? '',
          new RegExp(`^Upgrade ${packageName} to version ${version} in package.json`),
        );
        assert.equal((await here.task(name)).status?.currentPhase, 'No changes needed');
      }
      const template = JSON.parse(
        await here.ok('template', 'describe', 'upgrade-dependency', '-o', 'json'),
      ) as { status: { usageCount: number; lastUsed: string } };
      assert.equal(template.status.usageCount, 2);
      assert.ok(Date.parse(template.status.lastUsed) > 0);
    });

    it("a version that its pattern refuses is refused with the parameter's name", async () => {
      const { code, stderr } = await here.bgtask(
        'create',
        'up-bad',
        '--repo',
        app,
        '--template',
        'upgrade-dependency',
        '-p',
        'packageName=lodash',
        '-p',
        'version=four',
      );
      assert.equal(code, 2);
      assert.match(stderr, /parameters\.version/);
    });

    it('a successful task becomes a template', async () => {
      await here.ok(
        'create',
        'greeting',
        '--repo',
        app,
        '-m',
        'Greet the moon instead of the world.',
        '--run',
        GOOD_CHANGE,
        '--wait',
      );
      await here.ok('template', 'from-task', 'greeting', 'greet-any', '-p', 'who=moon');
      const made = await here.ok(
        'create',
        'greet-mars',
        '--repo',
        app,
        '--template',
        'greet-any',
        '-p',
        'who=mars',
        '--dry-run=client',
        '-o',
        'jsonpath={.spec.prompt}',
      );
      assert.equal(made, 'Greet the mars instead of the world.');
    });
  });

  describe('the two limits', () => {
    it("a second task at the same time is refused with the quickstart's words, and runs once the first is done", async () => {
      await here.ok('create', 'task1', '--repo', app, '-m', 'Wait.', '--run', 'sleep 60');
      const second = await here.bgtask('create', 'task2', '--repo', app, '-m', 'Nothing.', '--run', 'true');
      assert.equal(second.code, 8);
      assert.match(second.stderr, /Concurrent task limit reached/);
      assert.match(
        second.stderr,
        /You already have 1 running background task\. Wait for it to complete or cancel it\./,
      );
      assert.equal((await here.bgtask('describe', 'task2')).code, 5);
      await here.ok('cancel', 'task1');
      assert.equal((await here.task('task1')).status?.phase, 'Stopped');
      await here.ok('create', 'task2', '--repo', app, '-m', 'Nothing.', '--run', 'true', '--wait');
    });

    it('with --queue it waits in line and then runs', async () => {
      await here.ok('create', 'first', '--repo', app, '-m', 'Wait.', '--run', 'sleep 60');
      await here.ok('create', 'second', '--repo', app, '-m', 'Nothing.', '--run', 'true', '--queue');
      assert.equal((await here.task('second')).status?.currentPhase, 'Waiting in line, place 1');
      await here.ok('cancel', 'first');
      assert.equal((await here.bgtask('wait', 'second', '--timeout', '60s')).code, 0);
    });
  });
});
