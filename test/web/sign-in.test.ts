import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openPage, startBrowser, type WatchedPage } from './harness/browser.ts';
import { signedIn } from './harness/person.ts';
import { startSite, type Site } from './harness/site.ts';

describe('signing in with a browser', () => {
  let site: Site;
  let browser: Browser;
  let watched: WatchedPage;
  before(async () => {
    [site, browser] = await Promise.all([startSite(), startBrowser()]);
  });
  beforeEach(async () => {
    watched = await openPage(browser);
  });
  afterEach(async () => {
    watched.assertClean();
    await watched.close();
  });
  after(async () => {
    await browser.close();
    await site.close();
  });

  it('the printed link signs in, and the token is gone from the address and the history at once', async () => {
    const { page } = watched;
    await page.goto(site.link());
    await page.getByRole('heading', { name: 'No tasks yet' }).waitFor();
    assert.equal(page.url(), site.at('/projects/default'));
    await page.getByRole('link', { name: 'Templates' }).click();
    await page.getByRole('heading', { name: 'No templates yet' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'No tasks yet' }).waitFor();
    assert.equal(page.url(), site.at('/projects/default'));
    const kept = await page.evaluate(() => [
      JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
      document.cookie,
    ]);
    assert.deepEqual([kept[0]?.includes(site.token()), kept[1]], [false, ''], 'a script can read the token');
    const cookies = await page.context().cookies();
    assert.deepEqual(
      cookies.map(({ httpOnly, sameSite, path }) => ({ httpOnly, sameSite, path })),
      [{ httpOnly: true, sameSite: 'Strict', path: '/' }],
    );
    assert.ok(!JSON.stringify(cookies).includes(site.token()), 'the cookie shows the token');
  });

  it('a second tab is signed in already, until one of them signs out', async () => {
    const { page } = watched;
    await signedIn(page, site);
    const second = await page.context().newPage();
    await second.goto(site.at('/projects/team-a/templates'));
    await second.getByRole('heading', { name: 'No templates yet' }).waitFor();
    await second.getByRole('button', { name: 'Sign out' }).click();
    await second.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('a server that was started again asks for its new token, and says that the old one is over', async () => {
    const { page } = watched;
    await signedIn(page, site);
    await page.getByRole('heading', { name: 'No tasks yet' }).waitFor();
    await site.stop();
    await site.start();
    await page.getByRole('link', { name: 'Templates' }).click();
    await page.getByRole('status').getByText('Your session has ended.').first().waitFor();
    await page.goto(site.link());
    await page.getByRole('heading', { name: 'No tasks yet' }).waitFor();
  });

  it('a user without a token is asked for one, and then gets the page that was asked for', async () => {
    const { page } = watched;
    await page.goto(site.at('/projects/team-a/templates'));
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByText('kubectl create token SERVICEACCOUNT').waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Paste a token.').waitFor();

    await page.getByLabel('Token').fill('not-the-token');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('The token is not the one of this server.').waitFor();

    await page.getByLabel('Token').fill(` Bearer ${site.token()}\n`);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No templates yet' }).waitFor();
    assert.equal(page.url(), site.at('/projects/team-a/templates'));
    assert.equal(await page.title(), 'Templates of team-a · bgtask');
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'MAIN');
  });

  it('a link that is opened on a page that is there signs in on that page', async () => {
    const { page } = watched;
    await page.goto(site.at('/projects/team-a'));
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${site.at('/projects/team-a')}#token=${site.token()}`);
    await page.getByRole('heading', { name: 'No tasks yet' }).waitFor();
    assert.equal(page.url(), site.at('/projects/team-a'));
  });

  it('signing out forgets the token', async () => {
    const { page } = watched;
    await signedIn(page, site);
    await page.getByRole('heading', { name: 'No tasks yet' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    assert.equal(await page.evaluate(() => localStorage.getItem('bgtask-session')), null);
  });

  it('an address that is not a project says what a project is', async () => {
    const { page } = watched;
    await signedIn(page, site, '/projects/No_Project');
    await page.getByText('it must be a DNS label of at most 63 characters').waitFor();
    await page.goto(site.at('/'));
    await page.getByRole('textbox', { name: 'Project' }).fill('No Project');
    await page.keyboard.press('Enter');
    await page.getByText('A project is a namespace: at most 63').waitFor();
  });
});
