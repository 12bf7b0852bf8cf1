import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalStore, sweepArchives } from '../../../src/engine/local/archives.ts';
import { type LocalPaths, localPaths } from '../../../src/engine/local/paths.ts';
import { task } from '../../domain/builders.ts';

const KEY = { namespace: 'default', name: 'tidy-0a1b2c3d' };

/** Makes a file, and the folders above it. */
const put = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'packed');
};

describe('the archived log of a local task', () => {
  let folder: string;
  let paths: LocalPaths;
  let store: LocalStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bgtask-archives-'));
    paths = localPaths({ BGTASK_STATE: folder });
    store = new LocalStore(paths, { validate: (_kind, object) => Promise.resolve(object) });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const kept = ({ namespace, name } = KEY): string => join(paths.logs, namespace, `${name}.change`);
  const archive = ({ namespace, name } = KEY): string => join(paths.logs, namespace, `${name}.log.gz`);
  const make = (key = KEY) =>
    store.create('AgenticSession', task({ meta: { ...key, resourceVersion: undefined, uid: undefined } }));

  it('goes when the task is deleted, and no other does', async () => {
    const other = { ...KEY, name: 'tidy-0a1b2c3d-2' };
    for (const key of [KEY, other]) {
      await make(key);
      put(archive(key));
    }
    await store.delete('AgenticSession', KEY);
    assert.deepEqual([existsSync(archive()), existsSync(archive(other))], [false, true]);
  });

  it('takes the kept change with it, and what a killed supervisor left of one', async () => {
    await make();
    const gone = { ...KEY, name: 'gone-0a1b2c3d' };
    const draft = join(paths.logs, KEY.namespace, '.gone-0a1b2c3d.change.0a1b.tmp');
    for (const folder of [kept(), kept(gone), draft]) put(join(folder, 'change.patch'));
    await sweepArchives(paths, store);
    assert.deepEqual([kept(), kept(gone), draft].map(existsSync), [true, false, false]);
    await store.delete('AgenticSession', KEY);
    assert.equal(existsSync(kept()), false);
  });

  it('stays when the deletion is refused', async () => {
    await make();
    put(archive());
    await assert.rejects(store.delete('AgenticSession', KEY, { uid: 'of another' }));
    assert.ok(existsSync(archive()));
  });

  it('is swept up where the task is gone, once its Job is cleared away; that of a task that is there stays', async () => {
    const gone = { ...KEY, name: 'gone-0a1b2c3d' };
    const running = { ...KEY, name: 'running-0a1b2c3d' };
    await make();
    for (const key of [KEY, gone, running]) put(archive(key));
    mkdirSync(join(paths.jobs, running.namespace, running.name), { recursive: true });
    await sweepArchives(paths, store);
    assert.deepEqual(
      [KEY, gone, running].map((key) => existsSync(archive(key))),
      [true, false, true],
    );
  });

  it('is swept up without a folder of logs, or beside files that are not from bgtask', async () => {
    await sweepArchives(paths, store);
    put(join(paths.logs, 'notes.txt'));
    put(join(paths.logs, 'default', 'notes.txt'));
    await sweepArchives(paths, store);
    assert.ok(
      existsSync(join(paths.logs, 'notes.txt')) && existsSync(join(paths.logs, 'default', 'notes.txt')),
    );
  });
});
