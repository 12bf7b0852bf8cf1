import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeBinaries } from './build.ts';
import { chooseSource } from './cluster-for-tests.ts';
import { startCluster } from './cluster.ts';
import { existingCluster } from './existing-cluster.ts';
import { kubectlWith } from './kubectl.ts';
import { programsIn } from './programs.ts';

const NAME = '-o=jsonpath={.status.userInfo.username}';

describe('the choice of a cluster for tests', function () {
  this.timeout(900_000);
  let assets: string;
  let ownCommand: string[];
  before(async () => {
    const { kube } = await kubeBinaries();
    ownCommand = [kube, 'kubectl'];
    assets = await mkdtemp(join(tmpdir(), 'bgtask-assets-'));
    for (const name of ['etcd', 'kube-apiserver']) {
      await writeFile(join(assets, name), `#!/bin/sh\nexec '${kube}' ${name} "$@"\n`);
      await chmod(join(assets, name), 0o755);
    }
  });
  after(() => rm(assets, { recursive: true, force: true }));

  it('prefers an explicit kubeconfig to anything else', async () => {
    const source = await chooseSource({
      BGTASK_TEST_KUBECONFIG: '/example/config',
      KUBEBUILDER_ASSETS: assets,
    });
    assert.deepEqual(source, { kubeconfig: '/example/config' });
  });

  it('prefers KUBEBUILDER_ASSETS to its own build', async () => {
    const source = await chooseSource({ KUBEBUILDER_ASSETS: assets });
    assert('programs' in source);
    assert.match(source.programs.description, new RegExp(assets));
  });

  it('says so when KUBEBUILDER_ASSETS has no API server, and does not look further', async () => {
    await assert.rejects(
      chooseSource({ KUBEBUILDER_ASSETS: tmpdir() }),
      /KUBEBUILDER_ASSETS is .*, which has no etcd/,
    );
  });

  it('uses its own build when nothing is set', async () => {
    const source = await chooseSource({});
    assert('programs' in source);
    assert.match(source.programs.description, /our own build/);
  });

  it('starts a control plane from etcd and kube-apiserver alone: objects and users, no controllers', async () => {
    const cluster = await startCluster({ programs: programsIn(assets) });
    try {
      assert.equal(cluster.controllers, false);
      const kubectl = kubectlWith(ownCommand, (user) => cluster.kubeconfigFor(user));
      assert.equal(await kubectl.ok(['auth', 'whoami', NAME], { user: 'alice' }), 'alice');
    } finally {
      await cluster.close();
    }
  });

  it('refuses a node where there is no kubelet', async () => {
    await assert.rejects(
      startCluster({ node: true, programs: programsIn(assets) }),
      /a node needs a kubelet/,
    );
  });

  it('borrows an existing cluster: users are impersonated, faults are refused, close() leaves it alone', async () => {
    const own = await startCluster();
    try {
      const borrowed = await existingCluster(own.kubeconfig);
      assert.equal(
        await borrowed.ok(['auth', 'whoami', NAME], { user: 'user@example.com' }),
        'user@example.com',
      );
      assert.equal(await borrowed.ok(['auth', 'whoami', NAME]), 'admin');
      assert.throws(() => borrowed.pauseApiserver(), /needs a cluster of the tests' own/);
      await borrowed.close();
      await own.ok(['get', 'namespaces']);
    } finally {
      await own.close();
    }
  });
});
