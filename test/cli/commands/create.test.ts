import assert from 'node:assert/strict';
import { parse } from 'yaml';
import type { AgenticSession } from '../../../src/api/types.ts';
import { openWorld, type World } from '../world.ts';

const URL = 'https://example.com/example-org/app';
const LEAST = ['--repo', URL, '-m', 'Do it'];

const YAML = (name: string, more = ''): string => `apiVersion: vteam.ambient-code/v1alpha1
kind: AgenticSession
metadata: {name: ${name}}
spec:
  mode: background
  prompt: Do it
  repos: [{input: {url: ${URL}}}]
  interactive: false
  autoPushOnComplete: true
${more}`;

describe('create', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    world.operate = true;
  });
  afterEach(() => world.close());

  it("stores the task as its maker's, hands it to the process that reconciles, and says how to follow it", async () => {
    const { code, out, err } = await world.run(['create', 'fix-lint', ...LEAST, '--timeout', '5m']);
    assert.deepEqual(
      { code, out, err },
      { code: 0, out: 'task/fix-lint created\n', err: 'Follow it: bgtask watch fix-lint\n' },
    );
    const [task] = await world.tasks();
    assert.match(task?.metadata.name ?? '', /^fix-lint-[0-9a-f]{8}$/);
    assert.equal(task?.spec.userContext?.userId, 'alex@example.com');
    assert.equal(task?.spec.timeout, 300);
    assert.deepEqual(world.offered, [task?.metadata.name]);
    assert.equal(world.ensured[0], true);
  });

  for (const [args, out] of [
    [['-q'], /^fix-lint\n$/],
    [['-o', 'name'], /^agenticsession\.vteam\.ambient-code\/fix-lint-[0-9a-f]{8}\n$/],
    [['-o', 'jsonpath={.metadata.labels.ambient-code\\.io/task}'], /^fix-lint$/],
    [['-o', 'json'], /"phase": "Creating"/],
  ] as const) {
    it(`${args.join(' ')} prints that alone`, async () => {
      const outcome = await world.run(['create', 'fix-lint', ...LEAST, ...args]);
      assert.equal(outcome.code, 0, outcome.err);
      assert.match(outcome.out, out);
    });
  }

  it('a name that is taken is refused with the ways on', async () => {
    await world.task('fix-lint', { status: { phase: 'Failed' } });
    const failed = await world.run(['create', 'fix-lint', ...LEAST]);
    assert.equal(failed.code, 1);
    assert.match(
      failed.err,
      /^error: Task "fix-lint" already exists in project "default" and is Failed\.\nChoose another name, try it again with "bgtask retry fix-lint", or remove it with "bgtask delete fix-lint"\.\n$/,
    );
    await world.task('add-docs', { status: { phase: 'Completed' } });
    assert.match(
      (await world.run(['create', 'add-docs', ...LEAST])).err,
      /look at it with "bgtask describe add-docs"/,
    );
  });

  it("over the limit nothing is left behind: exit code 8, the quickstart's words, and which task runs", async () => {
    await world.run(['create', 'task1', ...LEAST]);
    const { code, out, err } = await world.run(['create', 'task2', '--repo', `${URL}2`, '-m', 'Do it']);
    assert.deepEqual([code, out], [8, '']);
    assert.equal(
      err,
      'error: Concurrent task limit reached: You already have 1 running background task. Wait for it to complete or cancel it.\n' +
        'Running: task1. Follow it: bgtask watch task1. Stop it: bgtask cancel task1. Or let this one wait in line: --queue\n',
    );
    assert.equal((await world.tasks()).length, 1);
  });

  it("a repository that is busy with another user's task is named so", async () => {
    const [first] = [
      await world.task('theirs', {
        spec: { userContext: { userId: 'kim' }, repos: [{ input: { url: URL } }] },
      }),
    ];
    await world.status(first, {
      phase: 'Running',
      conditions: [
        {
          type: 'Admitted',
          status: 'True',
          reason: 'Admitted',
          message: '',
          lastTransitionTime: world.clock,
        },
      ],
    });
    const { code, err } = await world.run(['create', 'mine', ...LEAST]);
    assert.equal(code, 8);
    assert.match(err, /^error: Repository busy: .*\(theirs\).*\nOr let it wait in line: --queue\n$/);
  });

  it('with --queue it waits in line and says so', async () => {
    await world.run(['create', 'task1', ...LEAST]);
    const { code, out, err } = await world.run(['create', 'task2', ...LEAST, '--queue']);
    assert.deepEqual([code, out], [0, 'task/task2 created\n']);
    assert.match(err, /^Waiting in line, place 1: You already have 1 running/);
  });

  it('without an answer the task stays Pending, with a warning', async () => {
    world.operate = false;
    const { code, out, err } = await world.run(['create', 'fix-lint', ...LEAST]);
    assert.deepEqual([code, out], [0, 'task/fix-lint created\n']);
    assert.match(
      err,
      /^warning: No supervisor has answered within 2 s; task "fix-lint" stays Pending\. See what is wrong: bgtask doctor\n/,
    );
  });

  it('an output that --watch does not know is refused before anything is made', async () => {
    for (const args of [
      ['--watch', '-o', 'json'],
      ['-o', 'xml'],
      ['-o', 'jsonpath={.a'],
    ]) {
      const { code } = await world.run(['create', 'fix-lint', ...LEAST, ...args]);
      assert.equal(code, 2, args.join(' '));
    }
    assert.deepEqual(await world.tasks(), []);
  });

  for (const where of ['client', 'server']) {
    it(`--dry-run=${where} shows the object and stores nothing`, async () => {
      const { code, out } = await world.run(['create', 'fix-lint', ...LEAST, `--dry-run=${where}`]);
      assert.equal(code, 0);
      const shown = parse(out) as AgenticSession;
      assert.equal(shown.metadata.labels?.['ambient-code.io/task'], 'fix-lint');
      assert.deepEqual(await world.tasks(), []);
      assert.equal(
        (await world.run(['create', 'fix-lint', ...LEAST, `--dry-run=${where}`, '-o', 'name'])).out,
        'agenticsession.vteam.ambient-code/fix-lint-b648f630\n',
      );
    });
    it(`--dry-run=${where} refuses what would be refused`, async () => {
      const { code, err } = await world.run([
        'create',
        'fix-lint',
        ...LEAST,
        '--repairs',
        '9',
        `--dry-run=${where}`,
      ]);
      assert.equal(code, 2);
      assert.match(err, /spec\.repairs: Invalid value: 9: .*less than or equal to 5/);
    });
  }

  it('-m - reads standard input', async () => {
    world.stdin = 'From a pipe\n';
    await world.run(['create', 'fix-lint', '--repo', URL, '-m', '-']);
    assert.equal((await world.tasks())[0]?.spec.prompt, 'From a pipe');
  });

  it('a path inside a repository means the repository', async () => {
    const path = world.repository('app');
    await world.run(['create', 'fix-lint', '--repo', path, '-m', 'Do it']);
    assert.equal((await world.tasks())[0]?.spec.repos?.[0]?.input?.url, path);
  });

  it('a template makes the instructions, and the task remembers it', async () => {
    assert.equal((await world.run(['template', 'install', 'upgrade-dependency'])).code, 0);
    const { code, err } = await world.run([
      'create',
      'up',
      '--repo',
      URL,
      '--template',
      'upgrade-dependency',
      '-p',
      'packageName=lodash',
      '-p',
      'version=4.17.21',
    ]);
    assert.equal(code, 0, err);
    const [task] = await world.tasks();
    assert.match(task?.spec.prompt ?? '', /lodash/);
    assert.equal(task?.spec.templateId, 'upgrade-dependency');
  });

  describe('-f', () => {
    it('makes the task of a file, by its own name or by the one given', async () => {
      const file = world.file('task.yaml', YAML('from-file'));
      assert.equal(
        (
          await world.run([
            'create',
            '-f',
            file,
            '--dry-run=client',
            '-o',
            'jsonpath={.metadata.labels.ambient-code\\.io/task}',
          ])
        ).out,
        'from-file',
      );
      assert.equal((await world.run(['create', 'other', '-f', file])).out, 'task/other created\n');
    });

    it('reads standard input for -, JSON, and a List', async () => {
      const json = JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [parse(YAML('one')), parse(YAML('two'))],
      });
      world.stdin = json;
      const { code, out, err } = await world.run(['create', '-f', '-', '--dry-run=client', '-o', 'name']);
      assert.equal(code, 0, err);
      assert.match(out, /^agent\S+\/one-\w+\nagent\S+\/two-\w+\n$/);
    });

    it('does not trust the file about who made it', async () => {
      const file = world.file('task.yaml', YAML('mine', '  userContext: {userId: another-user}\n'));
      await world.run(['create', '-f', file]);
      assert.equal((await world.tasks())[0]?.spec.userContext?.userId, 'alex@example.com');
    });

    it("keeps to the file's project, unless another one is asked for", async () => {
      const file = world.file(
        'task.yaml',
        YAML('mine').replace('{name: mine}', '{name: mine, namespace: team-b}'),
      );
      assert.equal((await world.run(['create', '-f', file])).code, 0);
      assert.equal((await world.tasks())[0]?.metadata.namespace, 'team-b');
      const { code, err } = await world.run(['create', '-f', file, '-n', 'team-c']);
      assert.equal(code, 2);
      assert.match(err, /metadata\.namespace is "team-b", and the project asked for is "team-c"/);
    });

    it('takes no option beside it that says what the task is', async () => {
      const file = world.file('task.yaml', YAML('mine'));
      for (const [args, flag] of [
        [['-m', 'x'], '-m'],
        [['--branch', 'x'], '--branch'],
        [['--allow-path', 'x'], '--allow-path'],
        [['--queue'], '--queue'],
      ] as const) {
        const { code, err } = await world.run(['create', '-f', file, ...args]);
        assert.equal(code, 2);
        assert.ok(err.includes(`${flag} cannot be given with it`), err);
      }
    });
  });
});
