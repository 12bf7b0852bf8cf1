import assert from 'node:assert/strict';
import { BgtaskError } from '../../../../../src/domain/errors.ts';
import type { ConfigMapObject } from '../../../../../src/engine/kubernetes/jobs/objects.ts';
import { type KeptLog, LogArchive } from '../../../../../src/engine/kubernetes/jobs/archive/log-archive.ts';
import { Deferred } from '../../../../support/deferred.ts';
import { MemoryResource } from '../../../../operator/cluster/memory-resource.ts';

const session = { namespace: 'team', name: 'chore-00000000', uid: 'uid-chore' };
const logOf = (text: string): KeptLog => ({
  session,
  labels: {},
  bytes: text.length,
  text: async function* () {
    yield Buffer.from(text);
  },
});

describe('the archive of logs', () => {
  let configMaps: MemoryResource<ConfigMapObject>;
  let archive: LogArchive;
  beforeEach(() => {
    configMaps = new MemoryResource();
    archive = new LogArchive(configMaps);
  });
  const soFar = (text: string) => archive.writeSoFar(logOf(text), new AbortController().signal);
  const names = () => configMaps.objects.map(({ metadata }) => metadata.name);
  async function read(): Promise<string> {
    let text = '';
    for await (const piece of archive.read(session, new AbortController().signal)) text += piece;
    return text;
  }

  it('has nothing of a session that said nothing', async () => {
    assert.equal(await archive.find(session), undefined);
    assert.equal(await read(), '');
  });

  it('shows what was kept of a log whose end was not seen', async () => {
    await soFar('one\n');
    assert.equal(await archive.find(session), 'configmap://team/chore-00000000-log-so-far-0');
    assert.equal(await read(), 'one\n');
  });

  it('takes a whole log in the place of its beginning', async () => {
    await soFar('one\n');
    assert.equal(await archive.writeInstead(logOf('one\ntwo\n')), 'configmap://team/chore-00000000-log-0');
    assert.deepEqual(names(), ['chore-00000000-log-0']);
    assert.equal(await read(), 'one\ntwo\n');
  });

  it('does not take less of a log in the place of more', async () => {
    await soFar('one\ntwo\n');
    assert.equal(await archive.writeInstead(logOf('one\n')), 'configmap://team/chore-00000000-log-so-far-0');
    assert.equal(await read(), 'one\ntwo\n');
  });

  it('loses nothing when it is cut off between the whole log and the end of its beginning', async () => {
    await soFar('one\n');
    configMaps.before = (verb) => {
      if (verb === 'delete') throw new BgtaskError('Interrupted', 'killed');
    };
    await assert.rejects(archive.writeInstead(logOf('one\ntwo\n')));
    assert.equal(await read(), 'one\ntwo\n');
    configMaps.before = () => undefined;
    assert.equal(await archive.settle(session), 'configmap://team/chore-00000000-log-0');
    assert.deepEqual(names(), ['chore-00000000-log-0']);
  });

  it('keeps more of a log that had been kept already', async () => {
    await soFar('one\n');
    await soFar('one\ntwo\n');
    assert.equal(await read(), 'one\ntwo\n');
  });

  for (const [what, bytes, most] of [
    ['of large logs packs four at once, for each takes megabytes of memory', 2_000_000, 4],
    ['of small ones packs as many as come', 20_000, 12],
  ] as const)
    it(what, async () => {
      const all = new Deferred();
      let open = 0;
      let seen = 0;
      const text = async function* () {
        seen = Math.max(seen, ++open);
        if (open === most) all.resolve();
        await all.promise;
        yield Buffer.from('a line\n');
        open--;
      };
      const written = Array.from({ length: 12 }, (_, at) =>
        archive.write({ session: { ...session, name: `chore-${at}` }, labels: {}, bytes, text }),
      );
      await Promise.all(written);
      assert.deepEqual([configMaps.objects.length, seen], [12, most]);
    });

  it('takes nothing of an earlier session of the name for this one’s', async () => {
    await soFar('one\n');
    assert.equal(await archive.find({ ...session, uid: 'uid-later' }), undefined);
  });

  it('takes the place of an earlier session’s of the name', async () => {
    await archive.write({ ...logOf('old\n'), session: { ...session, uid: 'uid-earlier' } });
    assert.equal(await archive.find(session), undefined);
    assert.equal(await archive.write(logOf('new\n')), 'configmap://team/chore-00000000-log-0');
    assert.equal(await read(), 'new\n');
  });

  it('takes the place of nothing else: otherwise a user who may create tasks could have any ConfigMap removed by its name', async () => {
    const metadata = { namespace: 'team', name: 'chore-00000000-log-0', labels: { app: 'other' } };
    await configMaps.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, binaryData: { key: 'eA==' } });
    assert.equal(await archive.write(logOf('one\n')), undefined);
    await soFar('one\n');
    assert.equal(
      await archive.writeInstead(logOf('one\ntwo\n')),
      'configmap://team/chore-00000000-log-so-far-0',
    );
    const left = configMaps.objects.find(({ metadata: { name } }) => name === metadata.name);
    assert.deepEqual([left?.metadata.labels, left?.binaryData], [metadata.labels, { key: 'eA==' }]);
  });
});
