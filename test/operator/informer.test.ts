import assert from 'node:assert/strict';
import type { AgenticSession, SessionStatus } from '../../src/api/types.ts';
import type { WatchEvent } from '../../src/engine/engine.ts';
import { AdmissionBook } from '../../src/operator/admission-book.ts';
import { keyOf, keyText, SessionInformer } from '../../src/operator/informer.ts';
import { task } from '../domain/builders.ts';
import { MemoryStore } from '../support/memory-store.ts';

const KEY = 'team/chore-00000000';
const at = (resourceVersion: number, status: SessionStatus = {}, uid = 'uid-1'): AgenticSession =>
  task({ status, meta: { resourceVersion: String(resourceVersion), uid } });

/** A store whose watch says what a test wants, and an informer on it; `tell` ends when the informer has taken it in. */
class Told extends MemoryStore {
  readonly changes: string[] = [];
  readonly informer = new SessionInformer(this, new AdmissionBook(), (key, deleted) =>
    this.changes.push(`${deleted ? 'deleted' : 'changed'} ${key}`),
  );

  async tell(...events: WatchEvent<AgenticSession>[]): Promise<void> {
    this.watch = async function* () {
      yield* events as never[];
    };
    await this.informer.run({ signal: new AbortController().signal }, () => this.changes.push('synced'));
  }

  get progress(): number | undefined {
    return this.informer.get(KEY)?.status?.progress;
  }
}

describe('the informer', () => {
  let told: Told;
  beforeEach(() => {
    told = new Told();
  });

  it('goes on past a session that was stored before there was a schema', async () => {
    const { spec: _none, ...bare } = at(1, { phase: 'Queued' });
    await told.tell({ type: 'ADDED', object: bare as AgenticSession }, { type: 'SYNCED' });
    assert.deepEqual(told.changes, [`changed ${KEY}`, 'synced']);
  });

  it('keeps the newest of every session, and tells of each change', async () => {
    await told.tell(
      { type: 'ADDED', object: at(1, { progress: 1 }) },
      { type: 'SYNCED' },
      { type: 'MODIFIED', object: at(2, { progress: 2 }) },
    );
    assert.equal(told.progress, 2);
    assert.deepEqual(told.changes, [`changed ${KEY}`, 'synced', `changed ${KEY}`]);
    assert.equal([...told.informer.values()].length, 1);
  });

  it('forgets what was deleted', async () => {
    await told.tell({ type: 'ADDED', object: at(1) }, { type: 'DELETED', object: at(1) });
    assert.equal(told.informer.get(KEY), undefined);
    assert.deepEqual(told.changes.at(-1), `deleted ${KEY}`);
  });

  it('knows at once what was written through it', async () => {
    await told.tell({ type: 'ADDED', object: at(1, { progress: 1 }) });
    told.informer.apply(at(2, { progress: 2 }));
    assert.equal(told.progress, 2);
  });

  it('is not set back by the event of an earlier write', async () => {
    await told.tell({ type: 'ADDED', object: at(1, { progress: 1 }) });
    told.informer.apply(at(10, { progress: 10 }));
    await told.tell({ type: 'MODIFIED', object: at(9, { progress: 9 }) });
    assert.equal(told.progress, 10);
    await told.tell({ type: 'MODIFIED', object: at(11, { progress: 11 }) });
    assert.equal(told.progress, 11);
  });

  it('is not set back by the answer to an earlier write', async () => {
    await told.tell({ type: 'ADDED', object: at(5, { progress: 5 }) });
    told.informer.apply(at(4, { progress: 4 }));
    assert.equal(told.progress, 5);
  });

  it('does not bring back a session that was deleted while its status was written', async () => {
    await told.tell({ type: 'ADDED', object: at(1) }, { type: 'DELETED', object: at(1) });
    told.informer.apply(at(2));
    assert.equal(told.informer.get(KEY), undefined);
  });

  it('takes a session that was created again for another, whatever its version', async () => {
    await told.tell(
      { type: 'ADDED', object: at(9, { progress: 90 }) },
      { type: 'DELETED', object: at(9) },
      { type: 'ADDED', object: at(1, { progress: 1 }, 'uid-2') },
    );
    assert.equal(told.progress, 1);
    told.informer.apply(at(10, { progress: 100 }));
    assert.equal(told.progress, 1, 'an answer about the old one is not about the new one');
  });

  for (const key of [
    { namespace: 'team', name: 'chore' },
    { namespace: 'team', name: 'a.b/c' },
  ])
    it(`a key comes back from its text: ${keyText(key)}`, () => assert.deepEqual(keyOf(keyText(key)), key));
});
