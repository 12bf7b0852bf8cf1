import assert from 'node:assert/strict';
import { hasCode } from '../../src/domain/errors.ts';
import { atOnce, increment, session, type Context } from './task-store-objects.ts';

const KIND = 'AgenticSession';
const MODIFIED =
  'Operation cannot be fulfilled on agenticsessions.vteam.ambient-code "one": the object has been modified; ' +
  'please apply your changes to the latest version and try again';
const MISSING = { code: 'NotFound', message: 'agenticsessions.vteam.ambient-code "one" not found' };

const refused = (message: RegExp) => ({ code: 'Invalid', message });
const keyOf = (on: Context) => ({ namespace: on.namespace, name: 'one' });

export function changing(on: Context): void {
  it('a change of spec raises the generation and the resourceVersion, and leaves the rest', async () => {
    const key = keyOf(on);
    const before = await on.store.create(KIND, session(key, { meta: { labels: { a: 'b' } } }));
    const after = await on.store.patch(KIND, key, { spec: { cancel: true } });
    assert.deepEqual(after.spec, { ...before.spec, cancel: true });
    assert.equal(after.metadata.generation, 2);
    assert.notEqual(after.metadata.resourceVersion, before.metadata.resourceVersion);
    const kept = ({ uid, creationTimestamp, labels }: typeof after.metadata) => ({
      uid,
      creationTimestamp,
      labels,
    });
    assert.deepEqual(kept(after.metadata), kept(before.metadata));
    assert.deepEqual(await on.store.get(KIND, key), after);
  });

  it('a change of labels and annotations merges, null removes, the generation stays', async () => {
    const key = keyOf(on);
    const meta = { labels: { a: '1', b: '2' }, annotations: { c: '3', d: '4' } };
    const before = await on.store.create(KIND, session(key, { meta }));
    const { metadata, spec } = await on.store.patch(KIND, key, {
      metadata: { labels: { a: null, e: '5' }, annotations: { c: 'new', d: null } },
    });
    assert.deepEqual(metadata.labels, { b: '2', e: '5' });
    assert.deepEqual(metadata.annotations, { c: 'new' });
    assert.equal(metadata.generation, 1);
    assert.deepEqual(spec, before.spec);
  });

  it('patchStatus changes status alone: nested fields merge, null removes, lists are replaced', async () => {
    const key = keyOf(on);
    const created = await on.store.create(KIND, session(key));
    const first = { phase: 'Running', progress: 20, usage: { turns: 1, costUSD: 0.5 } };
    await on.store.patchStatus(KIND, key, { ...first, checks: [{ name: 'a', result: 'passed' }] });
    const after = await on.store.patchStatus(KIND, key, {
      progress: null,
      usage: { turns: 2 },
      checks: [{ name: 'b', result: 'failed' }],
    });
    assert.deepEqual(after.status, {
      phase: 'Running',
      usage: { turns: 2, costUSD: 0.5 },
      checks: [{ name: 'b', result: 'failed' }],
    });
    assert.deepEqual(after.spec, created.spec);
    assert.equal(after.metadata.generation, 1);
    assert.deepEqual(await on.store.get(KIND, key), after);
  });

  it('patch leaves status alone', async () => {
    const key = keyOf(on);
    await on.store.create(KIND, session(key));
    await on.store.patchStatus(KIND, key, { phase: 'Running' });
    assert.deepEqual((await on.store.patch(KIND, key, { spec: { cancel: true } })).status, {
      phase: 'Running',
    });
  });

  it('a patch with no effect leaves the resourceVersion as it was', async () => {
    const key = keyOf(on);
    await on.store.create(KIND, session(key, { meta: { labels: { a: 'b' } } }));
    const before = await on.store.patchStatus(KIND, key, { phase: 'Running', usage: { turns: 3 } });
    const same = await on.store.patch(KIND, key, {
      metadata: { labels: { a: 'b', c: null } },
      spec: { cancel: undefined },
    });
    assert.deepEqual(same, before);
    assert.deepEqual(await on.store.patchStatus(KIND, key, { usage: { turns: 3 }, error: null }), before);
  });

  it('with the newest resourceVersion a change goes through, with an older one it is a Conflict and changes nothing', async () => {
    const key = keyOf(on);
    const { resourceVersion } = (await on.store.create(KIND, session(key))).metadata;
    const newer = await on.store.patchStatus(KIND, key, { phase: 'Creating' }, { resourceVersion });
    const stale = { code: 'Conflict', message: MODIFIED };
    await assert.rejects(on.store.patchStatus(KIND, key, { phase: 'Failed' }, { resourceVersion }), stale);
    await assert.rejects(
      on.store.patch(KIND, key, { metadata: { resourceVersion }, spec: { cancel: true } }),
      stale,
    );
    assert.deepEqual(await on.store.get(KIND, key), newer);
    const metadata = { resourceVersion: newer.metadata.resourceVersion };
    assert.equal((await on.store.patch(KIND, key, { metadata, spec: { cancel: true } })).spec.cancel, true);
  });

  it('an object that is not there is NotFound', async () => {
    await assert.rejects(on.store.patch(KIND, keyOf(on), { spec: { cancel: true } }), MISSING);
    await assert.rejects(on.store.patchStatus(KIND, keyOf(on), { phase: 'Running' }), MISSING);
  });

  it('what the schema or a rule refuses is Invalid, and the object stays as it was', async () => {
    const key = keyOf(on);
    const before = await on.store.create(KIND, session(key));
    await assert.rejects(
      on.store.patch(KIND, key, { spec: { prompt: 'Other' } }),
      refused(/prompt cannot change after creation/),
    );
    await assert.rejects(on.store.patchStatus(KIND, key, { progress: 101 }), refused(/status\.progress/));
    assert.deepEqual(await on.store.get(KIND, key), before);
  });

  it('a dry run gives the changed object, is refused as the change would be, and stores nothing', async () => {
    const key = keyOf(on);
    const before = await on.store.create(KIND, session(key));
    const dryRun = { dryRun: true };
    assert.equal((await on.store.patch(KIND, key, { spec: { cancel: true } }, dryRun)).spec.cancel, true);
    await assert.rejects(on.store.patch(KIND, key, { spec: { prompt: 'Other' } }, dryRun), refused(/prompt/));
    await assert.rejects(on.store.patch(KIND, { ...key, name: 'two' }, { spec: {} }, dryRun), {
      code: 'NotFound',
    });
    assert.deepEqual(await on.store.get(KIND, key), before);
  });

  it('changes without a resourceVersion at the same moment all go through', async () => {
    const key = keyOf(on);
    await on.store.create(KIND, session(key));
    const ends = await atOnce(20, (index) =>
      index % 2 === 0
        ? on.store.patch(KIND, key, { metadata: { annotations: { [`n${index}`]: 'x' } } })
        : on.store.patchStatus(KIND, key, { usage: { [index === 1 ? 'turns' : 'inputTokens']: index } }),
    );
    assert.deepEqual(
      ends.filter(({ status }) => status === 'rejected'),
      [],
    );
    const after = await on.store.get(KIND, key);
    assert.equal(Object.keys(after?.metadata.annotations ?? {}).length, 10);
    assert.equal(after?.status?.usage?.turns, 1);
    assert.ok(after?.status?.usage?.inputTokens);
  });

  it('two writers that add one fifty times each lose none', async () => {
    const key = keyOf(on);
    await on.store.create(KIND, session(key));
    const writer = async () => {
      for (let i = 0; i < 50; i++) await increment(on.store, key);
    };
    await Promise.all([writer(), writer()]);
    assert.equal((await on.store.get(KIND, key))?.status?.usage?.turns, 100);
  });
}

