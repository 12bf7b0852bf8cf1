import assert from 'node:assert/strict';
import { isFinished } from '../../../src/domain/task.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { until } from '../harness/until.ts';
import { holds } from '../jobs/scripts.ts';
import { account } from './account.ts';
import { FaultScene, type Route } from './fault-scene.ts';
import type { KeptOperator } from './kept-operator.ts';
import { LOG } from './lives.ts';
import type { Witness } from './witness.ts';
import { phase } from './writes.ts';

const PEOPLE = ['alice', 'bob'];

/** What an operator's writes since then were that reached the API server. */
const writtenSince = ({ proxy }: Route, began: number): string[] =>
  proxy.record
    .filter(({ at, sent, method }) => at >= began && sent && method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);

describe('Two operators', function () {
  this.timeout(120_000);
  let scene: FaultScene;
  let witness: Witness;
  let engines: Engine[];
  beforeEach(async () => {
    scene = await FaultScene.start();
    witness = await scene.project('leaders', PEOPLE);
    engines = await Promise.all(PEOPLE.map((person) => scene.engine(person)));
  });
  afterEach(() => scene?.close());

  /** A task of the given user; it holds until it is released. */
  async function begin(person: number, name: string): Promise<void> {
    const engine = engines[person] ?? assert.fail();
    await scene.create(engine, { project: witness.project, name, script: holds(name) });
  }
  async function pair(): Promise<{ first: KeptOperator; route: Route; second: KeptOperator }> {
    const [route, other] = [await scene.route(), await scene.route()];
    const first = await scene.operator(route.kubeconfig, { pod: 'first' });
    const second = await scene.operator(other.kubeconfig, { pod: 'second', leads: false });
    return { first, route, second };
  }
  /** The end of tasks, one of which began under each of two leaders. */
  async function end(...names: string[]): Promise<void> {
    for (const name of names) scene.kubelet.release(name);
    for (const name of names) {
      await witness.becomes(name, 'its end', isFinished);
      await account(witness, name, { phase: 'Completed', log: LOG });
    }
  }

  it('take over from each other when the leader hangs, which writes nothing more when it wakes', async () => {
    const { first, route, second } = await pair();
    await begin(0, 'before');
    await witness.becomes('before', 'progress 50', ({ status }) => status?.progress === 50);
    const hung = first.now;
    hung.signal('SIGSTOP');
    const began = performance.now();
    // What it finds when it wakes, as if no operator had looked at it.
    await begin(1, 'meanwhile');
    await second.now.said('reconciling');
    await witness.becomes('meanwhile', 'progress 50', ({ status }) => status?.progress === 50);
    scene.kubelet.release('before');
    await witness.becomes('before', 'its end', isFinished);
    hung.signal('SIGCONT');
    assert.equal(await hung.ended(), 1, 'it ends, so that it starts again');
    await until('its successor', 30, () => first.now !== hung);
    assert.deepEqual(writtenSince(route, began), []);
    await end('before', 'meanwhile');
    assert.ok(!first.now.lines.some(({ message }) => message === 'leading'), 'it stands by');
  });

  it('take over from each other when the leader loses its network, whose last writes are not made up for later', async () => {
    const { first, route, second } = await pair();
    const cutOff = first.now;
    const lost = route.proxy.nth(phase('Running').of('before')).then(({ at }) => {
      route.proxy.disconnect();
      return at;
    });
    await begin(0, 'before');
    const began = await lost;
    await begin(1, 'meanwhile');
    await second.now.said('reconciling');
    await witness.becomes('before', 'progress 50', ({ status }) => status?.progress === 50);
    assert.equal(first.codes[0], 1, 'it has ended before another one leads');
    route.proxy.reconnect();
    await end('before', 'meanwhile');
    assert.ok(!cutOff.lines.some(({ message }) => message === 'controller failed'));
    assert.deepEqual(writtenSince(route, began), []);
  });
});
