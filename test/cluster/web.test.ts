import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openPage, startBrowser, type WatchedPage } from '../web/harness/browser.ts';
import { phaseIs } from '../web/harness/person.ts';
import { startServer, type Running } from '../web/harness/site.ts';
import { clusterForTests } from './harness/cluster-for-tests.ts';
import type { Cluster } from './harness/cluster.ts';
import { OperatorProcess } from './scenarios/operator-process.ts';
import { PERSON, Scene } from './scenarios/scene.ts';

const PROJECT = 'my-project';

describe('the pages of a cluster', function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let scene: Scene;
  let server: Running;
  let operator: OperatorProcess | undefined;
  let browser: Browser;
  let watched: WatchedPage;

  before(async () => {
    [cluster, browser] = await Promise.all([clusterForTests(), startBrowser()]);
    scene = await Scene.install(cluster);
    await scene.project(PROJECT);
    // The server itself runs as a user without rights.
    const env = { PATH: process.env['PATH'] ?? '', KUBECONFIG: cluster.kubeconfigFor('alice') };
    server = await startServer(env, '--engine=kubernetes', '--port', '0');
  });
  beforeEach(async () => {
    watched = await openPage(browser);
  });
  afterEach(async () => {
    watched.assertClean();
    await watched.close();
  });
  after(async () => {
    await browser?.close();
    await server?.end();
    await operator?.end('SIGKILL');
    await scene?.close();
    await cluster?.close();
  });

  const enter = async (user: string, path: string): Promise<void> => {
    const { page } = watched;
    await page.goto(new URL(path, server.link).href);
    await page.getByLabel('Token').fill(cluster.tokens[user] ?? '');
    await page.keyboard.press('Enter');
  };

  it('a person sends a task under the own name, and is told when no operator answers', async () => {
    const { page } = watched;
    await enter(PERSON, `/projects/${PROJECT}/new`);
    await page.getByLabel('Name (required)', { exact: true }).fill('from-a-page');
    await page.getByLabel('Repository (required)').fill('https://example.com/example-org/app');
    await page.getByLabel('Instructions').fill('Write a note');
    await page.getByRole('button', { name: 'Send it' }).click();
    await page.getByText('No operator has answered within 2 s').waitFor();
    await phaseIs(page, 'Pending');
    await page.getByText(`by ${PERSON}`).waitFor();
  });

  it("another user's link asks before it signs a user out", async () => {
    const { page } = watched;
    const link = new URL(`/projects/${PROJECT}#token=${cluster.tokens['alice'] ?? ''}`, server.link).href;
    await enter(PERSON, `/projects/${PROJECT}`);
    await page.getByRole('link', { name: 'from-a-page' }).waitFor();
    await page.goto(link);
    await page.getByRole('heading', { name: 'Switch to another user?' }).waitFor();
    assert.ok(!page.url().includes('token'), page.url());
    await page.getByRole('button', { name: `Stay signed in as ${PERSON}` }).click();
    await page.getByRole('link', { name: 'from-a-page' }).waitFor();
    await page.goto(link);
    await page.getByRole('button', { name: 'Switch to alice' }).click();
    await page.getByText(/alice.* cannot list/).waitFor();
  });

  it('a task is seen to begin when there is an operator, and to stop when it is cancelled', async () => {
    const { page } = watched;
    await enter(PERSON, `/projects/${PROJECT}/tasks/from-a-page`);
    await phaseIs(page, 'Pending');
    operator = await OperatorProcess.start(await scene.operatorKubeconfig(), 'operator-1');
    await phaseIs(page, 'Creating');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await phaseIs(page, 'Stopped');
  });

  it('the list is live', async () => {
    const { page } = watched;
    await enter(PERSON, `/projects/${PROJECT}`);
    const row = page.getByRole('row', { name: /from-a-page/ });
    await row.getByText('Stopped', { exact: true }).waitFor();
    await scene.ok(PERSON, 'delete', 'from-a-page', '-n', PROJECT);
    await row.waitFor({ state: 'detached' });
  });

  it("a user who may not see a project is told so in the API server's words", async () => {
    const { page } = watched;
    await enter('bob', `/projects/${PROJECT}`);
    const alert = page.getByRole('alert').first();
    await alert.getByText('Forbidden', { exact: true }).waitFor();
    assert.match(await alert.innerText(), /bob/);
  });

  it('a token that the API server does not know leads back to where one is asked for', async () => {
    const { page } = watched;
    await enter('unknown-user', `/projects/${PROJECT}`);
    await page.getByText('Paste a token.').waitFor();
    await page.getByLabel('Token').fill('not-a-token-of-this-cluster');
    await page.keyboard.press('Enter');
    await page.getByText('The token was not accepted.').waitFor();
  });
});
