import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { readKept } from '../../../../src/engine/local/kept/kept-folder.ts';
import { takeLeft } from '../../../../src/engine/local/kept/take-left.ts';
import { tempFolder } from '../../../support/stage/remote.ts';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const ABOUT = {
  base: 'a'.repeat(40),
  commit: 'b'.repeat(40),
  files: 1,
  added: 2,
  removed: 0,
  patch: sha('patch'),
  pack: sha('pack'),
  agent: 'claude',
};

interface Place {
  workspace: string;
  target: string;
}

/** A state of a change as a work stage leaves it; `lacks` is what the stage was killed before. */
function leave({ workspace }: Place, number: number, about: object = ABOUT, lacks: string[] = []): string {
  const folder = join(workspace, `left-${number}`);
  mkdirSync(folder, { recursive: true });
  const files = { 'change.patch': 'patch', 'change.pack': 'pack', 'change.json': JSON.stringify(about) };
  for (const [name, text] of Object.entries(files))
    if (!lacks.includes(name)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('a change that a work stage left', () => {
  let place: Place;
  beforeEach(() => {
    const root = tempFolder();
    place = { workspace: join(root, 'workspace'), target: join(root, 'logs', 'default', 'tidy.change') };
    mkdirSync(place.workspace);
  });

  const take = (wasKilled = false) =>
    takeLeft({ workspace: place.workspace, wasKilled }, place.target, 'uid-1');
  const kept = (name: string): string => readFileSync(join(place.target, name), 'utf8');

  it('is kept with its digest, and nothing half made stands beside it', async () => {
    leave(place, 1);
    const change = await take();
    assert.equal(change?.digest, `sha256:${sha('patch')}`);
    assert.deepEqual([change?.files, change?.added, change?.bytes], [1, 2, 5]);
    assert.deepEqual([kept('change.patch'), kept('change.pack')], ['patch', 'pack']);
    assert.deepEqual(
      readKept(place.target, { namespace: 'default', name: 'tidy', uid: 'uid-1' })?.change,
      change,
    );
    assert.deepEqual(readdirSync(dirname(place.target)), ['tidy.change']);
  });

  it('counts for the session of its uid alone, and makes room for that of a later one', async () => {
    leave(place, 1);
    await take();
    assert.equal(readKept(place.target, { namespace: 'default', name: 'tidy', uid: 'uid-2' }), undefined);
    await takeLeft({ workspace: place.workspace, wasKilled: false }, place.target, 'uid-2');
    assert.ok(readKept(place.target, { namespace: 'default', name: 'tidy', uid: 'uid-2' }));
  });

  const cut: [string, string[]][] = [
    ['before its patch', ['change.patch', 'change.pack', 'change.json']],
    ['between patch and pack', ['change.pack', 'change.json']],
    ['before its last file', ['change.json']],
  ];
  for (const [when, lacks] of cut)
    it(`is the one before where the stage was killed ${when}`, async () => {
      leave(place, 1);
      leave(place, 2, { ...ABOUT, added: 99 }, lacks);
      assert.equal((await take(true))?.added, 2);
    });

  it('is the newest one that is whole, by number', async () => {
    leave(place, 9, { ...ABOUT, added: 9 });
    leave(place, 10, { ...ABOUT, added: 10 });
    assert.equal((await take())?.added, 10);
  });

  it('is a sentence where the stage was killed before it left any', async () => {
    const change = await take(true);
    assert.match(change?.note ?? '', /killed before it could leave its change/);
    assert.equal(change?.location, undefined);
  });

  it('is not spoken of where the stage ended before its agent began', async () => {
    assert.equal(await take(false), undefined);
    assert.equal(existsSync(place.target), false);
  });

  it('is the sentence that the stage left instead', async () => {
    leave(place, 1, { note: 'The agent changed nothing.\u001b[31m' });
    assert.deepEqual(await take(), { note: 'The agent changed nothing.' });
  });

  const hostile: [string, (place: Place, folder: string) => void][] = [
    ['other bytes than its digest says', (_, folder) => writeFileSync(join(folder, 'change.patch'), 'other')],
    ['a link in place of the patch', ({ target }, folder) => {
      const secret = join(dirname(dirname(dirname(target))), 'secret');
      writeFileSync(secret, 'patch');
      rmSync(join(folder, 'change.patch'));
      symlinkSync(secret, join(folder, 'change.patch'));
    }],
    ['a folder in place of the pack', (_, folder) => {
      rmSync(join(folder, 'change.pack'));
      mkdirSync(join(folder, 'change.pack'));
    }],
    ['no pack', (_, folder) => rmSync(join(folder, 'change.pack'))],
  ]; // prettier-ignore
  for (const [what, change] of hostile)
    it(`is not kept, in words, with ${what}`, async () => {
      change(place, leave(place, 1));
      assert.match((await take())?.note ?? '', /damaged/);
      assert.deepEqual(
        [existsSync(join(place.target, 'change.json')), (await take())?.location],
        [false, undefined],
      );
    });

  it('is not read from a folder that is a link', async () => {
    const folder = leave(place, 1);
    const elsewhere = join(dirname(place.workspace), 'elsewhere');
    mkdirSync(elsewhere);
    rmSync(folder, { recursive: true });
    leave({ ...place, workspace: elsewhere }, 1);
    symlinkSync(join(elsewhere, 'left-1'), folder);
    assert.match((await take(true))?.note ?? '', /killed before/);
  });
});
