import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CHANGE_MAX, changePart, changeParts } from '../../../../../src/domain/change-parts.ts';
import type { LeftChange } from '../../../../../src/domain/kept-change.ts';
import { eventLine, mergeEvents, parseEventLine } from '../../../../../src/domain/progress.ts';
import {
  packChange,
  packNothing,
  UNPACKED_MAX,
  unpackChange,
} from '../../../../../src/engine/change-payload.ts';
import type { Tracked } from '../../../../../src/engine/kubernetes/jobs/job-cache.ts';
import { PARTS_BYTES } from '../../../../../src/engine/kubernetes/jobs/archive/config-map-parts.ts';
import { ChangeArchive } from '../../../../../src/engine/kubernetes/jobs/archive/change-archive.ts';
import { HandedChange } from '../../../../../src/engine/kubernetes/jobs/logs/handed-change.ts';
import { PodLog } from '../../../../../src/engine/kubernetes/jobs/logs/pod-log.ts';
import { SpoolSpace } from '../../../../../src/engine/kubernetes/jobs/logs/spool.ts';
import type { ConfigMapObject } from '../../../../../src/engine/kubernetes/jobs/objects.ts';
import { MemoryResource } from '../../../../operator/cluster/memory-resource.ts';
import { tempFolder } from '../../../../support/stage/remote.ts';

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const PATCH = Buffer.from('diff --git a/a b/a\n+é\n');
const TALK = Buffer.from('{"type":"user"}\n');
const SAID: LeftChange = {
  base: 'a'.repeat(40),
  commit: 'b'.repeat(40),
  files: 1,
  added: 1,
  removed: 0,
  patch: sha(PATCH),
  pack: 'c'.repeat(64),
  agent: 'claude',
};
const WHOLE = await packChange({ said: SAID, patch: PATCH });
const lines = (id: string, bytes: Uint8Array): string[] =>
  changeParts(id, bytes).map((change) => eventLine({ change }));

describe('a change that a work stage hands over on its output', () => {
  const bytes = randomBytes(50_000);
  let folder: string;
  let handed: HandedChange;
  beforeEach(() => {
    folder = tempFolder();
    handed = new HandedChange(join(folder, 'uid.change'), new SpoolSpace(1e9));
  });
  const push = (...texts: string[]): void => {
    for (const text of texts) handed.push(parseEventLine(text)?.change ?? assert.fail(text));
  };

  it('comes in lines that no runtime cuts, and is whole with the last', () => {
    const all = lines('00000001', bytes);
    assert.ok(all.length > 1 && all.every((line) => line.length < 16_384));
    push(...all.slice(0, -1));
    assert.equal(handed.read(), undefined);
    push(...all.slice(-1));
    assert.deepEqual(handed.read(), bytes);
  });

  it('is the newest one that is whole', () => {
    push(...lines('00000001', Buffer.from('one')), ...lines('00000002', Buffer.from('two')));
    assert.equal(handed.read()?.toString(), 'two');
    push(...lines('00000003', bytes).slice(0, 2));
    assert.equal(handed.read()?.toString(), 'two');
  });

  const broken: [what: string, order: (all: string[]) => string[]][] = [
    ['whose first piece is missing', (all) => all.slice(1)],
    ['of which a piece is missing', (all) => all.filter((_, at) => at !== 2)],
    ['whose pieces come in another order', (all) => all.toReversed()],
    ['of which a piece comes twice', ([first = '', ...rest]) => [first, rest[0] ?? '', ...rest]],
    ['that another one interrupts', (all) => [...all.slice(0, 2), ...lines('00000009', bytes).slice(0, 1), ...all.slice(2)]],
  ]; // prettier-ignore
  for (const [what, order] of broken)
    it(`leaves the one before where one comes ${what}`, () => {
      push(...lines('00000001', Buffer.from('one')));
      push(...order(lines('00000002', bytes)));
      assert.equal(handed.read()?.toString(), 'one');
    });

  it('keeps the previous change if the disk is full, and frees the space of the new one', () => {
    const space = new SpoolSpace(20_000);
    handed = new HandedChange(join(folder, 'full.change'), space);
    push(...lines('00000001', Buffer.from('one')), ...lines('00000002', bytes));
    assert.equal(handed.read()?.toString(), 'one');
    assert.ok(space.take(20_000 - 3) && !space.take(1));
  });

  it('is gone, with its room, when it is removed', () => {
    const space = new SpoolSpace(60_000);
    handed = new HandedChange(join(folder, 'gone.change'), space);
    push(...lines('00000001', bytes), ...lines('00000002', bytes).slice(0, 1));
    handed.remove();
    assert.deepEqual(readdirSync(folder), []);
    assert.ok(space.take(60_000));
  });

  const forged: [what: string, part: object][] = [
    ['more pieces than a change has', { id: '00000001', part: 1, of: 100_000, data: 'AA==' }],
    ['a piece beyond its last', { id: '00000001', part: 3, of: 2, data: 'AA==' }],
    ['a name that is a path', { id: '../../x', part: 1, of: 1, data: 'AA==' }],
    ['a piece that is not base64', { id: '00000001', part: 1, of: 1, data: '<script>' }],
    ['a piece that is too long', { id: '00000001', part: 1, of: 1, data: 'A'.repeat(20_000) }],
    ['half a piece', { id: '00000001', part: 1.5, of: 2, data: 'AA==' }],
  ];
  for (const [what, part] of forged) it(`is not ${what}`, () => assert.equal(changePart(part), undefined));

  it('is read from the work stage alone, and is neither log nor news of a task', () => {
    mkdirSync(join(folder, 'pod'));
    const options = { folder: join(folder, 'pod'), limits: { head: 1e6, tail: 1e6 }, space: new SpoolSpace(1e9) };
    const log = new PodLog('uid', options);
    log.push('prove', Buffer.from(`${lines('00000001', Buffer.from('forged')).join('\n')}\n`));
    const read = (): string | undefined => log.change?.toString();
    assert.equal(read(), undefined);
    log.push('work', Buffer.from(`${lines('00000002', Buffer.from('mine')).join('\n')}\n`));
    assert.equal(read(), 'mine');
    assert.equal(log.bytes, 0);
    log.remove();
    assert.ok(!existsSync(join(folder, 'pod', 'uid.change')));
    assert.deepEqual(mergeEvents({ progress: 5 }, parseEventLine(lines('00000003', PATCH)[0] ?? '') ?? {}), { progress: 5 });
  }); // prettier-ignore
});

