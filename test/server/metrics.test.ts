import assert from 'node:assert/strict';
import { CallerNames } from '../../src/server/caller-names.ts';
import { openServed, type Served } from './served.ts';

const TASKS = '/api/projects/team/background-tasks';

describe('the metrics of the server', () => {
  let served: Served;
  let address: string;
  before(async () => {
    served = await openServed({ metricsPort: 0 });
    const { port } = await served.logged(({ message }) => message === 'metrics are served');
    address = `http://127.0.0.1:${String(port)}`;
  });
  after(() => served.close());

  it('count requests by method, route and status, whatever callers put in their addresses', async () => {
    await served.client.call('GET', TASKS);
    await served.client.open('GET', `${TASKS}/no-such-task`);
    await served.client.open('GET', `/no-such-page-${'x'.repeat(50)}`);
    await served.logged((line) => String(line['path']).startsWith('/no-such-page'));
    const lines = (await (await fetch(`${address}/metrics`)).text()).split('\n');
    const route = '/api/projects/{project}/background-tasks';
    for (const line of [
      `bgtask_http_requests_total{method="GET",route="${route}",code="200"} 1`,
      `bgtask_http_requests_total{method="GET",route="${route}/{name}",code="404"} 1`,
      'bgtask_http_requests_total{method="GET",route="",code="404"} 1',
      `bgtask_http_request_duration_seconds_count{method="GET",route="${route}"} 1`,
      'bgtask_http_requests_under_way 0',
      `bgtask_build_info{version="1.2.3",node="${process.versions.node}"} 1`,
    ])
      assert.ok(
        lines.includes(line),
        `${line} is missing in\n${lines.filter((each) => /http_/.test(each)).join('\n')}`,
      );
  });

  it('are not on the port of the API', async () => {
    assert.equal((await served.client.open('GET', '/metrics')).status, 404);
    assert.equal((await fetch(`${address}${TASKS}`)).status, 404);
  });
});

/** An engine that counts how often it is asked. */
const engine = (answer: () => Promise<{ userId: string }>) => {
  const asked = { times: 0 };
  const whoAmI = (): Promise<{ userId: string }> => {
    asked.times++;
    return answer();
  };
  return { asked, whoAmI };
};
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the names of callers', () => {
  const NOW = new Date('2026-01-01T00:00:00Z');
  const later = (ms: number): Date => new Date(NOW.getTime() + ms);
  it('are asked once in ten minutes', async () => {
    const names = new CallerNames();
    const kim = engine(() => Promise.resolve({ userId: 'kim@example.com' }));
    names.learn('a', kim, NOW);
    assert.equal(names.nameOf('a'), undefined);
    names.learn('a', kim, NOW);
    await settled();
    assert.deepEqual(
      [names.nameOf('a'), names.nameOf('b'), kim.asked.times],
      ['kim@example.com', undefined, 1],
    );
    names.learn('a', kim, later(599_000));
    assert.equal(kim.asked.times, 1);
    names.learn('a', kim, later(601_000));
    assert.equal(kim.asked.times, 2);
  });

  it('a caller whom the API server refuses stays without a name, and is asked about again after ten seconds', async () => {
    const names = new CallerNames();
    const refused = engine(() => Promise.reject(new Error('Unauthorized')));
    for (const [at, times] of [
      [0, 1],
      [9000, 1],
      [11_000, 2],
    ] as const) {
      names.learn('a', refused, later(at));
      await settled();
      assert.deepEqual([names.nameOf('a'), refused.asked.times], [undefined, times]);
    }
  });

  it('many callers take a bounded amount of memory', async () => {
    const names = new CallerNames();
    const kim = engine(() => Promise.resolve({ userId: 'kim@example.com' }));
    for (let at = 0; at < 1001; at++) names.learn(`caller-${at}`, kim, NOW);
    await settled();
    assert.equal(names.nameOf('caller-0'), undefined);
    assert.equal(names.nameOf('caller-1000'), 'kim@example.com');
  });
});
