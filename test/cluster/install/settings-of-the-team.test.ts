import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../engine/kubernetes/install/run-command.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import { until } from '../harness/until.ts';

const HOME = 'bgtask-system';
const OURS = 'limits: { perUser: 7 }';
const patched = (text: string): string => JSON.stringify({ data: { 'config.yaml': text } });

/** What install prints with the image of a version. */
const printed = async (version: string, ...more: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runCommand(
    'install',
    '--image',
    `example.com/bgtask:${version}`,
    ...more,
  );
  assert.equal(code, 0, stderr);
  return stdout;
};

describe('an upgrade by kubectl beside settings that a team keeps in the cluster', function () {
  this.timeout(600_000);
  let cluster: Cluster;
  let folder: string;

  before(async () => {
    cluster = await clusterForTests();
    folder = mkdtempSync(join(tmpdir(), 'bgtask-settings-'));
  });
  after(async () => {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const settings = (): Promise<string> =>
    cluster.ok([
      '-n',
      HOME,
      'get',
      'configmap',
      'bgtask-config',
      '--ignore-not-found',
      '-o',
      String.raw`jsonpath={.data.config\.yaml}`,
    ]);
  const image = (): Promise<string> =>
    cluster.ok(['-n', HOME, 'get', 'deployment', 'bgtask-operator', '-o', 'jsonpath={..image}']);
  const uninstall = async (): Promise<void> => {
    const wait = cluster.controllers ? [] : ['--no-wait'];
    const { code, stderr } = await runCommand(
      'uninstall',
      '--crds',
      '--yes',
      ...wait,
      '--kubeconfig',
      cluster.kubeconfig,
    );
    assert.equal(code, 0, stderr);
    await until(
      'the namespace to be gone',
      60,
      async () => (await cluster.ok(['get', 'namespace', HOME, '--ignore-not-found'])) === '',
    );
  };

  const WAYS: [how: string, apply: string[]][] = [
    ['kubectl apply --server-side', ['apply', '--server-side', '-f', '-']],
    ['kubectl apply', ['apply', '-f', '-']],
    [
      'Flux, which takes every field that it names',
      ['apply', '--server-side', '--force-conflicts', '--field-manager=flux', '-f', '-'],
    ],
  ];
  for (const [how, apply] of WAYS)
    it(`leaves them as they are, however they were made and edited: ${how}`, async () => {
      await cluster.ok(apply, { input: await printed('1') });
      assert.equal(await settings(), '');
      await cluster.ok([
        '-n',
        HOME,
        'create',
        'configmap',
        'bgtask-config',
        '--from-literal=config.yaml=limits: { perUser: 3 }',
      ]);
      await cluster.ok(['-n', HOME, 'patch', 'configmap', 'bgtask-config', '-p', patched(OURS)]);
      await cluster.ok(apply, { input: await printed('2') });
      assert.deepEqual([await settings(), await image()], [OURS, 'example.com/bgtask:2']);
      await uninstall();
    });

  it('leaves those that an earlier release had printed, too', async () => {
    const file = join(folder, 'settings.yaml');
    writeFileSync(file, '# Settings of bgtask.\n');
    await cluster.ok(['apply', '--server-side', '-f', '-'], {
      input: await printed('1', '--settings', file),
    });
    await cluster.ok(['-n', HOME, 'patch', 'configmap', 'bgtask-config', '-p', patched(OURS)]);
    await cluster.ok(['apply', '--server-side', '-f', '-'], { input: await printed('2') });
    assert.deepEqual([await settings(), await image()], [OURS, 'example.com/bgtask:2']);
  });

  it('takes those that install is given, once kubectl is told that they win', async () => {
    const file = join(folder, 'settings.yaml');
    writeFileSync(file, 'limits: { perUser: 2 }\n');
    const given = { input: await printed('2', '--settings', file) };
    const { code, stderr } = await cluster.kubectl(['apply', '--server-side', '-f', '-'], given);
    assert.notEqual(code, 0);
    assert.match(stderr, /conflict with "kubectl-patch".*: \.data\.config\.yaml/);
    assert.equal(await settings(), OURS);
    await cluster.ok(['apply', '--server-side', '--force-conflicts', '-f', '-'], given);
    assert.equal(await settings(), 'limits: { perUser: 2 }');
  });

  it('by install --apply leaves them too, and uninstall takes them away', async () => {
    const { code, stdout } = await runCommand('install', '--apply', '--kubeconfig', cluster.kubeconfig);
    assert.equal(code, 0);
    assert.match(stdout, /^configmap\/bgtask-config left as it is/m);
    assert.equal(await settings(), 'limits: { perUser: 2 }');
    await uninstall();
  });
});
