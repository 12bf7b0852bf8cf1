import assert from 'node:assert/strict';
import { sessionName } from '../../../src/api/names.ts';
import { isFinished } from '../../../src/domain/task.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { until } from '../harness/until.ts';
import { holds, PASSES } from '../jobs/scripts.ts';
import type { Script } from '../jobs/pretend-kubelet.ts';
import { account } from './account.ts';
import { FaultScene } from './fault-scene.ts';
import type { KeptOperator } from './kept-operator.ts';
import { LOG } from './lives.ts';
import type { Witness } from './witness.ts';

const at50 = (witness: Witness, name: string) =>
  witness.becomes(name, 'progress 50', ({ status }) => status?.progress === 50);

describe('Projects', function () {
  this.timeout(120_000);
  let scene: FaultScene;
  let engine: Engine;
  let operator: KeptOperator;
  before(async () => {
    scene = await FaultScene.start();
    engine = await scene.engine();
    operator = await scene.operator(await scene.scene.operatorKubeconfig());
  });
  after(() => scene?.close());
  afterEach(() => assert.deepEqual(operator.codes, [], 'the operator is the one of the beginning'));

  const create = ({ project }: Witness, name: string, script: Script = holds(name), spec: object = {}) =>
    scene.create(engine, { project, name, script, spec });
  async function end(witness: Witness, name: string): Promise<void> {
    scene.kubelet.release(name);
    await witness.becomes(name, 'its end', isFinished);
    await account(witness, name, { phase: 'Completed', log: LOG });
  }
  /** What the operator logged of a task last. */
  const lastOf = (key: string) => operator.now.lines.findLast((line) => line['key'] === key);

  it('that are deleted while a task runs leave nothing to do, and one of the name that is made again works', async () => {
    const first = await scene.project('passing');
    await create(first, 'running');
    await at50(first, 'running');
    await scene.cluster.ok(['delete', 'namespace', 'passing', '--wait=true', '--timeout=60s']);
    const key = `passing/${sessionName('passing', 'running')}`;
    await until('the last pass', 60, () => ['gone', 'remove-orphan'].includes(String(lastOf(key)?.['rule'])));
    const again = await scene.project('passing');
    await create(again, 'later');
    await at50(again, 'later');
    await end(again, 'later');
  });

  it('have tasks of one name that have nothing to do with each other', async () => {
    const [one, other] = [await scene.project('one'), await scene.project('other')];
    await create(one, 'same');
    await at50(one, 'same');
    await create(other, 'same', PASSES, { queue: true });
    await other.becomes(
      'same',
      'in line',
      ({ status }) => status?.currentPhase?.startsWith('Waiting in line') ?? false,
    );
    const { metadata } = other.task('same') ?? assert.fail();
    await engine.store.delete('AgenticSession', metadata);
    await until('its end', 30, () => other.task('same') === undefined);
    await end(one, 'same');
    await create(other, 'same', PASSES);
    await other.becomes('same', 'the end of the second', ({ status }) => status?.phase === 'Completed');
  });

  it('have tasks whose logs hold anything', async () => {
    const witness = await scene.project('odd');
    const lines = ['a\u0000b', '\ud800 half of a pair', '\u001b[31mred', '\ufeff\u202e', 'x'.repeat(4000)];
    await create(witness, 'odd', {
      ...PASSES,
      work: { ...PASSES.work, lines: [...PASSES.work.lines, ...lines] },
    });
    const { status } = await witness.becomes('odd', 'its end', isFinished);
    assert.equal(status?.phase, 'Completed', status?.error);
    await witness.becomes('odd', 'its archived log', (task) => task.status?.logArchive !== undefined);
    assert.match(
      witness.archives(witness.task('odd'))[0] ?? '',
      /a\0b\n\ufffd half of a pair\n\u001b\[31mred\n/,
    );
  });

  it('have tasks with as many annotations as an object can hold', async () => {
    const witness = await scene.project('annotated');
    const { metadata } = await create(witness, 'annotated');
    await at50(witness, 'annotated');
    const annotations = { 'example.com/notes': 'x'.repeat(250_000) };
    await engine.store.patch('AgenticSession', metadata, { metadata: { annotations } });
    await end(witness, 'annotated');
  });
});