export function deleting(on: Context): void {
  it('removes the object from get and list', async () => {
    const key = keyOf(on);
    await on.store.create(KIND, session(key));
    await on.store.delete(KIND, key);
    assert.equal(await on.store.get(KIND, key), undefined);
    assert.deepEqual(await on.store.list(KIND, { namespace: on.namespace }), []);
  });

  it('is NotFound when the object is not there, or no more', async () => {
    await assert.rejects(on.store.delete(KIND, keyOf(on)), MISSING);
    await on.store.create(KIND, session(keyOf(on)));
    await on.store.delete(KIND, keyOf(on));
    await assert.rejects(on.store.delete(KIND, keyOf(on)), MISSING);
    await assert.rejects(on.store.patchStatus(KIND, keyOf(on), { phase: 'Running' }), MISSING);
  });

  it('a dry run removes nothing, and is refused as the removal would be', async () => {
    const key = keyOf(on);
    await assert.rejects(on.store.delete(KIND, key, { dryRun: true }), MISSING);
    const made = await on.store.create(KIND, session(key));
    await on.store.delete(KIND, key, { uid: made.metadata.uid, dryRun: true });
    assert.deepEqual(await on.store.get(KIND, key), made);
  });

  it('with a uid removes only that very object', async () => {
    const key = keyOf(on);
    const first = await on.store.create(KIND, session(key));
    await on.store.delete(KIND, key, { uid: first.metadata.uid });
    const second = await on.store.create(KIND, session(key));
    await assert.rejects(on.store.delete(KIND, key, { uid: first.metadata.uid }), {
      code: 'Conflict',
      message: /UID/,
    });
    assert.deepEqual(await on.store.get(KIND, key), second);
    await on.store.delete(KIND, key, { uid: second.metadata.uid });
    assert.equal(await on.store.get(KIND, key), undefined);
  });

  it('makes room for a new object of the same name, which is not mistaken for the old one', async () => {
    const key = keyOf(on);
    const { metadata: old } = await on.store.create(KIND, session(key));
    await on.store.patchStatus(KIND, key, { phase: 'Failed' });
    await on.store.delete(KIND, key);
    const fresh = await on.store.create(KIND, session(key));
    assert.notEqual(fresh.metadata.uid, old.uid);
    assert.equal(fresh.metadata.generation, 1);
    assert.equal(fresh.status, undefined);
    const { resourceVersion } = old;
    await assert.rejects(on.store.patchStatus(KIND, key, { phase: 'Running' }, { resourceVersion }), {
      code: 'Conflict',
    });
  });

  it('of many at once exactly one wins', async () => {
    const key = keyOf(on);
    await on.store.create(KIND, session(key));
    const ends = await atOnce(10, () => on.store.delete(KIND, key));
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const end of ends)
      assert.ok(end.status === 'fulfilled' || hasCode(end.reason, 'NotFound', 'Conflict'));
  });
}
