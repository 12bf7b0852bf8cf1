import assert from 'node:assert/strict';
import type { Exchange } from '../../support/fault-proxy/exchange.ts';
import type { Fault } from '../../support/fault-proxy/fault-proxy.ts';
import { FaultScene, type Route } from './fault-scene.ts';
import type { KeptOperator } from './kept-operator.ts';
import { type Life, LIVES, type World } from './lives.ts';
import type { Write } from './writes.ts';

const textOf = ({ method, path, body }: Exchange): string => `${method} ${path} ${JSON.stringify(body)}`;

/** What an API server that is in trouble does to a request, and how often in a row. */
const FAULTS: readonly [words: string, fault: Fault, times: number][] = [
  ['is answered 429 and asked to wait', { status: 429, retryAfter: 1 }, 1],
  ['is answered 500 three times', { status: 500 }, 3],
  ['is cut off before it is carried out', { before: 'cut' }, 1],
  ['is carried out, and its answer is lost', { after: 'cut' }, 1],
];
const SILENT: readonly Fault[] = [{ before: 'silence' }, { after: 'silence' }];
const [WELL, CANCELLED] = LIVES as [Life, Life];
const writesOf = ({ writes }: Life): Write[] => writes.filter(({ once }) => !once);
const CASES = writesOf(WELL).flatMap((write) => SILENT.map((fault) => ({ write, fault })));
const CROWD = CASES.map((_, index) => `person-${index + 1}`);

describe('An API server in trouble', function () {
  this.timeout(120_000);
  let route: Route;
  let world: World;
  let operator: KeptOperator;
  let count = 0;

  before(async () => {
    const scene = await FaultScene.start(CROWD);
    const witness = await scene.project('trouble', [...CROWD, 'alice']);
    world = { scene, witness, engine: await scene.engine('alice') };
    route = await scene.route();
    operator = await scene.operator(route.kubeconfig);
  });
  after(() => world?.scene.close());
  afterEach(() => assert.deepEqual(operator.codes, [], 'the operator is the one of the beginning'));

  for (const life of [WELL, CANCELLED])
    for (const write of writesOf(life))
      for (const [words, fault, times] of FAULTS)
        it(`loses and doubles nothing of ${life.name} when ${write.name} ${words}`, async () => {
          const task = `task-${++count}`;
          const rule = route.proxy.rule(write.of(task), fault, { times });
          const met = rule.met.then(({ at }) => at);
          await life.live(world, task);
          rule.end();
          const at = await met;
          if (!('retryAfter' in fault)) return;
          const again = route.proxy.record.find((one) => one.at > at && write.of(task)(one));
          assert.ok(again && again.at - at >= 1000, 'the wait that it was asked for');
        });

  it('loses and doubles nothing of tasks of whose writes one is never answered, carried out or not', async () => {
    await Promise.all(
      CASES.map(async ({ write, fault }, index) => {
        const task = `silent-${index + 1}`;
        const engine = await world.scene.engine(CROWD[index]);
        const { met } = route.proxy.rule(write.of(task), fault, { times: 1 });
        await Promise.all([WELL.live({ ...world, engine }, task), met]);
      }),
    );
  });

  it('loses and doubles nothing when it asks all clients to wait', async () => {
    const task = `task-${++count}`;
    const rule = route.proxy.rule(({ path }) => !path.includes('/leases'), { status: 429, retryAfter: 1 });
    const lived = WELL.live(world, task);
    const { at } = await rule.met;
    await route.proxy.nth(({ path }) => !path.includes('/leases'), 3);
    rule.end();
    await lived;
    const refused = route.proxy.record.filter((one) => one.at >= at && one.status === 429);
    for (const text of new Set(refused.map(textOf))) {
      const times = refused.filter((one) => textOf(one) === text).map((one) => one.at);
      for (const [index, time] of times.entries())
        assert.ok(index === 0 || time - (times[index - 1] ?? 0) >= 1000, `${text} came back too soon`);
    }
  });
});
