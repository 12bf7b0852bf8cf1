import assert from 'node:assert/strict';
import { openServed, type Served } from '../served.ts';

const TASKS = '/api/projects/default/background-tasks';
const REPOSITORY = { url: 'https://example.com/example-org/app', branch: 'main' };
const LEAST = { name: 'fix-lint', instructions: 'Fix all linter errors.', repository: REPOSITORY };

describe('background-tasks', () => {
  let served: Served;
  beforeEach(async () => {
    served = await openServed();
    served.world.operate = true;
  });
  afterEach(() => served.close());
  const post = (body: unknown) => served.client.call('POST', TASKS, { body });

  describe('POST', () => {
    it("makes a task of the caller's own and answers 201 with its name, uid, status and time", async () => {
      const { status, headers, body } = await post(LEAST);
      assert.equal(status, 201);
      assert.equal(headers.get('location'), `${TASKS}/fix-lint`);
      const [task] = await served.world.tasks();
      assert.deepEqual(body, {
        name: 'fix-lint',
        uid: task?.metadata.uid,
        project: 'default',
        object: task?.metadata.name,
        status: 'Pending',
        progress: 0,
        currentPhase: '',
        creator: 'alex@example.com',
        repository: REPOSITORY,
        createdAt: '2026-01-31T12:00:00Z',
        prUrl: null,
        retryCount: 0,
        instructions: 'Fix all linter errors.',
        agent: { type: 'claude' },
        timeout: 3600,
        queue: false,
        cancelRequested: false,
        steps: [],
        error: null,
        startedAt: null,
        validation: null,
        completedAt: null,
        checks: [],
        logs: '',
      });
    });

    it('takes everything that a task may ask for', async () => {
      const all = {
        ...LEAST,
        agent: { type: 'command', run: 'true', model: 'x' },
        checks: [{ name: 'lint', run: 'make lint' }],
        pullRequest: { title: 'Lint', draft: true, labels: ['chore'] },
        timeout: 600,
        repairs: 0,
        queue: true,
        allowedPaths: ['.github/workflows/lint.yaml'],
      };
      assert.equal((await post(all)).status, 201);
      const spec = (await served.world.tasks())[0]?.spec as Record<string, unknown>;
      const { name: _, instructions, repository, ...rest } = all;
      assert.deepEqual(Object.fromEntries(Object.keys(rest).map((key) => [key, spec[key]])), rest);
      assert.equal(spec['prompt'], instructions);
      assert.deepEqual(spec['repos'], [{ input: repository }]);
    });

    it('the second task of a user is refused with the words that were promised, and nothing of it stays', async () => {
      await post({ ...LEAST, name: 'task1' });
      const { status, body } = await post({
        ...LEAST,
        name: 'task2',
        repository: { url: 'https://example.com/example-org/other' },
      });
      assert.equal(status, 409);
      assert.deepEqual(body, {
        error: 'Concurrent task limit reached',
        message: 'You already have 1 running background task. Wait for it to complete or cancel it.',
      });
      assert.deepEqual(
        (await served.world.tasks()).map(({ spec }) => spec.prompt),
        ['Fix all linter errors.'],
      );
    });

    it('with queue true it waits in line, and the answer says where', async () => {
      await post({ ...LEAST, name: 'task1' });
      const { status, body } = await post({ ...LEAST, name: 'task2', queue: true });
      assert.equal(status, 201);
      assert.equal(body['status'], 'Pending');
      assert.match(String(body['currentPhase']), /1/);
    });

    it('without an operator the task stays, and a warning says so', async () => {
      served.world.operate = false;
      const { status, body } = await post(LEAST);
      assert.equal(status, 201);
      assert.match(String(body['warnings']), /No supervisor has answered/);
    });

    it('a name that is taken answers 409', async () => {
      await post(LEAST);
      const { status, body } = await post(LEAST);
      assert.equal(status, 409);
      assert.deepEqual(body, {
        error: 'Already exists',
        message: 'Task "fix-lint" already exists in project "default" and is Creating.',
      });
    });

    const without = ({ [0]: field }: [keyof typeof LEAST]) => {
      const { [field]: _, ...rest } = LEAST;
      return rest;
    };
    const refused: [what: string, body: unknown, message: RegExp][] = [
      ['no name', without(['name']), /^name: /],
      [
        'a name with other letters',
        { ...LEAST, name: 'Fix_Lint' },
        /^name: "Fix_Lint" is not a valid task name/,
      ],
      ['a name that is not text', { ...LEAST, name: 5 }, /^name: .*string/],
      ['no instructions and no template', without(['instructions']), /^instructions: /],
      [
        'instructions that are too long',
        { ...LEAST, instructions: 'x'.repeat(10_241) },
        /^instructions: .*10240/,
      ],
      ['no repository', without(['repository']), /^repository: /],
      ['a repository that is a text', { ...LEAST, repository: REPOSITORY.url }, /^repository: .*object/],
      [
        'a URL with a credential',
        { ...LEAST, repository: { url: 'https://me:secret@example.com/a/b' } },
        /^repository\.url: the URL holds a credential(?!.*secret@)/,
      ],
      [
        'a scheme that is not allowed',
        { ...LEAST, repository: { url: 'ext::sh -c true' } },
        /^repository\.url: /,
      ],
      [
        'a branch like an option',
        { ...LEAST, repository: { ...REPOSITORY, branch: '--all' } },
        /^repository\.branch: /,
      ],
      ['an unknown field', { ...LEAST, repositry: 1 }, /^repositry: unknown field$/],
      [
        'an unknown field further down',
        { ...LEAST, agent: { type: 'claude', modle: 'x' } },
        /^agent\.modle: unknown field$/,
      ],
      [
        'a field of the wrong type further down',
        {
          ...LEAST,
          checks: [
            { name: 'a', run: 'b' },
            { name: 'c', run: 5 },
          ],
        },
        /^checks\[1\]\.run: /,
      ],
      ['a timeout below the least', { ...LEAST, timeout: 5 }, /timeout must be from 60 to 3600/],
      ['parameters without a template', { ...LEAST, parameters: { a: 'b' } }, /^parameters: /],
      ['a list', [LEAST], /object/],
      ['nothing', null, /object/],
    ];
    for (const [what, body, message] of refused)
      it(`answers 400 for ${what}, and names the field`, async () => {
        const answer = await post(body);
        assert.equal(answer.status, 400);
        assert.equal(answer.body['error'], 'Invalid request');
        assert.match(String(answer.body['message']), message);
        assert.deepEqual(await served.world.tasks(), []);
      });

    it("answers 400 with the operator's words when it refuses the task", async () => {
      const { status, body } = await post({ ...LEAST, image: 'golang:1.26' });
      assert.equal(status, 400);
      assert.match(String(body['message']), /^Image "golang:1\.26" is not allowed here/);
      assert.deepEqual(await served.world.tasks(), []);
    });

    it('answers 404 for a template that is not there', async () => {
      const { status, body } = await post({ ...without(['instructions']), templateId: 'no-such' });
      assert.equal(status, 404);
      assert.equal(body['message'], 'Template "no-such" not found in project "default".');
    });

    it('answers 400 for a body that is not JSON, and 415 without the content type of JSON', async () => {
      const bad = await served.client.call('POST', TASKS, { raw: '{"name":' });
      assert.deepEqual([bad.status, bad.body['error']], [400, 'Invalid request']);
      const form = await served.client.call<Record<string, string>>('POST', TASKS, {
        raw: 'name=x',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      });
      assert.equal(form.status, 415);
      assert.match(form.body['message'] ?? '', /Content-Type: application\/json/);
    });

    it('answers 413 for a body that is too large', async () => {
      const { status, body } = await post({ ...LEAST, instructions: 'x'.repeat(300_000) });
      assert.deepEqual([status, body['error']], [413, 'Too large']);
    });

    it('keys that JavaScript would take for something else are unknown fields', async () => {
      const { status, body } = await served.client.call('POST', TASKS, {
        raw: `{"__proto__":{"queue":true},${JSON.stringify(LEAST).slice(1)}`,
      });
      assert.deepEqual([status, body['message']], [400, '__proto__: unknown field']);
    });
  });
});
