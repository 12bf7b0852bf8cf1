import assert from 'node:assert/strict';
import { LogArchive } from '../../../../../src/engine/kubernetes/jobs/logs/log-archive.ts';
import type { ConfigMapObject } from '../../../../../src/engine/kubernetes/jobs/objects.ts';
import { MemoryResource } from '../../../../operator/cluster/memory-resource.ts';

const SESSION = { namespace: 'team-a', name: 'app', uid: 'uid-of-app' };
const LABELS = { 'app.kubernetes.io/name': 'bgtask', 'app.kubernetes.io/component': 'runner' };
const URL = 'configmap://team-a/app-log-0';

describe('the archive of a log', () => {
  let configMaps: MemoryResource<ConfigMapObject>;
  let archive: LogArchive;
  beforeEach(() => {
    configMaps = new MemoryResource();
    archive = new LogArchive(configMaps);
  });

  const write = (session = SESSION, text = 'hello\n') =>
    archive.write(session, LABELS, async function* () {
      yield Buffer.from(text);
    });
  const read = async (): Promise<string> => {
    let all = '';
    for await (const piece of archive.read(SESSION, new AbortController().signal)) all += piece;
    return all;
  };

  it('is what was written, and stays when it is written again', async () => {
    assert.equal(await write(), URL);
    assert.equal(await write(), URL);
    assert.equal(await read(), 'hello\n');
    assert.equal(configMaps.objects.length, 1);
  });

  it('takes the place of an earlier session’s of the name', async () => {
    await write({ ...SESSION, uid: 'uid-of-an-earlier-one' }, 'old\n');
    assert.equal(await archive.find(SESSION), undefined);
    assert.equal(await write(), URL);
    assert.equal(await read(), 'hello\n');
  });

  it('takes the place of nothing else: whoever may make a task could have any ConfigMap removed by its name', async () => {
    const metadata = { namespace: 'team-a', name: 'app-log-0', labels: { app: 'other' } };
    await configMaps.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, binaryData: { key: 'eA==' } });
    assert.equal(await write(), undefined);
    const [left] = configMaps.objects;
    assert.deepEqual([left?.metadata.labels, left?.binaryData], [metadata.labels, { key: 'eA==' }]);
    assert.equal(configMaps.objects.length, 1);
  });
});
