import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openPage, startBrowser, type WatchedPage } from './harness/browser.ts';
import { fillChore, gate, phaseIs, signedIn, smallRepository } from './harness/person.ts';
import { startSite, type Site } from './harness/site.ts';

describe('tasks in a browser', () => {
  let site: Site;
  let browser: Browser;
  let watched: WatchedPage;
  let repository: string;
  before(async () => {
    [site, browser] = await Promise.all([startSite(), startBrowser()]);
    repository = await smallRepository(site.machine, 'app');
  });
  beforeEach(async () => {
    watched = await openPage(browser);
    await signedIn(watched.page, site);
  });
  afterEach(async () => {
    watched.assertClean();
    await watched.close();
  });
  after(async () => {
    await browser.close();
    await site.close();
  });

  it('a project without tasks says what to do next', async () => {
    const { page } = watched;
    await page.getByRole('heading', { name: 'No tasks yet' }).waitFor();
    await page.getByRole('link', { name: 'Send the first task' }).click();
    await page.getByRole('heading', { name: 'New task' }).waitFor();
    assert.equal(page.url(), site.at('/projects/default/new'));
  });

  it('a task that the form made is seen to go on until it is Completed, without loading the page again', async () => {
    const { page } = watched;
    const held = await gate(site.machine, 'good');
    await page.goto(site.at('/projects/default/new'));
    let loads = 0;
    page.on('load', () => loads++);
    await fillChore(page, { name: 'good', repository, run: `echo begun; ${held.wait}; echo b > a.txt` });
    await page.getByRole('button', { name: 'Send it' }).click();

    await page.getByRole('heading', { name: 'good', level: 1 }).waitFor();
    const step = page.locator('[aria-current="step"]');
    await step.getByText('Make the change').waitFor();
    await page.getByRole('log').getByText('begun').waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    assert.equal(await page.title(), 'Running · good · bgtask');

    await held.open();
    await phaseIs(page, 'Completed');
    assert.equal(await page.title(), 'Completed · good · bgtask');
    assert.equal(await page.getByRole('progressbar').getAttribute('value'), '100');
    assert.equal(await page.locator('.step-done').count(), 6);
    const diff = page.getByRole('region', { name: 'Diff' });
    await diff.getByText('a.txt', { exact: true }).waitFor();
    await diff.getByText('+b', { exact: true }).waitFor();
    const checks = page.getByRole('region', { name: 'Checks' }).getByRole('listitem');
    assert.deepEqual(
      (await checks.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').replace(/[\d.]+ s$/, 'TIME')),
      ['Passed lint npm run lint TIME', 'Passed test npm test TIME'],
    );
    await page.getByRole('log').getByText('All checks passed').waitFor();
    const pullRequest = page.getByRole('region', { name: 'Pull request' });
    assert.match(
      await pullRequest.innerText(),
      /file:\/\/\S+good\.md[\s\S]*background-task-good at [0-9a-f]{10} · 1 file, \+1 −1/,
    );
    assert.equal(await pullRequest.getByRole('link').count(), 0, 'a file is not a link');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await pullRequest.getByRole('button', { name: /^Copy/ }).click();
    await pullRequest.getByText('Copied').waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^file:\/\/\S+good\.md$/);
    assert.equal(loads, 0);
  });

  it('a list shows a task as it comes, moves and ends, and the filters narrow it', async () => {
    const { page } = watched;
    const held = await gate(site.machine, 'listed');
    await page.getByRole('row', { name: /good/ }).waitFor();
    await site.machine.ok(
      'create',
      'listed',
      '--repo',
      repository,
      '-m',
      'x',
      '--run',
      `${held.wait}; echo x > bad.js`,
    );
    const row = page.getByRole('row', { name: /listed/ });
    await row.getByText('Running', { exact: true }).waitFor();
    await row.getByText('Generating changes').waitFor();

    await page.getByLabel('Status').selectOption('Active');
    await page.getByText('1 task', { exact: true }).waitFor();
    assert.equal(page.url(), site.at('/projects/default?status=pending%2Ccreating%2Crunning'));
    await held.open();
    await page.getByText('No task passes these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await row.getByText('Failed', { exact: true }).waitFor();
    await row.getByText('ValidationFailed').waitFor();
    assert.equal(await row.getByRole('progressbar').count(), 0, 'a bar is for what goes on');

    await page.getByLabel('Name').fill('LIST');
    await page.getByText('1 task', { exact: true }).waitFor();
    assert.equal(page.url(), site.at('/projects/default?name=LIST'));
    await page.getByLabel('Name').fill('');
    await page.getByText('2 tasks', { exact: true }).waitFor();
    await page.getByLabel('Repository').fill('/nowhere');
    await page.getByText('No task passes these filters.').waitFor();
    await page.goto(site.at('/projects/default?status=failed'));
    await page.getByText('1 task', { exact: true }).waitFor();
    assert.equal(await page.getByRole('row', { name: /good/ }).count(), 0);
    await page.goto(site.at('/projects/default?since=yesterday'));
    await page.getByText('since: "yesterday" is not a valid time.').waitFor();
  });

  it('a failed task says why, and its retry is another task of the same lineage', async () => {
    const { page } = watched;
    await page.getByRole('link', { name: 'listed' }).click();
    await page.getByText('Linting failed: npm run lint exited with code 1').first().waitFor();
    await page.locator('.step-failed').getByText('Format and check it').waitFor();
    await phaseIs(page, 'Failed');
    // The gate is not opened again: the second try waits until it is stopped.
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByRole('heading', { name: 'listed-retry-1', level: 1 }).waitFor();
    assert.equal(page.url(), site.at('/projects/default/tasks/listed-retry-1'));
    const tries = page.getByRole('region', { name: 'Tries' });
    await tries.getByText('listed-retry-1 (this one)').waitFor();
    await tries.getByRole('link', { name: 'listed', exact: true }).waitFor();
    await page.locator('[aria-current="step"]').getByText('Make the change').waitFor();
  });

  it('over the limit the form says so in the promised words, and the task can wait in line instead', async () => {
    const { page } = watched;
    await page.goto(site.at('/projects/default/new'));
    await fillChore(page, { name: 'second', repository, run: 'true' });
    await page.getByRole('button', { name: 'Send it' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('Concurrent task limit reached').waitFor();
    assert.match(
      await alert.innerText(),
      /You already have 1 running background task\. Wait for it to complete or cancel it\./,
    );
    await page.getByRole('button', { name: 'Let it wait in line' }).click();
    await page.getByRole('heading', { name: 'second', level: 1 }).waitFor();
    await phaseIs(page, 'Pending');
  });

  it('a task is cancelled on a second thought only, and is seen to stop', async () => {
    const { page } = watched;
    await page.goto(site.at('/projects/default/tasks/listed-retry-1'));
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Keep it running' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await phaseIs(page, 'Stopped');
    await page.locator('.step-stopped').getByText('Make the change').waitFor();
    await page.getByRole('button', { name: 'Retry' }).waitFor();
    // The task that waited in line is next.
    await page.goto(site.at('/projects/default/tasks/second'));
    await page.getByText('Nothing had to change.').waitFor();
  });

  it('a task that is not there says so, and one that is removed leaves the list', async () => {
    const { page } = watched;
    await page.goto(site.at('/projects/default/tasks/never-was'));
    await page.getByRole('alert').getByText('Not found', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Back to the tasks of default' }).click();
    const row = page.getByRole('row', { name: /second/ });
    await row.waitFor();
    await site.machine.ok('delete', 'second');
    await row.waitFor({ state: 'detached' });
  });
});
