import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { until } from '../harness/until.ts';
import { type NodeScene, nodeScene, PROJECT } from './node-scene.ts';
import { NAMESPACE, PERSON } from './scene.ts';

const DEPLOYMENT = 'deployment/bgtask-operator';
const repos = [{ input: { url: 'https://example.com/example-org/lodash' } }];

// As on a Kubernetes without admission policies: the API server finds the operator's pods by their Service.
describe("the operator's webhook, served by its pods", function () {
  this.timeout(600_000);
  let story: NodeScene;

  before(async () => {
    story = await nodeScene({
      install: ['--kubernetes-version', '1.28', '--replicas', '2'],
      // The API server is outside of the node's network, where addresses of Services lead nowhere: it asks the pods themselves.
      extra: { 'kube-apiserver': ['--enable-aggregator-routing=true'] },
    });
    await rolledOut();
  });
  after(() => story?.close());

  const rolledOut = () =>
    story.cluster.ok(['-n', NAMESPACE, 'rollout', 'status', DEPLOYMENT, '--timeout=180s']);
  const create = (name: string, userId: string) =>
    story.cluster.kubectl(['create', '-f', '-'], {
      user: PERSON,
      input: story.scene.manifest(PROJECT, name, { repos, userContext: { userId } }),
    });
  const pods = async (): Promise<string[]> =>
    (await story.scene.names(NAMESPACE, 'pods')).filter((name) => name.startsWith('bgtask-operator'));
  async function trusted(): Promise<string[]> {
    const what = 'get validatingwebhookconfiguration bgtask-webhook -o';
    const path = 'jsonpath={.webhooks[0].clientConfig.caBundle}';
    const bundle = await story.cluster.ok([...what.split(' '), path]);
    const certificates = Buffer.from(bundle, 'base64')
      .toString()
      .split(/(?=-----BEGIN)/);
    return certificates.map((each) => new X509Certificate(each).subject.replace('CN=', ''));
  }

  it('trusts each pod that is ready', async () => {
    const names = await trusted();
    for (const pod of await pods()) assert.ok(names.includes(pod), `${pod} is not among ${String(names)}`);
  });

  it('refuses a task in the name of another, and takes one of the caller', async () => {
    const { code, stderr } = await create('forged', 'boss@example.com');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /admission webhook "identity\.bgtask\.ambient-code\.io" denied the request: spec\.userContext\.userId/,
    );
    const mine = await create('mine', PERSON);
    assert.equal(mine.code, 0, mine.stderr);
  });

  it('lets the operator write the status', async () => {
    await until('the task has a status', 60, async () => {
      const path = 'jsonpath={.status.phase}';
      return (await story.cluster.ok(['-n', PROJECT, 'get', 'as', 'mine', '-o', path])) !== '';
    });
  });

  it('answers while its pods are replaced, with new certificates', async () => {
    const before = await pods();
    await story.cluster.ok(['-n', NAMESPACE, 'rollout', 'restart', DEPLOYMENT]);
    await rolledOut();
    const { code, stderr } = await create('later', PERSON);
    assert.equal(code, 0, stderr);
    const names = await trusted();
    const added = (await pods()).filter((pod) => !before.includes(pod));
    assert.ok(added.length > 0 && added.every((pod) => names.includes(pod)), String(names));
  });
});
