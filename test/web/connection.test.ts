import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { openPage, startBrowser, type WatchedPage } from './harness/browser.ts';
import { gate, phaseIs, sent, signedIn, smallRepository } from './harness/person.ts';
import { relayTo, type Relay } from './harness/relay.ts';
import { startSite, type Site } from './harness/site.ts';

const LOST = 'The server does not answer.';

describe('a browser whose server goes away', () => {
  let site: Site;
  let browser: Browser;
  let watched: WatchedPage;
  let repository: string;
  let relay: Relay | undefined;
  before(async () => {
    [site, browser] = await Promise.all([startSite(), startBrowser()]);
    repository = await smallRepository(site.machine, 'app');
  });
  beforeEach(async () => {
    watched = await openPage(browser);
  });
  afterEach(async () => {
    await relay?.cut();
    relay = undefined;
    watched.assertClean();
    await watched.close();
  });
  after(async () => {
    await browser.close();
    await site.close();
  });

  it('a wire that was cut is found again by itself, and what happened meanwhile is there', async () => {
    const { page } = watched;
    const held = await gate(site.machine, 'cut');
    relay = await relayTo(site.url());
    await sent(site.machine, {
      name: 'cut',
      repository,
      run: `echo before; ${held.wait}; echo after; echo b > a.txt`,
    });
    await page.goto(`${relay.url}/#token=${site.token()}`);
    await page.getByRole('heading', { name: 'Choose a project' }).waitFor();
    await page.goto(`${relay.url}/projects/default/tasks/cut`);
    await page.getByRole('log').getByText('before').waitFor();

    await relay.cut();
    await page.getByText(LOST).waitFor();
    await page.getByText('interrupted').waitFor();
    await page.getByRole('heading', { name: 'cut', level: 1 }).waitFor();
    await held.open();
    await site.machine.ok('wait', 'cut');
    await relay.restore();
    await phaseIs(page, 'Completed');
    await page.getByText(LOST).waitFor({ state: 'detached' });
    await page.getByRole('log').getByText('All checks passed').waitFor();
    assert.equal(
      (await page.getByRole('log').innerText()).match(/before/g)?.length,
      1,
      'nothing is there twice',
    );
  });

  it('a list that lost its server says so, and shows what is new when there is one again', async () => {
    const { page } = watched;
    relay = await relayTo(site.url());
    await page.goto(`${relay.url}/#token=${site.token()}`);
    await page.getByRole('heading', { name: 'Choose a project' }).waitFor();
    await page.goto(`${relay.url}/projects/default`);
    await page.getByRole('row', { name: /cut/ }).waitFor();
    await relay.cut();
    await page.getByText(LOST).waitFor();
    await sent(site.machine, { name: 'meanwhile', repository, run: 'true' });
    await relay.restore();
    const row = page.getByRole('row', { name: /meanwhile/ });
    // The page tries by itself, too: the button may be gone before it is pressed.
    await Promise.any([page.getByRole('button', { name: 'Try now' }).click(), row.waitFor()]);
    await row.waitFor();
    await page.getByText(LOST).waitFor({ state: 'detached' });
    await site.machine.ok('wait', 'meanwhile');
  });

  it('a hidden tab gives its connections up, and catches up when it is seen', async () => {
    const { page } = watched;
    await signedIn(page, site);
    await page.getByRole('row', { name: /meanwhile/ }).waitFor();
    const givenUp = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/events'));
    await seen(page, false);
    await givenUp;
    await site.machine.ok('delete', 'meanwhile');
    await seen(page, true);
    await page.getByRole('row', { name: /meanwhile/ }).waitFor({ state: 'detached' });
  });

  it('a server that was started again asks for its new token, and the page goes on where it was', async () => {
    const { page } = watched;
    const held = await gate(site.machine, 'restart');
    await sent(site.machine, { name: 'restart', repository, run: `${held.wait}; echo c > a.txt` });
    await signedIn(page, site, '/projects/default/tasks/restart');
    await page.locator('[aria-current="step"]').getByText('Make the change').waitFor();
    await site.stop();
    await page.getByText(LOST).waitFor();
    await site.start();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByRole('status').getByText('Your session has ended.').waitFor();
    await page.getByLabel('Token').fill(site.token());
    await page.keyboard.press('Enter');
    await page.locator('[aria-current="step"]').getByText('Make the change').waitFor();
    assert.equal(page.url(), site.at('/projects/default/tasks/restart'));
    await held.open();
    await phaseIs(page, 'Completed');
  });

  it('what was typed into the form outlives a token that ended', async () => {
    const { page } = watched;
    await signedIn(page, site, '/projects/default/new');
    await page.getByLabel('Instructions').fill('A long story');
    await page.getByLabel('Name (required)', { exact: true }).fill('story');
    await page.getByLabel('Repository (required)').fill(repository);
    await site.stop();
    await page.getByRole('button', { name: 'Send it' }).click();
    await page.getByRole('alert').getByText(LOST).waitFor();
    await site.start();
    await page.getByRole('button', { name: 'Send it' }).click();
    await page.getByLabel('Token').fill(site.token());
    await page.keyboard.press('Enter');
    assert.equal(await page.getByLabel('Instructions').inputValue(), 'A long story');
  });
});

/** What a browser tells a page whose tab is left or come back to; one without a screen never does. */
const seen = (page: Page, visible: boolean): Promise<void> =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, !visible);
