import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileStore } from '../../../../src/engine/local/store/file-store.ts';
import { draftsFolder, NAME_MAX, objectsFolder } from '../../../../src/engine/local/store/layout.ts';
import { storeError } from '../../../../src/engine/local/store/store-errors.ts';
import { session } from '../../../contract/task-store-objects.ts';
import { KIND, keyOf, NAMESPACE, openStore, removeFolder, sessionsFolder, stateFolder } from './support.ts';

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('the file store and what else may be in its folder', () => {
  let root: string;
  let store: FileStore;
  let problems: string[];
  beforeEach(async () => {
    root = await stateFolder();
    problems = [];
    store = openStore(root, { onProblem: (sentence) => problems.push(sentence) });
  });
  afterEach(() => removeFolder(root));
  const pathOf = (file: string) => join(sessionsFolder(root), file);
  const names = async () => (await store.list(KIND)).map(({ metadata }) => metadata.name);

  const GARBAGE: Record<string, string> = {
    empty: '',
    'cut off': '{"apiVersion": "vteam.ambient-code/v1alpha1", "kind": "Agen',
    'no object': '[]',
    'too deep': '['.repeat(200_000) + ']'.repeat(200_000),
    'not JSON': '\u0000\u0001 garbage',
    'another kind': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"my-project"}}',
    'too large': `"${'x'.repeat(1_600_000)}"`,
  };
  for (const [what, text] of Object.entries(GARBAGE)) {
    it(`a newest version that is ${what} is told of and passed over, and the next write goes on above it`, async () => {
      const before = await store.create(KIND, session(keyOf('a')));
      writeFileSync(pathOf('a@2.json'), text);
      assert.deepEqual(await store.get(KIND, keyOf('a')), before);
      assert.deepEqual(await names(), ['a']);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', /a@2\.json is passed over: /);
      const after = await store.patchStatus(KIND, keyOf('a'), { phase: 'Running' });
      assert.equal(after.metadata.resourceVersion, '3');
      assert.equal(readFileSync(pathOf('a@2.json'), 'utf8'), text);
    });
  }

  it('an object of which no version can be read is absent, and its name is not given away', async () => {
    await store.create(KIND, session(keyOf('b')));
    writeFileSync(pathOf('a@1.json'), 'half a fi');
    assert.equal(await store.get(KIND, keyOf('a')), undefined);
    assert.deepEqual(await names(), ['b']);
    await assert.rejects(store.patchStatus(KIND, keyOf('a'), { phase: 'Running' }), { code: 'NotFound' });
    await assert.rejects(store.create(KIND, session(keyOf('a'))), {
      code: 'Unavailable',
      message: /a@1\.json/,
    });
    assert.equal(readFileSync(pathOf('a@1.json'), 'utf8'), 'half a fi');
  });

  it("other programs' files are passed over in silence", async () => {
    await store.create(KIND, session(keyOf('a')));
    for (const file of ['a@1.json~', '.a@1.json.swp', '#a@1.json#', '.DS_Store', 'notes.txt', 'a.json'])
      writeFileSync(pathOf(file), 'not ours');
    mkdirSync(pathOf('folder'));
    writeFileSync(join(objectsFolder(root), 'README'), 'not ours');
    writeFileSync(join(objectsFolder(root), 'file'), 'not ours');
    assert.deepEqual(await names(), ['a']);
    assert.deepEqual(problems, []);
  });

  it('a copy of an object under another name is not an object', async () => {
    await store.create(KIND, session(keyOf('a')));
    writeFileSync(pathOf('b@1.json'), readFileSync(pathOf('a@1.json')));
    assert.deepEqual(await names(), ['a']);
    assert.match(problems[0] ?? '', /it does not hold the AgenticSession my-project\/b/);
  });

  it('a named pipe does not stop the store', async () => {
    await store.create(KIND, session(keyOf('a')));
    execFileSync('mkfifo', [pathOf('b@1.json')]);
    assert.deepEqual(await names(), ['a']);
    assert.equal(problems.length, 1);
  });

  const NO_NAMES = [
    '../a',
    '..',
    'a/b',
    '/etc/passwd',
    '',
    '.new',
    'a@1',
    'A',
    'a\u0000',
    'a'.repeat(NAME_MAX + 1),
  ];
  for (const name of NO_NAMES) {
    it(`${JSON.stringify(name.slice(0, 20))} is neither a name nor a project, and touches no file`, async () => {
      for (const key of [
        { namespace: NAMESPACE, name },
        { namespace: name, name: 'a' },
      ]) {
        assert.equal(await store.get(KIND, key), undefined);
        await assert.rejects(store.create(KIND, session(key)), { code: 'Invalid' });
        await assert.rejects(store.patchStatus(KIND, key, {}), { code: 'NotFound' });
        await assert.rejects(store.delete(KIND, key), { code: 'NotFound' });
      }
      assert.deepEqual(await store.list(KIND, { namespace: name }), []);
      assert.deepEqual(readdirSync(root), []);
    });
  }

  it('the longest name fits a file', async () => {
    const name = 'a'.repeat(NAME_MAX);
    await store.create(KIND, session(keyOf(name)));
    assert.deepEqual(await names(), [name]);
  });

  it('only the user can read the files, and they can be created elsewhere as they are', async () => {
    await store.create(KIND, session(keyOf('a')));
    assert.equal(mode(pathOf('a@1.json')), '600');
    for (const folder of [
      sessionsFolder(root),
      dirname(sessionsFolder(root)),
      objectsFolder(root),
      draftsFolder(root),
    ])
      assert.equal(mode(folder), '700', folder);
    const text = readFileSync(pathOf('a@1.json'), 'utf8');
    assert.doesNotMatch(text, /resourceVersion/);
    assert.match(text, /\}\n$/);
  });

  it('an object that is too large is refused', async () => {
    const annotations = { 'example.com/large': 'x'.repeat(1_600_000) };
    const lax = openStore(root, { validate: async (_kind, object) => object });
    await assert.rejects(lax.create(KIND, session(keyOf('a'), { meta: { annotations } })), {
      code: 'TooLarge',
    });
    assert.deepEqual(await names(), []);
  });

  const IN_THE_WAY: Record<string, () => string> = {
    'the folder of objects': () => objectsFolder(root),
    'the folder of the project': () => dirname(sessionsFolder(root)),
    'the folder of the kind': () => sessionsFolder(root),
  };
  for (const [what, path] of Object.entries(IN_THE_WAY)) {
    it(`a file where ${what} should be is a clear error`, async () => {
      mkdirSync(dirname(path()), { recursive: true });
      writeFileSync(path(), '');
      const unavailable = { code: 'Unavailable', message: /a file stands where a folder should be/ };
      await assert.rejects(store.create(KIND, session(keyOf('a'))), unavailable);
      await assert.rejects(store.list(KIND, { namespace: NAMESPACE }), unavailable);
      await assert.rejects(store.get(KIND, keyOf('a')), unavailable);
      const watch = store.watch(KIND, { namespace: NAMESPACE, signal: new AbortController().signal });
      await assert.rejects(watch.next(), unavailable);
    });
  }

  it('a full disk is a clear error', () => {
    let error: unknown;
    try {
      writeFileSync('/dev/full', 'x');
    } catch (thrown) {
      error = storeError(thrown, 'write it');
    }
    assert.equal(String(error), 'BgtaskError: cannot write it: no space is left on the disk');
  });

  it('a missing permission is Forbidden', () => {
    const denied = Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'open', path: '/state' });
    const error = storeError(denied, 'write it');
    assert.deepEqual(
      [String(error), Reflect.get(Object(error), 'code')],
      ['BgtaskError: cannot write it: permission denied: /state', 'Forbidden'],
    );
  });

  it('an error that is not from a system call comes back as it is', () => {
    const error = new TypeError('a mistake');
    assert.equal(storeError(error, 'write it'), error);
  });
});
