import assert from 'node:assert/strict';
import { sessionName } from '../../../src/api/names.ts';
import { FORGE_TOKEN, nodeScene, type NodeScene, PROJECT } from './node-scene.ts';
import { PERSON } from './scene.ts';
import { CA, secureGithub, type SecureGithub } from './secure-github.ts';

/** A person who may make tasks and read no Secret, and a host of that person's own. */
describe('a task whose repository is on a stranger’s host, on a real node', function () {
  this.timeout(300_000);
  let here: NodeScene;
  let stranger: SecureGithub;

  before(async () => {
    here = await nodeScene();
    stranger = await secureGithub(here.node.hostAddress, ['a-token-of-the-stranger']);
    await stranger.createRepo('example-stranger', 'app', { files: { 'a.txt': 'one\n' } });
    // Were its certificate not trusted, no token would get as far as it.
    const trusted = `${here.github.certificate}\n${stranger.certificate}`;
    const patch = JSON.stringify({ data: { 'ca.crt': trusted } });
    await here.cluster.ok(['-n', PROJECT, 'patch', 'configmap', CA, '-p', patch]);
  });
  after(async () => {
    await stranger?.close();
    await here?.close();
  });

  const apply = (name: string, url: string) => {
    const spec = { repos: [{ input: { url } }], agent: { type: 'command', run: 'true' } };
    const input = here.scene.manifest(PROJECT, sessionName(PROJECT, name), spec);
    return here.cluster.ok(['apply', '-f', '-'], { user: PERSON, input });
  };
  const heard = (): string => JSON.stringify(stranger.requests);

  it('is cloned without the project’s token, and says so', async () => {
    await apply('stranger', `${stranger.url}/example-stranger/app.git`);
    const { status } = await here.scene.becomes(
      PROJECT,
      'stranger',
      'ended',
      ({ status: now }) => now?.phase === 'Failed',
    );
    assert.equal(status?.reason, 'CloneFailed');
    assert.match(status?.error ?? '', /The forge's token is not sent to .*BGTASK_FORGE_HOST=/);
    assert.ok(stranger.requests.length > 0, 'it was not even asked');
    assert.ok(!heard().includes(FORGE_TOKEN));
    assert.ok(!heard().includes(Buffer.from(`x-access-token:${FORGE_TOKEN}`).toString('base64')));
  });

  it('is not cloned at all when its URL looks like an allowed one', async () => {
    const before = stranger.requests.length;
    await apply('disguised', `${stranger.url}#@github.com/example-org/app`);
    const { status } = await here.scene.becomes(
      PROJECT,
      'disguised',
      'ended',
      ({ status: now }) => now?.phase === 'Failed',
    );
    assert.equal(status?.reason, 'InvalidTask');
    assert.match(status?.error ?? '', /has no "\?" and no "#"/);
    assert.equal(stranger.requests.length, before);
  });
});
