import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LogFollowers } from '../../../../../src/engine/kubernetes/jobs/logs/log-followers.ts';
import { SpoolSpace } from '../../../../../src/engine/kubernetes/jobs/logs/spool.ts';
import type { PodObject } from '../../../../../src/engine/kubernetes/jobs/objects.ts';
import { resource } from '../../../../../src/engine/kubernetes/client/resource.ts';
import { Deferred } from '../../../../support/deferred.ts';
import { clientFor, serve, type Served } from '../../client/server.ts';

const MIB = 1_048_576;
const SESSION = { namespace: 'team-a', name: 'chore-00000000' };
const PODS = { group: '', version: 'v1', plural: 'pods', namespaced: true };
const STAMP = '2026-01-01T00:00:00.000000000Z';

/** A pod of which these containers have ended and this one runs. */
const pod = (ended: readonly string[], running?: string): PodObject => {
  const ofState = (name: string) => ({
    name,
    state: ended.includes(name)
      ? { terminated: { exitCode: 0 } }
      : name === running
        ? { running: { startedAt: STAMP } }
        : { waiting: {} },
  });
  return {
    metadata: { namespace: 'team-a', name: 'chore-00000000-job-x', uid: 'uid-of-pod' },
    status: {
      phase: running ? 'Running' : 'Succeeded',
      initContainerStatuses: ['clone', 'work'].map(ofState),
      containerStatuses: [ofState('publish')],
    },
  };
};

/** Lines without an end. */
function* flood(): Generator<string> {
  const piece = `${STAMP} ${'y'.repeat(1000)}\n`.repeat(1000);
  for (;;) yield piece;
}

describe('following a pod’s log', () => {
  let server: Served;
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'bgtask-logs-'))));
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('ends where a stage wrote more than it may, and goes on with the next', async () => {
    const ended = new Deferred();
    server = await serve((response, { url }) => {
      const container = url.searchParams.get('container');
      if (container !== 'work') return void response.end(`${STAMP} ${container} speaks\n`);
      response.once('close', () => ended.resolve());
      pipeline(Readable.from(flood()), response).catch(() => undefined);
    });
    const followers = new LogFollowers({
      pods: resource<PodObject>(clientFor(server.url), PODS),
      spool: { folder, limits: { head: MIB, tail: MIB }, space: new SpoolSpace(100 * MIB) },
      stageBytes: (project) => (project === SESSION.namespace ? MIB : 0),
      streams: 1,
      onNews: () => undefined,
      times: { told: 50, stalled: 1000, silent: 10_000, backoff: 1 },
    });
    followers.update(SESSION, { pod: pod(['clone'], 'work'), gone: false });
    await ended.promise;
    followers.update(SESSION, { pod: pod(['clone', 'work', 'publish']), gone: false });
    const log = await followers.whole('uid-of-pod', 10_000);
    let text = '';
    for await (const bytes of log?.read() ?? []) text += bytes.toString();
    await followers.close();
    assert.match(text, /^clone speaks\ny+/);
    assert.match(text, /y\n\n?\[log cut: this stage wrote more than it may\]\npublish speaks\n$/);
  });
});
