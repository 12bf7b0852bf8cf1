import assert from 'node:assert/strict';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import { until } from '../harness/until.ts';
import { OperatorProcess } from './operator-process.ts';
import { PERSON, Scene } from './scene.ts';

const NARROW = 'team-narrow';
const WIDE = 'team-wide';

interface EventList {
  items: { reason: string; message: string; involvedObject: { name: string } }[];
}

describe("a project's own settings, on a real API server", function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let scene: Scene;
  let operator: OperatorProcess;

  /** Writes a project's document, and waits until the operator has taken or refused it. */
  const settings = async (project: string, text: string, answer: string): Promise<void> => {
    const before = operator.lines.filter(({ message }) => message === answer).length;
    const document = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'bgtask-config', namespace: project },
      data: { 'config.yaml': text },
    };
    await cluster.ok(['apply', '-f', '-'], { input: JSON.stringify(document) });
    await until(`the operator says "${answer}"`, 30, () => said(answer) > before);
  };
  const said = (message: string): number => operator.lines.filter((line) => line.message === message).length;
  let count = 0;
  /** Creates a task and waits for its verdict: the error, or its phase. */
  const verdict = async (project: string, ...more: string[]): Promise<string> => {
    const name = `task-${++count}`;
    const what = ['--repo', `https://example.com/example-org/${name}`, '-m', 'Upgrade it.'];
    const { code, stderr } = await scene.bgtask(PERSON, 'create', name, '-n', project, ...what, ...more);
    if (code !== 0) return stderr;
    const { status } = await scene.becomes(
      project,
      name,
      'judged',
      (task) => task.status?.phase !== undefined && task.status.phase !== 'Pending',
    );
    return status?.error ?? status?.phase ?? '';
  };

  before(async () => {
    cluster = await clusterForTests();
    scene = await Scene.install(cluster);
    await scene.settings('limits: { perUser: 0 }\nprotectedPaths: [Makefile]');
    for (const project of [NARROW, WIDE]) await scene.project(project);
    operator = await OperatorProcess.start(await scene.operatorKubeconfig(), 'operator-1');
    await operator.said('reconciling');
  });
  after(async () => {
    await operator?.end('SIGKILL');
    await scene?.close();
    await cluster?.close();
  });

  // One story: each step starts from what the one before left.
  it('hold for tasks of that project, and for no other', async () => {
    await settings(NARROW, 'deadline: { max: 600 }\nprotectedPaths: [go.mod]', 'settings taken');
    assert.match(
      await verdict(NARROW, '--timeout', '601s'),
      /Timeout 601 is not allowed here: .* to 600 seconds/,
    );
    assert.doesNotMatch(await verdict(WIDE, '--timeout', '601s'), /not allowed/);
  });

  it('reach the Job: what either protects is protected', async () => {
    assert.doesNotMatch(await verdict(NARROW, '--timeout', '300s'), /not allowed/);
    const jobs = await cluster.ok(['-n', NARROW, 'get', 'jobs', '-o', 'json']);
    const { items } = JSON.parse(jobs) as {
      items: { spec: { template: { metadata: { annotations: Record<string, string> } } } }[];
    };
    const input = JSON.parse(
      items[0]?.spec.template.metadata.annotations['ambient-code.io/input'] ?? '{}',
    ) as { protectedPaths: string[] };
    assert.deepEqual(input.protectedPaths, ['Makefile', 'go.mod']);
  });

  it('make the limit smaller for tasks of that project', async () => {
    await settings(NARROW, 'limits: { perUser: 1 }', 'settings taken');
    assert.match(await verdict(NARROW), /You already have \d+ running background task/);
    assert.doesNotMatch(await verdict(WIDE), /already/);
  });

  it('are refused where they would widen, with an event, and the last good ones stay', async () => {
    await settings(NARROW, 'runner: { image: registry.example.com/mine }', 'settings refused');
    const found = await until('an event on the ConfigMap', 30, async () => {
      const events = await cluster.ok(['-n', NARROW, 'get', 'events', '-o', 'json']);
      const { items } = JSON.parse(events) as EventList;
      return items.find(({ involvedObject }) => involvedObject.name === 'bgtask-config');
    });
    assert.equal(found.reason, 'InvalidSettings');
    assert.match(found.message, /sets runner\.image, which a project cannot narrow/);
    assert.match(await verdict(NARROW), /You already have/);
  });

  it('end with their ConfigMap', async () => {
    const before = said('settings taken');
    await cluster.ok(['-n', NARROW, 'delete', 'configmap', 'bgtask-config']);
    await until('the operator has seen it', 30, () => said('settings taken') > before);
    assert.doesNotMatch(await verdict(NARROW, '--timeout', '601s'), /not allowed|already/);
  });

  it('narrow again when the cluster’s settings change', async () => {
    await settings(NARROW, 'deadline: { max: 900 }', 'settings taken');
    const before = said('settings taken');
    await scene.settings('limits: { perUser: 0 }\ndeadline: { max: 700 }');
    await until('the operator has taken it', 30, () => said('settings taken') > before);
    assert.match(await verdict(NARROW, '--timeout', '800s'), /from 60 to 700 seconds/);
  });
});
