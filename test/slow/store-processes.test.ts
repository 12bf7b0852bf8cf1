import assert from 'node:assert/strict';
import type { FileStore } from '../../src/engine/local/store/file-store.ts';
import { session } from '../contract/task-store-objects.ts';
import { bundleWriter, Running } from '../engine/local/store/programs/run.ts';
import {
  KIND,
  keyOf,
  NAMESPACE,
  openStore,
  removeFolder,
  stateFolder,
} from '../engine/local/store/support.ts';

describe('the file store among processes', () => {
  let program: string;
  let root: string;
  let store: FileStore;
  let running: Running[];
  before(async () => {
    program = await bundleWriter();
  });
  beforeEach(async () => {
    root = await stateFolder();
    store = openStore(root);
    running = [];
  });
  afterEach(async () => {
    for (const one of running) one.child.kill('SIGKILL');
    await Promise.all(running.map(({ ended }) => ended));
    await removeFolder(root);
  });
  const start = (command: string, argument = '', state = root): Running => {
    const one = new Running(process.execPath, [program, state, command, argument]);
    running.push(one);
    return one;
  };
  const turns = async (): Promise<number> => (await store.get(KIND, keyOf('a')))?.status?.usage?.turns ?? 0;

  it('of four processes that create one name exactly one wins, fifty times', async () => {
    const writers = Array.from({ length: 4 }, () => start('create'));
    await Promise.all(writers.map((writer) => writer.until(1)));
    for (let round = 1; round <= 50; round++) {
      for (const writer of writers) writer.child.stdin?.write(`r${round}\n`);
      await Promise.all(writers.map((writer) => writer.until(1 + round)));
      const won = writers.filter((writer) => writer.lines.at(-1) === `r${round} won`);
      assert.equal(won.length, 1, `round ${round}`);
      const kept = await store.get(KIND, keyOf(`r${round}`));
      assert.equal(kept?.spec.prompt, String(won[0]?.child.pid));
    }
  });

  it('three processes that add one fifty times each lose none, and a reader sees the object at every moment', async () => {
    await store.create(KIND, session(keyOf('a')));
    for (let i = 0; i < 30; i++) await store.create(KIND, session(keyOf(`other-${i}`)));
    const writing = new AbortController();
    const all = Promise.all(Array.from({ length: 3 }, () => start('increment', '50').ended)).finally(() =>
      writing.abort(),
    );
    let last = 0;
    while (!writing.signal.aborted) {
      const listed = await store.list(KIND, { namespace: NAMESPACE });
      assert.equal(listed.length, 31, 'an object is missing from the list');
      const seen = listed[0]?.status?.usage?.turns ?? 0;
      assert.ok(seen >= last, `${seen} seen after ${last}`);
      last = seen;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(await all, [0, 0, 0]);
    assert.equal(await turns(), 150);
  });

  it('no acknowledged write is lost when a writer is killed, and the next writer goes on', async () => {
    await store.create(KIND, session(keyOf('a')));
    for (let round = 0; round < 8; round++) {
      const writer = start('loop');
      await writer.until(1 + Math.floor(Math.random() * 40));
      writer.child.kill('SIGKILL');
      assert.equal(await writer.ended, 'SIGKILL');
      const acknowledged = Number(writer.lines.at(-1));
      const kept = await turns();
      assert.ok(kept === acknowledged || kept === acknowledged + 1, `${kept} kept of ${acknowledged}`);
    }
  });

  it('a writer killed before any one of its steps leaves the last state or the next, and blocks no other', async () => {
    const STATES = ['nothing', 'created', 'changed', 'nothing', 'created again'];
    let ended: number | string = '';
    for (let step = 1; ended !== 0; step += 2) {
      const folders = [await stateFolder(), await stateFolder()];
      const lives = folders.map((folder, index) => start('life', String(step + index), folder));
      for (const [index, life] of lives.entries()) {
        ended = await life.ended;
        const folder = folders[index] ?? '';
        const problems: string[] = [];
        const survivor = openStore(folder, { onProblem: (sentence) => problems.push(sentence) });
        const state = await stateOf(survivor);
        const last = life.lines.length;
        const where = `killed before step ${step + index}, after "${life.lines.at(-1)}"`;
        assert.ok([STATES[last], STATES[last + 1]].includes(state), `${state}: ${where}`);
        assert.deepEqual(problems, [], where);
        await nextWrite(survivor, state);
        await removeFolder(folder);
      }
    }
  });

  it('a file that the system does not let grow is a clear error, and leaves nothing behind', async () => {
    // The shell's unit is 512 bytes or 1024; the object is larger than either makes of 4.
    const args = ['-c', 'ulimit -f 4; exec "$@"', 'sh', process.execPath, program, root, 'large', '20000'];
    const writer = new Running('sh', args);
    running.push(writer);
    assert.equal(await writer.ended, 0);
    const error: unknown = JSON.parse(writer.lines[0] ?? '');
    assert.deepEqual(error, {
      name: 'BgtaskError',
      code: 'Unavailable',
      hint: 'raise the file size limit (ulimit -f)',
    });
    assert.deepEqual(await store.list(KIND), []);
    await store.create(KIND, session(keyOf('large')));
  });
});

async function stateOf(survivor: FileStore): Promise<string> {
  const object = await survivor.get(KIND, keyOf('a'));
  assert.equal((await survivor.list(KIND)).length, object ? 1 : 0);
  if (!object) return 'nothing';
  if (object.spec.prompt === 'Again') return 'created again';
  return object.status?.phase === 'Running' ? 'changed' : 'created';
}

async function nextWrite(survivor: FileStore, state: string): Promise<void> {
  if (state === 'nothing') await survivor.create(KIND, session(keyOf('a')));
  await survivor.patchStatus(KIND, keyOf('a'), { phase: 'Stopped' });
  assert.equal((await survivor.get(KIND, keyOf('a')))?.status?.phase, 'Stopped');
}
