import assert from 'node:assert/strict';
import type { AgenticSession } from '../../../src/api/types.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import { OperatorProcess } from './operator-process.ts';
import { PERSON, Scene } from './scene.ts';

const PROJECT = 'my-project';
const REPO = { repos: [{ input: { url: 'https://example.com/example-org/app' } }] };

describe('a task that was applied with kubectl, without our labels', function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let scene: Scene;
  let operator: OperatorProcess;

  before(async () => {
    cluster = await clusterForTests();
    scene = await Scene.install(cluster);
    await scene.project(PROJECT);
    operator = await OperatorProcess.start(await scene.operatorKubeconfig(), 'operator-1');
    const input = scene.manifest(PROJECT, 'by-hand', REPO);
    await cluster.ok(['apply', '-f', '-'], { user: PERSON, input });
    const chat = { mode: 'interactive', autoPushOnComplete: undefined };
    await cluster.ok(['apply', '-f', '-'], { user: PERSON, input: scene.manifest(PROJECT, 'chat', chat) });
  });
  after(async () => {
    await operator?.end('SIGKILL');
    await scene?.close();
    await cluster?.close();
  });

  const bgtask = (...args: string[]): Promise<string> => scene.ok(PERSON, ...args, '-n', PROJECT);

  // One story: each step starts from what the one before left.
  it('is listed, alone and in all projects, and no interactive session beside it', async () => {
    assert.equal(await bgtask('list', '-o', 'name'), await scene.ok('admin', 'list', '-A', '-o', 'name'));
    const { items } = JSON.parse(await bgtask('list', '-o', 'json')) as { items: AgenticSession[] };
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name),
      ['by-hand'],
    );
    assert.match(await bgtask('list'), /^by-hand /m);
  });

  it('is described, and found as @latest', async () => {
    assert.match(await bgtask('describe', 'by-hand'), /by-hand/);
    assert.equal(
      await bgtask('describe', '@latest', '-o', 'name'),
      await bgtask('describe', 'by-hand', '-o', 'name'),
    );
  });

  it('is left out by a label that it lacks: -l selects on the server', async () => {
    assert.equal(await bgtask('list', '-l', 'ambient-code.io/mode=background', '-o', 'name'), '');
  });

  it('can be cancelled, waited for, and deleted', async () => {
    await bgtask('cancel', 'by-hand');
    const { code } = await scene.bgtask(PERSON, 'wait', 'by-hand', '--timeout', '60s', '-n', PROJECT);
    assert.equal(code, 6);
    assert.equal((await scene.object<AgenticSession>(PROJECT, 'as', 'by-hand'))?.status?.phase, 'Stopped');
    await bgtask('delete', '--all');
    assert.deepEqual(await scene.names(PROJECT, 'as'), ['chat']);
  });
});
