import assert from 'node:assert/strict';
import type { AgenticSession } from '../../src/api/types.ts';
import { hasCode } from '../../src/domain/errors.ts';
import { atOnce, interactive, session, template, type Context } from './task-store-objects.ts';

const KIND = 'AgenticSession';
const UNICODE = 'Grüße, 世界, 👩‍💻 and  "quotes"\n\ttabs, \\ and {{braces}}';

/** What a table of tasks shows of a session, and what tells it from others. */
const shown = ({ apiVersion, kind, metadata, spec, status = {} }: AgenticSession) => {
  const { phase, reason, progress, currentPhase, repos = [] } = status;
  const [repository] = spec.repos ?? [];
  return {
    apiVersion,
    kind,
    metadata,
    name: metadata.name,
    mode: spec.mode,
    url: repository?.input?.url,
    user: spec.userContext?.userId,
    phase,
    reason,
    progress,
    currentPhase,
    prUrl: repos[0]?.prUrl,
  };
};

export function reading(on: Context): void {
  it('get answers undefined for an object that is not there', async () => {
    assert.equal(await on.store.get(KIND, { namespace: on.namespace, name: 'missing' }), undefined);
  });

  it('get answers what create answered', async () => {
    const created = await on.store.create(KIND, session({ namespace: on.namespace, name: 'one' }));
    assert.deepEqual(await on.store.get(KIND, { namespace: on.namespace, name: 'one' }), created);
  });

  it('list of an empty project, and of one that is not there, is empty', async () => {
    assert.deepEqual(await on.store.list(KIND, { namespace: on.namespace }), []);
    assert.deepEqual(await on.store.list(KIND, { namespace: `${on.namespace}-x` }), []);
  });

  it('list is in order of names, of one kind alone, and holds whole objects', async () => {
    const { namespace } = on;
    const created = new Map<string, unknown>();
    for (const name of ['b', 'a-b', 'a', 'c.d', 'a1', 'b-0'])
      created.set(name, await on.store.create(KIND, session({ namespace, name })));
    await on.store.create('TaskTemplate', template({ namespace, name: 'a' }));
    const listed = await on.store.list(KIND, { namespace });
    assert.deepEqual(
      listed.map(({ metadata }) => metadata.name),
      ['a', 'a-b', 'a1', 'b', 'b-0', 'c.d'],
    );
    for (const one of listed) assert.deepEqual(one, created.get(one.metadata.name));
  });

  it('list without a namespace holds the objects of every project', async () => {
    await on.store.create(KIND, session({ namespace: on.namespace, name: 'mine' }));
    const all = await on.store.list(KIND);
    assert.ok(all.some(({ metadata }) => metadata.namespace === on.namespace && metadata.name === 'mine'));
  });

  it('list takes label selectors', async () => {
    const { namespace } = on;
    const LABELS: Record<string, Record<string, string>> = {
      one: { 'example.com/app': 'web', tier: 'front' },
      two: { 'example.com/app': 'db' },
      three: { tier: '' },
    };
    for (const [name, labels] of Object.entries(LABELS))
      await on.store.create(KIND, session({ namespace, name }, { meta: { labels } }));
    const CASES: [selector: string, names: string[]][] = [
      ['example.com/app=web', ['one']],
      ['example.com/app==web,tier=front', ['one']],
      ['example.com/app!=web', ['three', 'two']],
      ['example.com/app in (web, db)', ['one', 'two']],
      ['example.com/app notin (web)', ['three', 'two']],
      ['tier', ['one', 'three']],
      ['!tier', ['two']],
      ['tier=', ['three']],
      ['missing', []],
    ];
    for (const [selector, names] of CASES) {
      const listed = await on.store.list(KIND, { namespace, selector });
      assert.deepEqual(
        listed.map(({ metadata }) => metadata.name),
        names,
        selector,
      );
    }
  });

  it('list in brief tells of each session what a table of tasks shows', async () => {
    const { namespace } = on;
    const meta = { labels: { tier: 'front' }, annotations: { 'example.com/note': UNICODE } };
    const key = { namespace, name: 'one' };
    await on.store.create(KIND, session(key, { meta }));
    await on.store.create(KIND, session({ namespace, name: 'two' }));
    await on.store.create(KIND, interactive({ namespace, name: 'vteam' }));
    const status = {
      phase: 'Failed',
      reason: 'ValidationFailed',
      progress: 65,
      currentPhase: 'Running linters',
      repos: [{ prUrl: 'https://git.example.com/pull/1' }],
      logs: 'x'.repeat(10_000),
    };
    const whole = await on.store.patchStatus(KIND, key, status);
    const [one, two, vteam] = (await on.store.list(KIND, { namespace, brief: true })).map(shown);
    assert.deepEqual(one, shown(whole));
    assert.deepEqual([two?.name, two?.phase, two?.mode], ['two', undefined, 'background']);
    assert.equal(vteam?.mode, 'interactive');
    const selected = await on.store.list(KIND, { namespace, selector: 'tier=front', brief: true });
    assert.deepEqual(
      selected.map(({ metadata: { name } }) => name),
      ['one'],
    );
  });

  it('list refuses an invalid selector', async () => {
    await assert.rejects(on.store.list(KIND, { namespace: on.namespace, selector: 'a=b=c' }), (error) =>
      hasCode(error, 'Invalid', 'Usage'),
    );
  });
}

