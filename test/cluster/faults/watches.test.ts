import assert from 'node:assert/strict';
import { isFinished, phaseOf } from '../../../src/domain/task.ts';
import { isWatch } from '../../support/fault-proxy/exchange.ts';
import { until } from '../harness/until.ts';
import { holds } from '../jobs/scripts.ts';
import { PERSON } from '../scenarios/scene.ts';
import { account } from './account.ts';
import { FaultScene, type Route } from './fault-scene.ts';
import type { KeptOperator } from './kept-operator.ts';
import { LOG } from './lives.ts';
import type { Witness } from './witness.ts';

const WATCHED = ['agenticsessions', 'jobs', 'pods', 'configmaps', 'resourcequotas'];
/** Seconds after which the operator of these tests takes a silent watch for dead. */
const SILENCE = 3;

describe('The operator’s watches', function () {
  this.timeout(120_000);
  let scene: FaultScene;
  let witness: Witness;
  let route: Route;
  let operator: KeptOperator;
  let count = 0;
  before(async () => {
    scene = await FaultScene.start();
    witness = await scene.project('watches', [PERSON]);
    route = await scene.route();
    operator = await scene.operator(route.kubeconfig, {
      env: { BGTASK_WATCH_SILENCE_SECONDS: String(SILENCE) },
    });
  });
  after(() => scene?.close());
  afterEach(() => assert.deepEqual(operator.codes, [], 'the operator is the one of the beginning'));

  /** A task that has come to its 50 %, and its name. */
  async function begin(): Promise<string> {
    const name = `task-${++count}`;
    await scene.create(await scene.engine(), { project: witness.project, name, script: holds(name) });
    await witness.becomes(name, 'progress 50', ({ status }) => status?.progress === 50);
    return name;
  }
  async function end(name: string): Promise<void> {
    await witness.becomes(name, 'its end', isFinished);
    await account(witness, name, { phase: 'Completed', log: LOG });
  }
  const breakWatch = (plural: string): Promise<unknown> =>
    until(`a watch of ${plural} to break`, 30, () => route.proxy.breakStreams(isWatch(plural)) > 0);

  for (const plural of WATCHED)
    it(`see what changes while that of ${plural} is broken in mid-stream`, async () => {
      const name = await begin();
      const opened = route.proxy.nth(isWatch(plural));
      await breakWatch(plural);
      scene.kubelet.release(name);
      await opened;
      await end(name);
    });

  it('see what changes although every new one is cut off, too, twelve times', async () => {
    const name = await begin();
    const rule = route.proxy.rule(isWatch(), { before: 'cut' }, { times: 12 });
    for (const plural of WATCHED) await breakWatch(plural);
    scene.kubelet.release(name);
    await rule.met;
    await end(name);
    rule.end();
  });

  it('see what changed while they were stalled, open and silent', async () => {
    const name = await begin();
    const stalled = await until('all watches', 30, () => {
      const number = route.proxy.stallStreams(isWatch());
      return number >= WATCHED.length ? number : undefined;
    });
    assert.equal(stalled, WATCHED.length);
    const opened = WATCHED.map((plural) => route.proxy.nth(isWatch(plural)));
    scene.kubelet.release(name);
    await until('the end of its pod', 30, () =>
      witness.pods(witness.task(name)).every(({ states }) => states.at(-1)?.status?.phase === 'Succeeded'),
    );
    const before = witness.task(name);
    assert.ok(before && phaseOf(before) === 'Running', 'its end has not been seen yet');
    await Promise.all(opened);
    await end(name);
  });

  it('see a task that was made while they were stalled', async () => {
    await until('all watches', 30, () => route.proxy.stallStreams(isWatch()) >= WATCHED.length);
    const name = await begin();
    scene.kubelet.release(name);
    await end(name);
  });
});
