import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { ClusterChoice } from '../../../../../src/engine/kubernetes/client/config/access.ts';
import { findAccess } from '../../../../../src/engine/kubernetes/client/config/find-access.ts';
import { mayHaveCluster } from '../../../../../src/engine/kubernetes/client/config/kubeconfig-paths.ts';
import { folder, type Folder } from '../folder.ts';

const KUBECONFIG = `
current-context: dev
clusters:
- name: one
  cluster: {server: 'https://one.example.com/', certificate-authority: pki/ca.crt, tls-server-name: kube.example.com, proxy-url: 'http://proxy.example.com'}
- name: two
  cluster: {server: 'https://two.example.com', insecure-skip-tls-verify: true}
users:
- name: alice
  user: {client-certificate: pki/alice.crt, client-key: /keys/alice.key, as: root, as-groups: [a, b], as-uid: '7', as-user-extra: {scopes: [x]}}
- name: bob
  user: {tokenFile: bob.token}
contexts:
- name: dev
  context: {cluster: one, user: alice, namespace: team-a}
- name: prod
  context: {cluster: two, user: bob}
- name: broken
  context: {cluster: three, user: bob}
- name: without-user
  context: {cluster: one, user: carol}
`;

describe('findAccess', () => {
  let home: Folder;
  let kubeconfig: string;
  beforeEach(async () => {
    home = await folder();
    kubeconfig = await home.write('config', KUBECONFIG);
  });
  afterEach(() => home.remove());
  const find = (choice: ClusterChoice) =>
    findAccess({ env: { HOME: join(home.path, 'missing') }, serviceAccountFolder: home.path, ...choice });

  it('takes the current context, with paths from the folder of the file', async () => {
    const access = await find({ kubeconfig });
    assert.equal(access?.context, 'dev');
    assert.equal(access.namespace, 'team-a');
    const { server, caFile, tlsServerName, proxyUrl, skipTLSVerify } = access.cluster;
    assert.deepEqual(
      { server, caFile, tlsServerName, proxyUrl, skipTLSVerify },
      {
        server: 'https://one.example.com',
        caFile: join(home.path, 'pki/ca.crt'),
        tlsServerName: 'kube.example.com',
        proxyUrl: 'http://proxy.example.com',
        skipTLSVerify: false,
      },
    );
    const { certFile, keyFile, impersonate, file } = access.user;
    assert.deepEqual(
      { certFile, keyFile, impersonate, file },
      {
        certFile: join(home.path, 'pki/alice.crt'),
        keyFile: '/keys/alice.key',
        impersonate: { user: 'root', groups: ['a', 'b'], uid: '7', extra: { scopes: ['x'] } },
        file: kubeconfig,
      },
    );
  });

  it('takes the context asked for', async () => {
    const access = await find({ kubeconfig, context: 'prod' });
    assert.equal(access?.cluster.name, 'two');
    assert.equal(access.cluster.skipTLSVerify, true);
    assert.equal(access.user.tokenFile, join(home.path, 'bob.token'));
    assert.equal(access.namespace, 'default');
  });

  it('of the files in KUBECONFIG takes the first to name a thing, and passes over missing ones', async () => {
    const first = await home.write(
      'first',
      JSON.stringify({
        clusters: [{ name: 'two', cluster: { server: 'https://first.example.com' } }],
        'current-context': 'prod',
      }),
    );
    const access = await find({
      env: { KUBECONFIG: [join(home.path, 'none'), first, '', kubeconfig].join(delimiter) },
    });
    assert.equal(access?.context, 'prod');
    assert.equal(access.cluster.server, 'https://first.example.com');
    assert.equal(access.user.name, 'bob');
  });

  it("looks into the home folder's .kube/config", async () => {
    await mkdir(join(home.path, '.kube'));
    await home.write('.kube/config', KUBECONFIG);
    assert.equal((await find({ env: { HOME: home.path } }))?.context, 'dev');
    assert.equal(mayHaveCluster({ env: { HOME: home.path } }), true);
  });

  it('in a pod takes the service account', async () => {
    await home.write('token', 'fake');
    await home.write('namespace', 'team-b\n');
    const env = { HOME: home.path, KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    const access = await find({ env });
    assert.equal(access?.cluster.server, 'https://[fd00::1]:443');
    assert.equal(access.cluster.caFile, join(home.path, 'ca.crt'));
    assert.equal(access.user.tokenFile, join(home.path, 'token'));
    assert.equal(access.namespace, 'team-b');
    assert.equal(mayHaveCluster({ env }), true);
  });

  it('finds nothing where nothing is configured', async () => {
    const empty = await home.write('empty', '');
    assert.equal(await find({}), undefined);
    assert.equal(await find({ kubeconfig: empty }), undefined);
    assert.equal(mayHaveCluster({ env: { HOME: join(home.path, 'missing') } }), false);
  });

  const REFUSED: [what: string, choice: (file: string) => ClusterChoice, error: object][] = [
    [
      'a kubeconfig that is not there',
      (file) => ({ kubeconfig: `${file}.none` }),
      { code: 'Usage', message: /config\.none does not exist/ },
    ],
    [
      'a context that is not there',
      (file) => ({ kubeconfig: file, context: 'test' }),
      { code: 'Usage', message: /the context "test" does not exist in .*config/, hint: /get-contexts/ },
    ],
    [
      'a context without its cluster',
      (file) => ({ kubeconfig: file, context: 'broken' }),
      { code: 'Invalid', message: /names the cluster "three", which is not in/ },
    ],
    [
      'a context without its user',
      (file) => ({ kubeconfig: file, context: 'without-user' }),
      { code: 'Invalid', message: /names the user "carol"/ },
    ],
  ];
  for (const [what, choice, error] of REFUSED)
    it(`refuses ${what}`, async () => {
      await assert.rejects(find(choice(kubeconfig)), error);
    });

  const BROKEN: [what: string, content: string][] = [
    ['is not YAML', '{"clusters": ['],
    ['is a list', '[1]'],
    ['has a cluster without a server', 'clusters: [{name: a, cluster: {}}]'],
  ];
  for (const [what, content] of BROKEN)
    it(`refuses a file that ${what}, and names it`, async () => {
      const file = await home.write('bad', content);
      await assert.rejects(find({ kubeconfig: file }), {
        code: 'Invalid',
        message: new RegExp(`^${file} is not a valid kubeconfig`),
      });
    });
});
