import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { packed } from '../../../../../src/engine/kubernetes/jobs/archive/pack-log.ts';
import { PodLog } from '../../../../../src/engine/kubernetes/jobs/logs/pod-log.ts';
import { Spool, SpoolSpace } from '../../../../../src/engine/kubernetes/jobs/logs/spool.ts';

const text = async (one: { read(): AsyncIterable<Buffer> }): Promise<string> =>
  (await buffer(one.read())).toString();

describe('the spool of a log', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'bgtask-spool-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const spool = (space = new SpoolSpace(1_000_000)) =>
    new Spool(join(folder, 'a'), { head: 10, tail: 8 }, space);
  it('loses what the disk loses, without an error', async () => {
    const one = spool();
    one.write(Buffer.from('0123456789abcdefgh'));
    rmSync(folder, { recursive: true });
    for (const piece of ['ijklmnop', 'qrstuvwx', 'y']) one.write(Buffer.from(piece));
    assert.match(await text(one), /bytes of log left out here/);
    one.remove();
    mkdirSync(folder);
  });
  const CASES: [string, string[], string][] = [
    ['nothing', [], ''],
    ['what fits its beginning', ['0123', '456789'], '0123456789'],
    [
      'what fits its beginning and its end',
      ['0123456789', 'abcdefgh', 'ijklmnop'],
      '0123456789abcdefghijklmnop',
    ],
    [
      'a beginning and the newest end',
      ['0123456789', 'abcdefgh', 'ijklmnop', 'q'],
      '0123456789\n[8 bytes of log left out here]\nijklmnopq',
    ],
    [
      'one piece larger than all of it',
      ['0123456789abcdefghijklmnopqrstuvwxyz'],
      '0123456789\n[18 bytes of log left out here]\nstuvwxyz',
    ],
  ];
  for (const [name, pieces, kept] of CASES)
    it(`keeps ${name}`, async () => {
      const one = spool();
      for (const piece of pieces) one.write(Buffer.from(piece));
      assert.equal(await text(one), kept);
      one.remove();
      assert.deepEqual(readdirSync(folder), [], 'files are left');
    });

  it('gives back the space that it took', () => {
    const space = new SpoolSpace(30);
    for (let count = 0; count < 10; count++) {
      const one = spool(space);
      for (let piece = 0; piece < 10; piece++) one.write(Buffer.from('01234567'));
      one.remove();
    }
    assert.ok(space.take(30));
  });
  it('says what it left out when there is no space for it', async () => {
    const one = spool(new SpoolSpace(4));
    one.write(Buffer.from('0123'));
    one.write(Buffer.from('4567'));
    assert.equal(await text(one), '0123\n[4 bytes of log left out here]\n');
  });

  it('holds the newest events, the end of the log, and all of it on disk', async () => {
    const log = new PodLog('uid', {
      folder,
      limits: { head: 100_000, tail: 1000 },
      space: new SpoolSpace(1_000_000),
    });
    assert.equal(
      log.push('clone', Buffer.from('a\n##bgtask {"progress":20,"phase":"Repository cloned"}\nb')),
      'step',
    );
    log.end('clone');
    assert.equal(log.push('work', Buffer.from(`${'x'.repeat(20_000)}\n`)), 'text');
    assert.equal(log.push('work', Buffer.from('##bgtask {"progress":10,"usage":{"turns":3}}\n')), 'text');
    const { logTail, ...event } = log.live;
    assert.deepEqual(event, { progress: 20, phase: 'Repository cloned', usage: { turns: 3 } });
    assert.equal(logTail.length, 10_240);
    assert.equal(await text(log), `a\nb\n${'x'.repeat(20_000)}\n`);
  });
});

const repeat = (bytes: Buffer, times: number) =>
  async function* () {
    for (let count = 0; count < times; count++) yield bytes;
  };

describe('packing a log', () => {
  it('keeps all of a log that fits', async () => {
    const line = Buffer.from('a line of a log\n');
    assert.equal(
      gunzipSync(await packed(repeat(line, 1000), 10_000)).toString(),
      line.toString().repeat(1000),
    );
  });
  it('keeps the beginning and the end of one that does not, and says what is missing', async () => {
    const noise = Array.from({ length: 100 }, () => randomBytes(3000));
    const bytes = await packed(async function* () {
      yield Buffer.from('the beginning\n');
      yield* noise;
      yield Buffer.from('the end\n');
    }, 50_000);
    const text = gunzipSync(bytes).toString('latin1');
    assert.ok(bytes.length <= 50_000 && bytes.length > 25_000, `${bytes.length} bytes`);
    assert.match(text, /^the beginning\n[^]*\n\[\d+ bytes of log left out here\]\n[^]*the end\n$/);
  });
});
