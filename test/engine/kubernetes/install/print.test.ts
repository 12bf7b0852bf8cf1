import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { manifests } from '../../../../src/engine/kubernetes/install/manifests.ts';
import { loadCrds, packageVersion } from '../../../../src/engine/kubernetes/install/package-files.ts';
import { defaultOptions } from '../../../../src/engine/kubernetes/install/options.ts';
import { runCommand } from './run-command.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const wanted = (options: object): unknown =>
  plain(manifests({ ...defaultOptions(packageVersion()), ...options }, loadCrds()));

describe('bgtask install without --apply', () => {
  it('prints what it would apply, CRDs included, for kubectl apply -f -', async () => {
    const { code, stdout, stderr } = await runCommand(
      'install',
      '--image',
      'example.com/bgtask:1',
      '-n',
      'agents',
    );
    assert.deepEqual([code, stderr], [0, '']);
    const documents = parseAllDocuments(stdout).map((each) => each.toJS() as unknown);
    assert.deepEqual(documents, wanted({ image: 'example.com/bgtask:1', namespace: 'agents' }));
  });

  it('prints a List with -o json', async () => {
    const { stdout } = await runCommand('install', '--image', 'example.com/bgtask:1', '-o', 'json');
    const { kind, items } = JSON.parse(stdout) as { kind: string; items: unknown };
    assert.equal(kind, 'List');
    assert.deepEqual(items, wanted({ image: 'example.com/bgtask:1' }));
  });

  it('warns when no image is named, since the default is in no registry', async () => {
    const { code, stderr } = await runCommand('install');
    assert.equal(code, 0);
    assert.match(stderr, /No --image: the nodes must have bgtask:\S+ already/);
  });

  it('warns when servers would not share the sign-in of browsers', async () => {
    const server = ['install', '--image', 'example.com/bgtask:1', '--server', '--server-replicas', '2'];
    assert.match(
      (await runCommand(...(server as ['install']))).stderr,
      /do not share the sign-in of browsers/,
    );
    const tls = await runCommand(...(server as ['install']), '--server-tls', 'bgtask-tls');
    assert.doesNotMatch(tls.stderr, /sign-in/);
  });

  it('takes a settings document as it is, and refuses a bad one with its name before anything is printed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bgtask-settings-'));
    try {
      const file = join(folder, 'settings.yaml');
      await writeFile(file, '# ours\nlimits: { perUser: 3 }\n');
      const good = await runCommand('install', '--settings', file);
      assert.ok(good.stdout.includes('# ours'));
      await writeFile(file, 'limit: 3\n');
      const bad = await runCommand('install', '--settings', file);
      assert.deepEqual([bad.code, bad.stdout], [2, '']);
      assert.match(bad.stderr, /settings\.yaml is not a valid settings document: .*limit/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses words that mean nothing here', async () => {
    const { code, stdout, stderr } = await runCommand('install', '--replicas', 'many');
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /replicas must be a whole number/);
  });
});
