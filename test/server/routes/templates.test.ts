import assert from 'node:assert/strict';
import { openServed, type Served } from '../served.ts';

const TEMPLATES = '/api/projects/default/task-templates';
const TASKS = '/api/projects/default/background-tasks';

/** The quickstart's own: its shell doubles the backslashes of the pattern. */
const UPGRADE = {
  name: 'upgrade-dependency',
  displayName: 'Upgrade NPM Dependency',
  description: 'Upgrades a specified npm dependency to a target version',
  instructionsTemplate: 'Upgrade {{packageName}} to version {{version}} in package.json.',
  parameters: [
    { name: 'packageName', type: 'string', required: true, description: 'NPM package name to upgrade' },
    {
      name: 'version',
      type: 'string',
      required: true,
      defaultValue: 'latest',
      validationRegex: '^\\\\d+\\\\.\\\\d+\\\\.\\\\d+$|^latest$',
    },
  ],
};

describe('task-templates', () => {
  let served: Served;
  beforeEach(async () => {
    served = await openServed();
    served.world.operate = true;
  });
  afterEach(() => served.close());
  const call = (method: string, path = '', body?: unknown) =>
    served.client.call(method, `${TEMPLATES}${path}`, body === undefined ? {} : { body });

  it('POST answers 201 with name and uid, and says that it read doubled backslashes as single ones', async () => {
    const { status, headers, body } = await call('POST', '', UPGRADE);
    assert.equal(status, 201);
    assert.equal(headers.get('location'), `${TEMPLATES}/upgrade-dependency`);
    assert.equal(body['name'], 'upgrade-dependency');
    assert.match(String(body['uid']), /^[0-9a-f-]{36}$/);
    assert.match(String(body['warnings']), /backslash/i);
    assert.deepEqual([body['usageCount'], body['lastUsed']], [0, null]);
  });

  it('a task takes instructions, parameters and the rest from it', async () => {
    await call('POST', '', {
      ...UPGRADE,
      agent: { type: 'command', run: 'npm install {{packageName}}@{{version}}' },
    });
    const made = await served.client.call('POST', TASKS, {
      body: {
        name: 'upgrade-lodash-from-template',
        templateId: 'upgrade-dependency',
        parameters: { packageName: 'lodash', version: '4.17.21' },
        repository: { url: 'https://example.com/example-org/app' },
      },
    });
    assert.equal(made.status, 201);
    assert.equal(made.body['instructions'], 'Upgrade lodash to version 4.17.21 in package.json.');
    assert.deepEqual(made.body['parameters'], { packageName: 'lodash', version: '4.17.21' });
    assert.equal(made.body['templateId'], 'upgrade-dependency');
    assert.deepEqual(made.body['agent'], { type: 'command' });
  });

  const wrongValues: [what: string, parameters: unknown, message: RegExp][] = [
    ['a required one is missing', { version: '1.0.0' }, /parameters\.packageName: /],
    ['one does not match its pattern', { packageName: 'a', version: 'newest' }, /parameters\.version: /],
    ['one is not of the template', { packageName: 'a', colour: 'red' }, /parameters\.colour: /],
    ['one is a list', { packageName: ['a'] }, /parameters\.packageName: /],
  ];
  for (const [what, parameters, message] of wrongValues)
    it(`a task whose parameters are wrong answers 400: ${what}`, async () => {
      await call('POST', '', UPGRADE);
      const { status, body } = await served.client.call('POST', TASKS, {
        body: {
          name: 'up',
          templateId: 'upgrade-dependency',
          parameters,
          repository: { url: 'https://example.com/example-org/app' },
        },
      });
      assert.equal(status, 400);
      assert.match(String(body['message']), message);
    });

  it('GET lists them by name, with how often and when each was used', async () => {
    await call('POST', '', UPGRADE);
    await call('POST', '', { ...UPGRADE, name: 'another' });
    const key = { namespace: 'default', name: 'upgrade-dependency' };
    await served.world.store.patchStatus('TaskTemplate', key, {
      usageCount: 2,
      lastUsed: '2026-01-31T10:15:00Z',
    });
    const { body } = await call('GET');
    const items = body['items'] as Record<string, unknown>[];
    assert.deepEqual([body['total'], items.map(({ name }) => name)], [2, ['another', 'upgrade-dependency']]);
    const { usageCount, lastUsed } = items[1] ?? {};
    assert.deepEqual({ usageCount, lastUsed }, { usageCount: 2, lastUsed: '2026-01-31T10:15:00Z' });
  });

  it('GET of one tells what was given, with its category and language', async () => {
    await call('POST', '', { ...UPGRADE, category: 'dependencies', language: 'javascript' });
    const { body } = await call('GET', '/upgrade-dependency');
    assert.equal(body['displayName'], UPGRADE.displayName);
    assert.deepEqual([body['category'], body['language']], ['dependencies', 'javascript']);
    assert.equal(
      (body['parameters'] as { validationRegex?: string }[])[1]?.validationRegex,
      '^\\d+\\.\\d+\\.\\d+$|^latest$',
    );
  });

  it('PUT replaces all but the name and its use: what the body does not name is gone', async () => {
    await call('POST', '', {
      ...UPGRADE,
      category: 'dependencies',
      agent: { type: 'claude', model: 'opus' },
      checks: [{ name: 'lint', run: 'make lint' }],
    });
    const key = { namespace: 'default', name: 'upgrade-dependency' };
    await served.world.store.patchStatus('TaskTemplate', key, { usageCount: 2 });
    const { status, body } = await call('PUT', '/upgrade-dependency', {
      displayName: 'Upgrade',
      instructionsTemplate: 'Upgrade lodash.',
      agent: { type: 'codex' },
    });
    assert.equal(status, 200);
    const { uid: _, createdAt: __, ...rest } = body;
    assert.deepEqual(rest, {
      name: 'upgrade-dependency',
      project: 'default',
      displayName: 'Upgrade',
      instructionsTemplate: 'Upgrade lodash.',
      agent: { type: 'codex' },
      usageCount: 2,
      lastUsed: null,
    });
  });

  it('PUT does not rename, and does not make', async () => {
    await call('POST', '', UPGRADE);
    const renamed = await call('PUT', '/upgrade-dependency', { ...UPGRADE, name: 'other' });
    assert.equal(renamed.status, 400);
    assert.match(String(renamed.body['message']), /^name: /);
    assert.equal((await call('PUT', '/none', { ...UPGRADE, name: 'none' })).status, 404);
  });

  const refused: [what: string, change: object, message: RegExp][] = [
    ['no display name', { displayName: undefined }, /^displayName: /],
    ['no instructions', { instructionsTemplate: undefined }, /^instructionsTemplate: /],
    ['a name with other letters', { name: 'Up Grade' }, /^name: "Up Grade" is not a valid template name/],
    ['an unknown field', { instruction: 'x' }, /^instruction: unknown field/],
    ['a parameter without a name', { parameters: [{ type: 'string' }] }, /^parameters\[0\]\.name: /],
    [
      'a parameter of no known type',
      { parameters: [{ name: 'a', type: 'float' }] },
      /^parameters\[0\]\.type: /,
    ],
    [
      'a default that its own pattern refuses',
      { parameters: [{ name: 'a', defaultValue: 'x', validationRegex: '^y$' }] },
      /parameters\[0\]\.defaultValue: /,
    ],
    [
      'a pattern that is not valid',
      { parameters: [{ name: 'a', validationRegex: '(' }] },
      /parameters\[0\]\.validationRegex: /,
    ],
    [
      'a placeholder without a parameter',
      { instructionsTemplate: 'Do {{nothing}}.', parameters: [] },
      /instructionsTemplate: .*nothing/,
    ],
  ];
  for (const [what, change, message] of refused)
    it(`POST answers 400 for ${what}, and names the field`, async () => {
      const { status, body } = await call('POST', '', { ...UPGRADE, ...change });
      assert.equal(status, 400);
      assert.match(String(body['message']), message);
      assert.equal((await call('GET')).body['total'], 0);
    });

  it('POST of a name that is taken answers 409', async () => {
    await call('POST', '', UPGRADE);
    const { status, body } = await call('POST', '', UPGRADE);
    assert.deepEqual(
      [status, body['message']],
      [409, 'Template "upgrade-dependency" already exists in project "default".'],
    );
  });

  it('DELETE answers 204; what is not there answers 404', async () => {
    await call('POST', '', UPGRADE);
    assert.equal((await call('DELETE', '/upgrade-dependency')).status, 204);
    for (const method of ['GET', 'DELETE'])
      assert.equal((await call(method, '/upgrade-dependency')).status, 404);
  });
});