export function creating(on: Context): void {
  it('gives uid, resourceVersion, generation 1 and creationTimestamp', async () => {
    const { metadata } = await on.store.create(KIND, session({ namespace: on.namespace, name: 'one' }));
    assert.match(metadata.uid ?? '', /^[0-9a-f-]{36}$/);
    assert.ok(metadata.resourceVersion);
    assert.equal(metadata.generation, 1);
    assert.match(metadata.creationTimestamp ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('takes no uid, generation or creationTimestamp from the caller', async () => {
    const meta = { uid: 'mine', generation: 7, creationTimestamp: '2001-01-01T00:00:00Z' };
    const { metadata } = await on.store.create(
      KIND,
      session({ namespace: on.namespace, name: 'one' }, { meta }),
    );
    assert.notEqual(metadata.uid, meta.uid);
    assert.equal(metadata.generation, 1);
    assert.notEqual(metadata.creationTimestamp, meta.creationTimestamp);
  });

  it("fills in the schema's defaults", async () => {
    const { spec } = await on.store.create(KIND, interactive({ namespace: on.namespace, name: 'one' }));
    assert.equal(spec.mode, 'interactive');
  });

  it('drops the status', async () => {
    const asked = { ...session({ namespace: on.namespace, name: 'one' }), status: { phase: 'Completed' } };
    assert.equal((await on.store.create(KIND, asked)).status, undefined);
  });

  it('keeps labels, annotations and every character of the text', async () => {
    const meta = {
      labels: { 'example.com/a': 'B_c.d', empty: '' },
      annotations: { 'example.com/note': UNICODE },
    };
    const asked = session({ namespace: on.namespace, name: 'one' }, { meta, spec: { prompt: UNICODE } });
    await on.store.create(KIND, asked);
    const got = await on.store.get(KIND, { namespace: on.namespace, name: 'one' });
    assert.deepEqual(got?.metadata.labels, meta.labels);
    assert.deepEqual(got?.metadata.annotations, meta.annotations);
    assert.deepEqual(got?.spec, asked.spec);
  });

  it('leaves the object that it was given as it was', async () => {
    const asked = interactive({ namespace: on.namespace, name: 'one' });
    const before = structuredClone(asked);
    await on.store.create(KIND, asked);
    assert.deepEqual(asked, before);
  });

  it('refuses a name that is taken with AlreadyExists, and the first object stays', async () => {
    const key = { namespace: on.namespace, name: 'one' };
    const first = await on.store.create(KIND, session(key));
    await assert.rejects(on.store.create(KIND, session(key, { spec: { prompt: 'Other' } })), {
      code: 'AlreadyExists',
      message: 'agenticsessions.vteam.ambient-code "one" already exists',
    });
    assert.deepEqual(await on.store.get(KIND, key), first);
  });

  it('lets two kinds have objects of one name', async () => {
    const key = { namespace: on.namespace, name: 'one' };
    await on.store.create(KIND, session(key));
    await on.store.create('TaskTemplate', template(key));
    assert.equal((await on.store.get('TaskTemplate', key))?.kind, 'TaskTemplate');
    assert.equal((await on.store.get(KIND, key))?.kind, KIND);
  });

  it('of many at once with one name, exactly one wins', async () => {
    const key = { namespace: on.namespace, name: 'one' };
    const ends = await atOnce(10, (index) =>
      on.store.create(KIND, session(key, { spec: { prompt: `P${index}` } })),
    );
    const won = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    assert.equal(won.length, 1);
    for (const end of ends)
      assert.ok(
        end.status === 'fulfilled' || hasCode(end.reason, 'AlreadyExists'),
        String(Object.values(end)),
      );
    assert.deepEqual(await on.store.get(KIND, key), won[0]);
  });

  const REFUSED: [why: string, change: Parameters<typeof session>[1], names: RegExp][] = [
    ['the schema', { spec: { timeout: -1 } }, /spec\.timeout/],
    ['a CEL rule', { spec: { repos: [] } }, /a background task needs exactly one repository in repos/],
    [
      'the rules for labels',
      { meta: { labels: { a: 'no spaces' } } },
      /metadata\.labels: Invalid value: "no spaces"/,
    ],
    ['the rules for names', { meta: { name: 'No_Name' } }, /metadata\.name: Invalid value: "No_Name"/],
  ];
  for (const [why, change, names] of REFUSED) {
    it(`refuses with Invalid what ${why} refuses, and stores nothing`, async () => {
      const asked = session({ namespace: on.namespace, name: 'one' }, change);
      await assert.rejects(on.store.create(KIND, asked), { code: 'Invalid', message: names });
      assert.deepEqual(await on.store.list(KIND, { namespace: on.namespace }), []);
    });
  }

  it('refuses an object that has a resourceVersion already', async () => {
    const asked = session({ namespace: on.namespace, name: 'one' }, { meta: { resourceVersion: '1' } });
    await assert.rejects(
      on.store.create(KIND, asked),
      /resourceVersion should not be set on objects to be created/,
    );
  });
}
