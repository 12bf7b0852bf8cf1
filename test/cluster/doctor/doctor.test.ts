import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import { until } from '../harness/until.ts';
import { NAMESPACE, PERSON } from '../scenarios/scene.ts';
import { Bedside, IMAGE, PROJECT } from './bedside.ts';
import { CRD, FIELD, patch, WOUNDS } from './wounds.ts';
import { UNSEEN } from '../../service/doctor/unseen.ts';

describe('bgtask doctor, on a real API server', function () {
  this.timeout(600_000);
  let cluster: Cluster;
  let bedside: Bedside;
  const folder = mkdtempSync(join(tmpdir(), 'bgtask-doctor-'));

  before(async () => {
    cluster = await clusterForTests();
    assert.ok(
      cluster.controllers,
      'without controllers no Deployment ever has a pod: unset KUBEBUILDER_ASSETS',
    );
    bedside = await Bedside.prepare(cluster, folder);
  });
  after(async () => {
    await bedside?.close();
    await cluster.close();
    rmSync(folder, { recursive: true });
  });

  const isWell = async (): Promise<void> => {
    const { code, found } = await bedside.examine();
    assert.deepEqual(
      found.filter(({ level }) => level !== 'ok'),
      [],
    );
    assert.equal(code, 0);
  };

  it('finds everything well after an installation, and says what is there', async () => {
    await isWell();
    assert.match((await bedside.about('cluster')).message, /Kubernetes v1\.\d+/);
    assert.match((await bedside.about('user')).message, /^admin/);
    assert.match((await bedside.about('operator')).message, /^operator-1 holds the lease/);
    assert.ok((await bedside.about('deployment')).message.endsWith(IMAGE));
  });

  for (const { what, by, subject, level, message, pods } of WOUNDS)
    it(`misses ${what} when it is gone, and the command it prints brings it back`, async () => {
      await cluster.ok(by);
      await until(
        `the loss of ${what} is seen`,
        30,
        async () => (await bedside.about(subject)).level !== 'ok',
      );
      const finding = await bedside.about(subject);
      assert.equal(finding.level, level, finding.message);
      assert.match(finding.message, message);
      assert.equal((await bedside.examine()).code, level === 'problem' ? 1 : 0);
      await bedside.follow(finding);
      if (pods) await bedside.playKubelet();
      await isWell();
    });

  it('says which binding gives a user the missing rights, and that gives them', async () => {
    const before = await bedside.about('task rights', 'bob');
    assert.equal(before.level, 'problem');
    assert.match(
      before.message,
      /^bob may not get, list, watch, create, patch, delete tasks in project team-a/,
    );
    assert.equal((await bedside.about('log rights', 'bob')).level, 'warning');
    await bedside.follow(before);
    const { code, found } = await bedside.examine('bob');
    assert.equal(code, 0);
    for (const { subject, level } of found)
      if (subject.endsWith('rights')) assert.equal(level, 'ok', subject);
  });

  it('says to a user without rights in the cluster what could not be looked at, and calls nothing of it missing', async () => {
    const { code, found } = await bedside.examine(PERSON);
    assert.equal(code, 0);
    const unseen = found.filter(({ level }) => level !== 'ok');
    assert.deepEqual(
      unseen.map(({ subject }) => subject),
      // Every user may look for the project's own settings.
      UNSEEN.filter((subject) => subject !== 'own settings'),
    );
    for (const finding of unseen) {
      assert.match(finding.message, /^could not look: .*forbidden/);
      assert.equal(finding.fix, 'A user with more rights can');
      await bedside.follow(finding);
    }
    // Every user is told of the kinds.
    for (const kind of ['agenticsessions', 'tasktemplates'])
      assert.match(
        found.find(({ subject }) => subject === kind)?.message ?? '',
        /every field of this release/,
      );
  });

  it('says that a project is missing, and the command makes it', async () => {
    const before = await bedside.about('project', 'admin', '-n', 'team-new');
    assert.equal(before.level, 'problem');
    await bedside.follow(before);
    assert.equal((await bedside.about('project', 'admin', '-n', 'team-new')).level, 'ok');
  });

  it('names what is wrong in the settings, and is well when that is corrected', async () => {
    await bedside.scene.settings('limits: { perUser: many }');
    const finding = await bedside.about('settings');
    assert.equal(finding.level, 'problem');
    assert.match(finding.message, /limits\.perUser/);
    await bedside.scene.settings('limits: { perUser: 2 }');
    await isWell();
  });

  it('says that a Job cannot have the image', async () => {
    const labels = { 'ambient-code.io/mode': 'background', 'app.kubernetes.io/component': 'runner' };
    const container = {
      name: 'clone',
      image: 'registry.example.com/none:1',
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    };
    const securityContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
    const spec = {
      securityContext,
      initContainers: [container],
      containers: [{ ...container, name: 'publish' }],
    };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'stuck', namespace: PROJECT, labels },
      spec,
    };
    await cluster.ok(['create', '-f', '-'], { input: JSON.stringify(pod) });
    const state = { waiting: { reason: 'ErrImagePull', message: 'no such image' } };
    const status = {
      initContainerStatuses: [{ ...container, imageID: '', ready: false, restartCount: 0, state }],
    };
    await cluster.ok(['-n', PROJECT, ...patch('pod', 'stuck', { status }, '--subresource=status')]);
    const finding = await bedside.about('runner image');
    assert.equal(finding.level, 'problem');
    assert.match(finding.message, /the pod stuck cannot have registry\.example\.com\/none:1: no such image/);
    await cluster.ok(['-n', PROJECT, 'delete', 'pod', 'stuck', '--force']);
    await isWell();
  });

  it('says that the lease is not held when the operator has ended, and is well when it is back', async () => {
    await bedside.stopOperator();
    const finding = await bedside.about('operator');
    assert.equal(finding.level, 'problem');
    assert.match(finding.message, /is not held by any operator/);
    assert.match(await bedside.follow(finding), /bgtask-operator/);
    await bedside.startOperator();
    await isWell();
  });

  it('says that a lease is stale when its holder died', async () => {
    await bedside.stopOperator();
    const spec = { holderIdentity: 'ghost', renewTime: '2026-01-31T12:00:00.000000Z' };
    await cluster.ok(['-n', NAMESPACE, ...patch('lease', 'bgtask-operator', { spec }, '--type=merge')]);
    const { level, message } = await bedside.about('operator');
    assert.equal(level, 'problem');
    assert.match(message, /has not been renewed by ghost since 2026-01-31T12:00:00/);
  });

  it("says that the kind is another program's", async () => {
    await cluster.ok(
      patch(
        'crd',
        CRD,
        [
          { op: 'remove', path: `${FIELD}/x-kubernetes-validations` },
          { op: 'move', from: `${FIELD}/properties/prompt`, path: `${FIELD}/properties/question` },
        ],
        '--type=json',
      ),
    );
    const finding = await bedside.about('agenticsessions');
    assert.equal(finding.level, 'problem');
    assert.match(finding.message, /another program's: it has no spec\.prompt/);
    assert.match(await bedside.follow(finding), /kind: CustomResourceDefinition/);
  });

  it('says that the API server gives no answer within the time that --request-timeout allows', async () => {
    cluster.pauseApiserver();
    try {
      const { code, found } = await bedside.examine('admin', '--request-timeout=1s');
      assert.equal(code, 1);
      const bad = found.filter(({ level }) => level !== 'ok');
      assert.deepEqual(
        bad.map(({ subject }) => subject),
        ['cluster'],
      );
      assert.match(bad[0]?.message ?? '', /gave no answer within 1 s/);
    } finally {
      cluster.resumeApiserver();
    }
  });
});
