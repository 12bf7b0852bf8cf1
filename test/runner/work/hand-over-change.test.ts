import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangePart } from '../../../src/domain/change-parts.ts';
import type { LeftChange } from '../../../src/domain/kept-change.ts';
import { UNPACKED_MAX, unpackChange } from '../../../src/engine/change-payload.ts';
import { changeHandover } from '../../../src/runner/work/hand-over-change.ts';
import { tempFolder } from '../../support/stage/remote.ts';

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('handing a change over on the output of the work stage', () => {
  let folder: string;
  let parts: ChangePart[];
  let hand: ReturnType<typeof changeHandover>;
  beforeEach(() => {
    folder = tempFolder();
    parts = [];
    hand = changeHandover({ event: ({ change }) => void (change && parts.push(change)) });
  });

  function left(patch: Buffer, talk?: Buffer): LeftChange {
    writeFileSync(join(folder, 'change.patch'), patch);
    if (talk) writeFileSync(join(folder, 'conversation'), talk);
    const counts = { files: 1, added: 1, removed: 0 };
    const ids = { base: 'a'.repeat(40), commit: 'b'.repeat(40), patch: sha(patch), pack: 'c'.repeat(64) };
    return { ...ids, ...counts, agent: 'claude', ...(talk && { conversation: sha(talk) }) };
  }
  const unpacked = () => unpackChange(Buffer.concat(parts.map(({ data }) => Buffer.from(data, 'base64'))));

  it('says the same state once', async () => {
    const said = left(Buffer.from('one'));
    await hand(folder, said);
    await hand(folder, said);
    assert.equal(parts.length, 1);
    await hand(folder, { ...said, summary: 'Done.' });
    assert.equal(parts.length, 2);
  });

  it('leaves out a conversation that makes the change too large', async () => {
    await hand(folder, left(Buffer.from('patch'), randomBytes(4_000_000)));
    const found = await unpacked();
    assert.ok(found && 'patch' in found);
    assert.equal(found.patch.toString(), 'patch');
    assert.equal(found.conversation, undefined);
  });

  const large: [what: string, patch: () => Buffer, note: RegExp][] = [
    ['compressed', () => randomBytes(4_000_000), /4\.0 MB compressed, and the limit is 3\.6 MB/],
    ['unpacked', () => Buffer.alloc(UNPACKED_MAX + 1), /33\.6 MB, and the limit is 33\.6 MB/],
  ];
  for (const [what, patch, note] of large)
    it(`says why a change is not kept that is too large ${what}`, async () => {
      await hand(folder, left(patch()));
      const found = await unpacked();
      assert.match((found && 'note' in found && found.note) || '', note);
    });
});