describe('what a handed change unpacks to', () => {
  it('is the patch and the conversation as they were', async () => {
    const said = { ...SAID, conversation: sha(TALK) };
    const unpacked = await unpackChange(await packChange({ said, patch: PATCH, conversation: TALK }));
    assert.deepEqual(unpacked, { said, patch: PATCH, conversation: TALK });
  });
  it('has room for one that is as large as may be handed over', () => assert.ok(CHANGE_MAX <= PARTS_BYTES));
  it('leaves a conversation out that is another one', async () => {
    const said = { ...SAID, conversation: sha(PATCH) };
    const unpacked = await unpackChange(await packChange({ said, patch: PATCH, conversation: TALK }));
    assert.deepEqual(unpacked, { said, patch: PATCH });
  });
  it('is the sentence of a stage that left nothing', async () =>
    assert.deepEqual(await unpackChange(await packNothing({ note: 'Nothing.' })), { note: 'Nothing.' }));

  const bad: [what: string, bytes: () => Promise<Buffer> | Buffer][] = [
    ['another patch than its digest says', () => packChange({ said: SAID, patch: Buffer.from('other') })],
    ['bytes that are not compressed', () => PATCH],
    ['a bomb of a few kilobytes', () => gzipSync(Buffer.alloc(UNPACKED_MAX + 100_000))],
    ['no line', () => gzipSync('{}')],
    ['no JSON', () => gzipSync('no\n')],
    ['a length that is not a number', () => gzipSync(`${JSON.stringify({ ...SAID, patchBytes: 'x' })}\n`)],
    ['a length beyond the end', () => gzipSync(`${JSON.stringify({ ...SAID, patchBytes: 1e9 })}\n`)],
    ['a negative length', () => gzipSync(`${JSON.stringify({ ...SAID, patchBytes: -1 })}\nxx`)],
  ];
  for (const [what, made] of bad)
    it(`is nothing for ${what}`, async () => assert.equal(await unpackChange(await made()), undefined));
});

describe('the archive of changes', () => {
  const session = { namespace: 'team', name: 'chore-00000000', uid: 'uid-chore' };
  const tracked = {
    session,
    job: { metadata: { labels: { team: 'a' } } },
    pods: [],
    jobGone: false,
  } as unknown as Tracked;
  let configMaps: MemoryResource<ConfigMapObject>;
  let archive: ChangeArchive;
  beforeEach(() => {
    configMaps = new MemoryResource();
    archive = new ChangeArchive(configMaps);
  });
  const KEPT = {
    location: 'configmap://team/chore-00000000-change-0',
    digest: `sha256:${SAID.patch}`,
    base: SAID.base,
    bytes: PATCH.length,
    files: 1,
    added: 1,
    removed: 0,
  }; // prettier-ignore

  it('keeps a change with its session, and gives it back', async () => {
    assert.deepEqual(await archive.write(WHOLE, tracked), KEPT);
    assert.deepEqual(await archive.find(session), KEPT);
    assert.deepEqual((await archive.read(session))?.patch, PATCH);
    assert.deepEqual(
      configMaps.objects.map(({ metadata: { name, ownerReferences } }) => [name, ownerReferences?.[0]?.uid]),
      [['chore-00000000-change-0', 'uid-chore']],
    );
  });

  it('keeps one of several ConfigMaps', async () => {
    const patch = randomBytes(2_000_000);
    const large = await packChange({ said: { ...SAID, patch: sha(patch) }, patch });
    assert.ok(large.length < CHANGE_MAX);
    await archive.write(large, tracked);
    assert.equal(configMaps.objects.length, 3);
    assert.deepEqual((await archive.read(session))?.patch, patch);
    await configMaps.delete({ namespace: 'team', name: 'chore-00000000-change-1' });
    await assert.rejects(archive.read(session), { code: 'Unavailable' });
  });

  it('does not take the change of an earlier session of the name', async () => {
    await archive.write(WHOLE, tracked);
    assert.equal(await archive.find({ ...session, uid: 'uid-new' }), undefined);
  });

  it('says why it keeps none', async () => {
    assert.deepEqual(await archive.write(await packNothing({ note: 'Too large.' }), tracked), { note: 'Too large.' });
    assert.match((await archive.write(Buffer.from('x'), tracked)).note ?? '', /damaged/);
    assert.deepEqual(configMaps.objects, []);
  }); // prettier-ignore

  it('leaves the ConfigMap of another owner alone, and says so', async () => {
    const other = { apiVersion: 'v1' as const, kind: 'ConfigMap' as const };
    await configMaps.create({ ...other, metadata: { namespace: 'team', name: 'chore-00000000-change-0' } });
    assert.match((await archive.write(WHOLE, tracked)).note ?? '', /another ConfigMap has the name/);
    assert.deepEqual(configMaps.objects[0]?.binaryData, undefined);
  });
});
