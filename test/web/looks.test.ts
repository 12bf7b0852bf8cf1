import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { openPage, startBrowser, type WatchedPage } from './harness/browser.ts';
import { contrastFaults } from './harness/contrast.ts';
import { type Gate, gate, phaseIs, sent, signedIn, smallRepository } from './harness/person.ts';
import { startSite, type Site } from './harness/site.ts';

const LONG = `${'a'.repeat(30)}-of-fifty-letters`;
const PAGES: readonly [name: string, path: string, there: string][] = [
  ['projects', '/', 'Choose a project'],
  ['the list', '/projects/default', LONG],
  ['a task that runs', '/projects/default/tasks/held', 'Make the change'],
  ['a task that failed', `/projects/default/tasks/${LONG}`, 'ValidationFailed'],
  ['templates', '/projects/default/templates', 'Upgrade NPM Dependency'],
  ['the form', '/projects/default/new?template=upgrade-dependency', 'packageName'],
  ['no such page', '/projects/default/tasks/none', 'Not found'],
];

describe('the looks of the pages', () => {
  let site: Site;
  let browser: Browser;
  let watched: WatchedPage;
  let held: Gate;
  before(async () => {
    [site, browser] = await Promise.all([startSite(), startBrowser()]);
    const { machine } = site;
    const repository = await smallRepository(
      machine,
      'a-repository-with-quite-a-long-name-that-goes-on-and-on',
    );
    await machine.ok('template', 'install', 'upgrade-dependency');
    await sent(machine, { name: LONG, repository, run: `echo ${'x'.repeat(500)} > bad.js; cat bad.js` });
    await machine.bgtask('wait', LONG);
    held = await gate(machine, 'held');
    await sent(machine, { name: 'held', repository, run: `seq 1 400; ${held.wait}; seq 401 800` });
  });
  afterEach(async () => {
    watched.assertClean();
    await watched.close();
  });
  after(async () => {
    await browser.close();
    await site.close();
  });

  const visit = async (page: Page, path: string, there: string): Promise<void> => {
    await page.goto(site.at(path));
    await page.getByText(there).first().waitFor();
  };

  for (const colorScheme of ['light', 'dark'] as const)
    it(`in ${colorScheme} every text stands out from its ground: 4.5 to 1 (WCAG 1.4.3)`, async () => {
      watched = await openPage(browser, { colorScheme });
      await signedIn(watched.page, site);
      for (const [name, path, there] of PAGES) {
        await visit(watched.page, path, there);
        assert.deepEqual(await contrastFaults(watched.page), [], name);
      }
      const ground = await watched.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.equal(ground, colorScheme === 'dark' ? 'rgb(16, 20, 28)' : 'rgb(246, 247, 249)');
    });

  for (const width of [360, 820, 1280])
    it(`nothing is wider than a window of ${width} px`, async () => {
      watched = await openPage(browser, { viewport: { width, height: 740 } });
      await signedIn(watched.page, site);
      for (const [name, path, there] of PAGES) {
        await visit(watched.page, path, there);
        const beyond = await watched.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(beyond <= 0, `${name}: ${beyond} px too wide`);
      }
    });

  it('every control has a name, and every page one heading of the first rank', async () => {
    watched = await openPage(browser);
    await signedIn(watched.page, site);
    for (const [name, path, there] of PAGES) {
      await visit(watched.page, path, there);
      assert.equal(await watched.page.getByRole('heading', { level: 1 }).count(), 1, name);
      for (const role of [
        'button',
        'link',
        'textbox',
        'searchbox',
        'combobox',
        'checkbox',
        'progressbar',
      ] as const)
        assert.equal(await watched.page.getByRole(role, { name: /^\s*$/ }).count(), 0, `${role} on ${name}`);
    }
  });

  it('the keyboard alone finds the way from the first page to the question whether a task is to stop', async () => {
    watched = await openPage(browser);
    const { page } = watched;
    await page.goto(`${site.at('/')}#token=${site.token()}`);
    await page.getByRole('heading', { name: 'Choose a project' }).waitFor();
    await tabTo(page, 'field-project');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /held/ }).waitFor();
    assert.equal(
      await page.evaluate(() => document.activeElement?.tagName),
      'MAIN',
      'a new page begins at its content',
    );
    await tabTo(page, 'held');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'held', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    await tabTo(page, 'Cancel');
    await page.keyboard.press('Enter');
    assert.equal(await focused(page), 'Stop it');
    await tabTo(page, 'Keep it running');
    await page.keyboard.press('Enter');
    assert.equal(await focused(page), 'Cancel');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    assert.equal(await focused(page), 'Cancel', 'Escape keeps it, too');
  });

  it('a log stays at its end until the user scrolls up to read, and goes on from there when asked', async () => {
    watched = await openPage(browser);
    const { page } = watched;
    await signedIn(page, site, '/projects/default/tasks/held');
    const log = page.getByRole('log');
    await log.getByText('400').waitFor();
    const fromEnd = (): Promise<number> =>
      log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
    assert.ok((await fromEnd()) < 2, 'it begins at its end');
    await log.evaluate((box) => box.scrollTo(0, 100));
    await page.getByRole('button', { name: 'To the end' }).waitFor();
    await held.open();
    await log.getByText('800').waitFor({ state: 'attached' });
    await phaseIs(page, 'Completed');
    assert.equal(await log.evaluate((box) => box.scrollTop), 100, 'the log does not move under a reader');
    await page.getByRole('button', { name: 'To the end' }).click();
    await page.getByRole('button', { name: 'To the end' }).waitFor({ state: 'detached' });
    assert.ok((await fromEnd()) < 2);

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    assert.equal((await download).suggestedFilename(), 'held.log');
  });
});

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent?.trim() || '');

/** Presses Tab until the keyboard is on what has this text or id; each stop on the way must be seen. */
async function tabTo(page: Page, what: string): Promise<void> {
  for (let stops = 0; stops < 40; stops++) {
    await page.keyboard.press('Tab');
    const ring = await page.evaluate(
      () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
    );
    const name = await focused(page);
    assert.notEqual(ring, 'none', `the focus of the keyboard on ${name} is not visible`);
    if (name === what) return;
  }
  assert.fail(`Tab never comes to ${what}`);
}
