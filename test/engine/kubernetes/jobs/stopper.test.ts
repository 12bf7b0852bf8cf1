import assert from 'node:assert/strict';
import { jobResources } from '../../../../src/engine/kubernetes/jobs/direct-reads.ts';
import { Stopper } from '../../../../src/engine/kubernetes/jobs/stopper.ts';
import { clientFor, reply, serve } from '../client/server.ts';
import { job } from './recorded.ts';

const LIMIT = 3600;

/** What is asked of the API server when a Job is stopped so many seconds after its own deadline; undefined for a Job that never began. */
async function stopAfter(over: number | undefined): Promise<{ asked: string[]; kept: number }> {
  const server = await serve((response) => reply(response, 200, {}));
  const client = clientFor(server.url);
  const startTime =
    over === undefined ? undefined : new Date(Date.now() - (LIMIT + over) * 1000).toISOString();
  let kept = 0;
  try {
    const tracked = {
      session: { namespace: 'example', name: 'task-12345678' },
      job: job({ active: 1, startTime }, { spec: { activeDeadlineSeconds: LIMIT } }),
      jobGone: false,
      pods: [],
    };
    await new Stopper(jobResources(client)).stop(tracked, undefined, async () => {
      kept++;
    });
    return { asked: server.requests.map(({ method, body }) => `${method} ${body}`), kept };
  } finally {
    client.close();
    await server.close();
  }
}

describe('the stopper of Jobs', () => {
  const ROWS: [over: number | undefined, what: string][] = [
    [undefined, 'that never began'],
    [-60, 'a minute before its deadline'],
    [60, 'a minute after its deadline, when the Job controller had its time'],
  ];
  for (const [over, what] of ROWS)
    it(`suspends a Job ${what}, after its log was kept`, async () => {
      const { asked, kept } = await stopAfter(over);
      assert.equal(asked.length, 1);
      assert.match(asked[0] ?? '', /^PATCH .*"suspend":true/);
      assert.equal(kept, 1);
    });

  it('leaves a Job alone that its own deadline ends in these seconds: what it says then is the better word', async () => {
    assert.deepEqual(await stopAfter(4), { asked: [], kept: 0 });
  });
});
