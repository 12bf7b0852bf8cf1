import assert from 'node:assert/strict';
import type { Exchange } from '../../support/fault-proxy/exchange.ts';
import { until } from '../harness/until.ts';
import { FaultScene, type Route } from './fault-scene.ts';
import type { KeptOperator } from './kept-operator.ts';
import { type Life, LIVES, type World } from './lives.ts';
import type { Write } from './writes.ts';

const PROJECT = 'kills';
/** Earlier ones have their writes too: what is kept no longer, say. */
const TASKS = '(?:other-)?task-\\d+';
const WRITES = LIVES.flatMap(({ writes }) => writes);

/** Every change the operator asked for, but its lease and Events: those may be lost, and no decision depends on them. */
const isWrite = ({ method, path }: Exchange): boolean =>
  method !== 'GET' && !/\/(leases|events)(\/|$)/.test(path);
const isKnown = (exchange: Exchange): boolean => WRITES.some((write) => write.of(TASKS)(exchange));

describe('An operator that is killed in the middle of a write', function () {
  this.timeout(120_000);
  let route: Route;
  let world: World;
  let operator: KeptOperator;
  let count = 0;
  const nextTask = (): string => `task-${++count}`;

  before(async () => {
    const scene = await FaultScene.start();
    const witness = await scene.project(PROJECT);
    const engine = await scene.engine();
    route = await scene.route();
    operator = await scene.operator(route.kubeconfig);
    world = { scene, witness, engine };
  });
  after(() => world?.scene.close());

  /** Lives a life, with the operator killed at this write. */
  async function killed(life: Life, write: Write, when: 'before' | 'after'): Promise<void> {
    if (write.once) await operator.restart();
    const task = nextTask();
    const { length } = operator.processes;
    const fault = when === 'before' ? ({ before: 'silence' } as const) : ({ after: 'silence' } as const);
    const rule = route.proxy.rule(write.of(task), fault, { times: 1, onMet: () => operator.kill() });
    try {
      await life.live(world, task);
      await until('the next operator', 30, () => operator.processes.length > length);
    } finally {
      rule.end();
    }
    assert.equal(operator.processes.length, length + 1, 'it was killed once');
  }

  for (const life of LIVES)
    describe(`(${life.name})`, () => {
      it('has no write of which these tests know nothing', async () => {
        const task = nextTask();
        const { record } = route.proxy;
        const { length } = record;
        await life.live(world, task);
        const writes = record.slice(length).filter(isWrite);
        assert.deepEqual(
          writes.filter((exchange) => !isKnown(exchange)),
          [],
        );
      });

      for (const write of life.writes)
        for (const when of ['before', 'after'] as const)
          it(`loses and doubles nothing ${when === 'before' ? 'just before' : 'once the API server has carried out'} ${write.name}`, () =>
            killed(life, write, when));
    });
});
