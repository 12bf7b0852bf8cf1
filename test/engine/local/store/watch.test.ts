import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FolderWatch, type FolderWatchOptions } from '../../../../src/engine/local/store/folder-watch.ts';
import { projectFolder } from '../../../../src/engine/local/store/layout.ts';
import { session } from '../../../contract/task-store-objects.ts';
import { Watcher } from '../../../contract/watcher.ts';
import { KIND, keyOf, NAMESPACE, openStore, removeFolder, stateFolder } from './support.ts';

/** So long that a test which waits for a poll runs into its time limit. */
const NEVER_MS = 600_000;

/** How many folders this process watches, once those just closed are gone from the event loop. */
async function watchers(): Promise<number> {
  await setImmediate();
  await setImmediate();
  return process.getActiveResourcesInfo().filter((one) => /FSEvent/i.test(one)).length;
}

describe('the watch of folders', () => {
  let root: string;
  let abort: AbortController;
  beforeEach(async () => {
    root = await stateFolder();
    abort = new AbortController();
  });
  afterEach(async () => {
    abort.abort();
    await removeFolder(root);
  });
  const noticing = () => openStore(join(root, 'state'), { safetyPollMs: NEVER_MS });

  it('notices without polling the first object of a state folder that was not there', async () => {
    const store = noticing();
    const watcher = new Watcher(store.watch(KIND, { namespace: NAMESPACE, signal: abort.signal }));
    await watcher.synced();
    await noticing().create(KIND, session(keyOf('a')));
    await watcher.seen('ADDED a');
  });

  it('notices new projects when it watches all, and only its own when it watches one', async () => {
    const store = noticing();
    const all = new Watcher(store.watch(KIND, { signal: abort.signal }));
    const mine = new Watcher(store.watch(KIND, { namespace: 'p2', signal: abort.signal }));
    await Promise.all([all.synced(), mine.synced()]);
    for (const namespace of ['p1', 'p2', 'p3']) {
      await noticing().create(KIND, session({ namespace, name: `in-${namespace}` }));
      await all.seen(`ADDED in-${namespace}`);
    }
    await mine.seen('ADDED in-p2');
    assert.deepEqual(mine.lines(), ['SYNCED', 'ADDED in-p2']);
  });

  it('notices that a project was removed, and made again', async () => {
    const store = noticing();
    await store.create(KIND, session(keyOf('a')));
    const watcher = new Watcher(store.watch(KIND, { namespace: NAMESPACE, signal: abort.signal }));
    await watcher.synced();
    rmSync(projectFolder(join(root, 'state'), NAMESPACE), { recursive: true });
    await watcher.seen('DELETED a');
    await noticing().create(KIND, session(keyOf('b')));
    await watcher.seen('ADDED b');
  });

  it('leaves no watcher behind, however it ends', async () => {
    const store = noticing();
    await store.create(KIND, session(keyOf('a')));
    const before = await watchers();
    for await (const event of store.watch(KIND, { signal: abort.signal })) if (event.type === 'SYNCED') break;
    assert.equal(await watchers(), before);
    const paused = store.watch(KIND, { signal: abort.signal });
    await paused.next();
    assert.ok((await watchers()) > before, 'the test sees watchers');
    abort.abort();
    assert.equal(await watchers(), before);
  });

  const folderWatch = (options: Partial<FolderWatchOptions>) =>
    new FolderWatch({ paths: () => [root], signal: abort.signal, onProblem: () => undefined, ...options });
  const FAILURES: Record<string, NonNullable<FolderWatchOptions['open']>> = {
    'cannot be started': () => {
      throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), {
        code: 'ENOSPC',
      });
    },
    'fail later': (_path, _onEvent, onError) => {
      queueMicrotask(() => onError(new Error('ENOSPC: System limit for number of file watchers reached')));
      return { close: () => undefined };
    },
  };
  for (const [what, open] of Object.entries(FAILURES)) {
    it(`polls when the system's watchers ${what}, and says so once`, async () => {
      const problems: string[] = [];
      const onProblem = (sentence: string) => problems.push(sentence);
      const changes = folderWatch({ open, onProblem, pollMs: 1, safetyPollMs: NEVER_MS });
      for (let look = 0; look < 4; look++) {
        changes.refresh();
        await changes.next();
      }
      assert.deepEqual(problems, [
        'changes are looked for by polling: ENOSPC: System limit for number of file watchers reached',
      ]);
      changes.close();
    });
  }

  it('misses no folder that is made while the one above it is being watched', () => {
    const opened: string[] = [];
    const child = join(root, 'child');
    const open: FolderWatchOptions['open'] = (path) => {
      opened.push(path);
      mkdirSync(child, { recursive: true });
      return { close: () => undefined };
    };
    const changes = folderWatch({ open, paths: () => (existsSync(child) ? [root, child] : [root]) });
    changes.refresh();
    assert.deepEqual(opened, [root, child]);
    changes.close();
  });

  it('looks again after a while although nothing was noticed, for the system may lose a notice', async () => {
    const changes = folderWatch({ open: () => ({ close: () => undefined }), safetyPollMs: 1 });
    changes.refresh();
    await changes.next();
    changes.close();
  });

  it('loses no notice that comes while the reader is busy', async () => {
    const notices: (() => void)[] = [];
    const open: FolderWatchOptions['open'] = (_path, onEvent) => {
      notices.push(onEvent);
      return { close: () => undefined };
    };
    const changes = folderWatch({ open, safetyPollMs: NEVER_MS });
    changes.refresh();
    assert.equal(notices.length, 1);
    notices[0]?.();
    await changes.next();
    changes.close();
  });
});
