import assert from 'node:assert/strict';
import { APP_ID, appKeys, appOn } from '../../support/github-app-keys.ts';
import { SAMPLE } from '../../scenarios/sample-app.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import { type Cluster, nodeOf } from '../harness/cluster.ts';
import { RUNNER_IMAGE, runnerArchive } from '../install/runner-image.ts';
import { PERSON, Scene } from './scene.ts';
import { forgeSecret, secureGithub, type SecureGithub, trusting } from './secure-github.ts';

const PROJECT = 'my-project';
const keys = appKeys();

/** What a publication needs; the clone stage looks whether there would be such a token. */
const PUBLISH = { contents: 'write', pull_requests: 'write' };

describe('a task whose Secret holds a GitHub App, on a real node', function () {
  this.timeout(600_000);
  let cluster: Cluster;
  let scene: Scene;
  let github: SecureGithub;

  before(async () => {
    const archive = runnerArchive();
    cluster = await clusterForTests({ node: true });
    const node = nodeOf(cluster);
    await node.importImage(await archive);
    github = await secureGithub(node.hostAddress, [], [appOn(keys, ['example-org/app'])]);
    await github.createRepo('example-org', 'app', { files: { ...SAMPLE } });
    scene = await Scene.install(cluster, '--image', RUNNER_IMAGE);
    await scene.settings(trusting(github.apiUrl));
    await scene.project(PROJECT);
    await forgeSecret(cluster, PROJECT, github, {
      GITHUB_APP_ID: APP_ID,
      GITHUB_APP_PRIVATE_KEY: keys.privateKey,
    });
  });
  after(async () => {
    await scene?.close();
    await github?.close();
    await cluster?.close();
  });

  it('ends with a pull request; the clone was read with a token that only reads, and the publication had one of its own', async () => {
    const looking = 'env; find / -path /proc -prune -o -name "GITHUB_APP_*" -print 2>&1 | cat; echo looked';
    const command = `echo changed > CHANGES.md; ${looking}`;
    const what = ['--repo', `${github.url}/example-org/app`, '-m', 'Change it.', '--run', command];
    const made = await scene.bgtask(PERSON, 'create', 'by-app', '-n', PROJECT, ...what, '--wait');
    const log = await scene.bgtask(PERSON, 'logs', 'by-app', '-n', PROJECT);
    assert.equal(made.code, 0, made.stderr + log.stdout);
    assert.equal(github.pulls.length, 1);
    assert.deepEqual(
      github.grants.map(({ permissions }) => permissions),
      [{ contents: 'read' }, PUBLISH, PUBLISH],
    );
    assert.deepEqual(github.problems, []);
    assert.match(log.stdout, /^looked$/m);
    assert.doesNotMatch(log.stdout, /GITHUB_APP|PRIVATE KEY|ghs_/, 'the work stage sees no file of the App');
  });

  it('says what is wrong with the App where it gives no token', async () => {
    await github.createRepo('example-org', 'other', { files: { ...SAMPLE } });
    const what = ['--repo', `${github.url}/example-org/other`, '-m', 'Change it.', '--run', 'true'];
    const made = await scene.bgtask(PERSON, 'create', 'elsewhere', '-n', PROJECT, ...what, '--wait');
    assert.equal(made.code, 3, made.stderr);
    const { status } = await scene.becomes(
      PROJECT,
      'elsewhere',
      'failed',
      (task) => task.status?.phase === 'Failed',
    );
    assert.equal(status?.reason, 'CloneFailed');
    assert.match(status?.error ?? '', /The GitHub App 12345 is not installed on example-org\/other/);
  });
});
