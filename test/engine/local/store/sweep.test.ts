import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DELETION_MS, SUPERSEDED_MS } from '../../../../src/engine/local/store/versions.ts';
import { draftsFolder } from '../../../../src/engine/local/store/layout.ts';
import { session } from '../../../contract/task-store-objects.ts';
import { KIND, keyOf, openStore, removeFolder, sessionsFolder, stateFolder } from './support.ts';

describe('old versions', () => {
  let root: string;
  let later: number;
  beforeEach(async () => {
    root = await stateFolder();
    later = 0;
  });
  afterEach(() => removeFolder(root));
  const files = () => readdirSync(sessionsFolder(root)).sort();
  // Each store sweeps a whole folder with its first write, as each run of a program does.
  const open = () => openStore(root, { now: () => Date.now() + later });
  const touchOther = async () => {
    await open()
      .delete(KIND, keyOf('other'))
      .catch(() => undefined);
    await open().create(KIND, session(keyOf('other')));
  };

  it('stay while a reader or another writer may need them', async () => {
    await open().create(KIND, session(keyOf('a')));
    await open().patchStatus(KIND, keyOf('a'), { progress: 1 });
    await open().patchStatus(KIND, keyOf('a'), { progress: 2 });
    assert.deepEqual(files(), ['a@1.json', 'a@2.json', 'a@3.json']);
  });

  it('go with a later write of the object', async () => {
    await open().create(KIND, session(keyOf('a')));
    await open().patchStatus(KIND, keyOf('a'), { progress: 1 });
    later = SUPERSEDED_MS + 1000;
    await open().patchStatus(KIND, keyOf('a'), { progress: 2 });
    assert.deepEqual(files().at(-1), 'a@3.json');
    assert.ok(!files().includes('a@1.json'));
  });

  it('go with a later write of another object', async () => {
    await open().create(KIND, session(keyOf('a')));
    await open().patchStatus(KIND, keyOf('a'), { progress: 1 });
    later = SUPERSEDED_MS + 1000;
    await touchOther();
    assert.deepEqual(files(), ['a@2.json', 'other@1.json']);
  });

  it('a deletion stays for an hour, and a new object counts on from it', async () => {
    await open().create(KIND, session(keyOf('a')));
    await open().create(KIND, session(keyOf('b')));
    for (const name of ['a', 'b']) await open().delete(KIND, keyOf(name));
    later = DELETION_MS - 60_000;
    await touchOther();
    assert.deepEqual(files(), ['a@2.json', 'b@2.json', 'other@1.json']);
    assert.equal((await open().create(KIND, session(keyOf('b')))).metadata.resourceVersion, '3');
    later = DELETION_MS + 60_000;
    await touchOther();
    assert.ok(!files().includes('a@2.json'));
    assert.equal((await open().create(KIND, session(keyOf('a')))).metadata.resourceVersion, '1');
  });

  it('a file that is not an object is kept aside', async () => {
    await open().create(KIND, session(keyOf('a')));
    writeFileSync(join(sessionsFolder(root), 'a@2.json'), 'edited by hand,');
    await open().patchStatus(KIND, keyOf('a'), { progress: 1 });
    later = SUPERSEDED_MS + 1000;
    await touchOther();
    assert.deepEqual(files(), ['a@2.json.bad', 'a@3.json', 'other@1.json']);
    assert.equal(readFileSync(join(sessionsFolder(root), 'a@2.json.bad'), 'utf8'), 'edited by hand,');
  });

  it('a draft of a writer that was killed goes after an hour', async () => {
    mkdirSync(draftsFolder(root), { recursive: true });
    writeFileSync(join(draftsFolder(root), 'draft'), 'half');
    await touchOther();
    assert.deepEqual(readdirSync(draftsFolder(root)), ['draft']);
    later = DELETION_MS + 60_000;
    await touchOther();
    assert.deepEqual(readdirSync(draftsFolder(root)), []);
  });

  it('what a cache holds is forgotten with the object', async () => {
    const cached = openStore(root, { cache: true });
    await cached.create(KIND, session(keyOf('a')));
    const first = await cached.get(KIND, keyOf('a'));
    await removeFolder(sessionsFolder(root));
    assert.equal(await cached.get(KIND, keyOf('a')), undefined);
    await open().create(KIND, session(keyOf('a')));
    const second = await cached.get(KIND, keyOf('a'));
    assert.equal(second?.metadata.resourceVersion, first?.metadata.resourceVersion);
    assert.notEqual(second?.metadata.uid, first?.metadata.uid);
  });
});
