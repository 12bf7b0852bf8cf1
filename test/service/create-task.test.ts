import assert from 'node:assert/strict';
import { taskObject } from '../../src/service/task-object.ts';
import { openWorld, type World } from '../cli/world.ts';

const request = (name: string) => ({
  name,
  project: 'default',
  instructions: 'Do it',
  repository: { url: `https://example.com/example-org/${name}` },
});

describe('createTask', () => {
  let world: World;
  let createTask: typeof import('../../src/service/create-task.ts').createTask;
  before(async () => {
    ({ createTask } = await import('../../src/service/create-task.ts'));
  });
  beforeEach(async () => {
    world = await openWorld();
    world.operate = true;
  });
  afterEach(() => world.close());

  it("is the verdict's state, with the object offered before it is stored", async () => {
    const { session, warnings } = await createTask(world.engine, request('a'));
    assert.deepEqual([session.status?.phase, warnings], ['Creating', []]);
    assert.deepEqual(world.offered, [session.metadata.name]);
  });

  it('of two at the same moment exactly one runs, and the other leaves nothing behind', async () => {
    const made = await Promise.allSettled([
      createTask(world.engine, request('a')),
      createTask(world.engine, request('b')),
    ]);
    assert.deepEqual(made.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal((await world.tasks()).length, 1);
  });

  it('of two of the same name the second is refused', async () => {
    const made = await Promise.allSettled([
      createTask(world.engine, request('a')),
      createTask(world.engine, request('a')),
    ]);
    const refused = made.find((each) => each.status === 'rejected');
    assert.equal((refused?.reason as { code?: string } | undefined)?.code, 'AlreadyExists');
  });

  it("carries the title and the message of the quickstart's 409, for the server's answer", async () => {
    await createTask(world.engine, request('a'));
    await assert.rejects(createTask(world.engine, request('b')), {
      code: 'LimitReached',
      cause: {
        title: 'Concurrent task limit reached',
        message: 'You already have 1 running background task. Wait for it to complete or cancel it.',
      },
    });
  });

  it("trims instructions and adds them to a template's", async () => {
    await world.run(['template', 'install', 'fix-lint']);
    const { session } = await createTask(world.engine, {
      ...request('a'),
      templateId: 'fix-lint',
      instructions: ' Only in src. \n',
    });
    assert.match(session.spec.prompt ?? '', /[^]+\n\nOnly in src\.$/);
  });
});

describe('taskObject', () => {
  it('names and labels follow from the task', () => {
    const spec = {
      mode: 'background' as const,
      userContext: { userId: 'kube:admin' },
      repos: [{ input: { url: 'https://Example.com/o/r.git' } }],
    };
    const { metadata } = taskObject('default', 'x', { ...spec, templateId: 't' }, { root: 'y', count: 2 });
    assert.match(metadata.name, /^x-[0-9a-f]{8}$/);
    assert.equal(metadata.labels?.['ambient-code.io/template'], 't');
    assert.equal(metadata.labels?.['ambient-code.io/retry-of'], 'y');
    assert.equal(metadata.annotations?.['ambient-code.io/retry-count'], '2');
    assert.match(metadata.labels?.['ambient-code.io/creator'] ?? '', /^kube-admin-[0-9a-f]{10}$/);
    const other = taskObject('default', 'x', { ...spec, repos: [{ input: { url: 'git@example.com:o/r' } }] });
    assert.equal(other.metadata.labels?.['ambient-code.io/repo'], metadata.labels?.['ambient-code.io/repo']);
  });
});
