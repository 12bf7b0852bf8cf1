import assert from 'node:assert/strict';
import type { AgenticSession } from '../../../src/api/types.ts';
import { BgtaskError } from '../../../src/domain/errors.ts';
import { isFinished, phaseOf, taskName } from '../../../src/domain/task.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { createTask } from '../../../src/service/create-task.ts';
import { until } from '../harness/until.ts';
import { holds } from '../jobs/scripts.ts';
import { PERSON } from '../scenarios/scene.ts';
import { account } from './account.ts';
import { FaultScene } from './fault-scene.ts';
import { LOG } from './lives.ts';
import type { Witness } from './witness.ts';

const ROUNDS = 50;
const CROWD = Array.from({ length: 20 }, (_, index) => `person-${index + 1}@example.com`);
/** The quickstart's. */
const WORDS =
  'Concurrent task limit reached: You already have 1 running background task. Wait for it to complete or cancel it.';

/** As `bgtask create` does it; the task holds until it is released. */
async function create(engine: Engine, { project }: Witness, name: string): Promise<AgenticSession> {
  const repository = { url: `https://example.com/example-org/${name}`, branch: 'main' };
  const request = { project, name, repository, instructions: JSON.stringify(holds(name)) };
  const { session } = await createTask(engine, request);
  return session;
}

describe('Creates at the same moment', function () {
  this.timeout(180_000);
  let scene: FaultScene;
  let projects: [Witness, Witness];
  before(async () => {
    scene = await FaultScene.start(CROWD);
    projects = [
      await scene.project('concurrent', [PERSON, ...CROWD]),
      await scene.project('elsewhere', [PERSON]),
    ];
    await scene.operator(await scene.scene.operatorKubeconfig());
  });
  after(() => scene?.close());

  it(`run exactly one of two of one user, ${ROUNDS} times, and refuse the other in the quickstart's words`, async () => {
    // Each has connections of its own, as two command lines have.
    const [left, right] = [await scene.engine(), await scene.engine()];
    for (let round = 1; round <= ROUNDS; round++) {
      // Whether in one project or in two.
      const pair = [
        { engine: left, witness: projects[0], name: `left-${round}` },
        { engine: right, witness: projects[round % 2] ?? projects[0], name: `right-${round}` },
      ] as const;
      const outcomes = await Promise.allSettled(
        pair.map(({ engine, witness, name }) => create(engine, witness, name)),
      );
      const winner = pair[outcomes.findIndex(({ status }) => status === 'fulfilled')];
      const loser = pair[outcomes.findIndex(({ status }) => status === 'rejected')];
      assert.ok(winner && loser, `one of two runs in round ${round}: ${JSON.stringify(outcomes)}`);
      const refusals = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      );
      const [refusal] = refusals;
      assert.ok(refusal instanceof BgtaskError, String(refusal));
      assert.deepEqual([refusal.code, refusal.message], ['LimitReached', WORDS]);
      await winner.witness.becomes(winner.name, 'running', (task) => phaseOf(task) === 'Running');
      scene.kubelet.release(winner.name);
      await winner.witness.becomes(winner.name, 'its end', isFinished);
      await account(winner.witness, winner.name, { phase: 'Completed', log: LOG });
      const [refused] = loser.witness.tasks(loser.name);
      await until('the end of the refused task', 10, () => refused?.gone);
      assert.deepEqual(loser.witness.jobs(refused?.states[0]), []);
    }
  });

  it('run all of 20 of different users', async () => {
    const [witness] = projects;
    const engines = await Promise.all(CROWD.map((person) => scene.engine(person)));
    const names = CROWD.map((_, index) => `crowd-${index + 1}`);
    const created = await Promise.all(
      engines.map((engine, index) => create(engine, witness, names[index] ?? '')),
    );
    assert.deepEqual(created.map(taskName), names);
    for (const name of names)
      await witness.becomes(name, 'running beside the others', (task) => phaseOf(task) === 'Running');
    for (const name of names) scene.kubelet.release(name);
    for (const name of names) {
      await witness.becomes(name, 'its end', isFinished);
      await account(witness, name, { phase: 'Completed', log: LOG });
    }
  });
});
