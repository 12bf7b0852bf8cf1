import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openPage, startBrowser, type WatchedPage } from './harness/browser.ts';
import { phaseIs, signedIn, smallRepository } from './harness/person.ts';
import { startSite, type Site } from './harness/site.ts';

const TEMPLATE = `apiVersion: vteam.ambient-code/v1alpha1
kind: TaskTemplate
metadata: { name: set-version }
spec:
  displayName: Set the version
  description: Writes a version into a file
  instructionsTemplate: Set {{file}} to {{version}}
  parameters:
    - { name: file, required: true, description: Which file }
    - { name: version, required: true, defaultValue: '1.0.0', validationRegex: '^\\d+\\.\\d+\\.\\d+$' }
    - { name: level, enum: [major, minor] }
    - { name: loud, type: boolean }
    - { name: times, type: integer }
  agent: { type: command, run: 'echo {{version}} > {{file}}' }
`;

describe('templates in a browser', () => {
  let site: Site;
  let browser: Browser;
  let watched: WatchedPage;
  let repository: string;
  before(async () => {
    [site, browser] = await Promise.all([startSite(), startBrowser()]);
    repository = await smallRepository(site.machine, 'app');
    const file = join(site.machine.folder, 'template.yaml');
    await writeFile(file, TEMPLATE);
    await site.machine.ok('template', 'create', '-f', file);
    await site.machine.ok('template', 'install', 'upgrade-dependency');
  });
  beforeEach(async () => {
    watched = await openPage(browser);
    await signedIn(watched.page, site, '/projects/default/templates');
  });
  afterEach(async () => {
    watched.assertClean();
    await watched.close();
  });
  after(async () => {
    await browser.close();
    await site.close();
  });

  it('the list says what each is for and what it asks', async () => {
    const { page } = watched;
    const card = page.getByRole('listitem').filter({ hasText: 'Upgrade NPM Dependency' });
    await card.getByText('Upgrades a specified npm dependency to a target version').waitFor();
    await card.getByText('not used yet').waitFor();
    await card.getByText('What it says').click();
    await card.getByText('NPM package name to upgrade').waitFor();
    await card.getByText('string, required, default latest').waitFor();
  });

  it('its parameters become fields; what is wrong is said at each; what is right makes a task', async () => {
    const { page } = watched;
    await page.getByRole('link', { name: 'Use the template Set the version' }).click();
    await page.getByLabel('file (required)').waitFor();
    assert.equal(page.url(), site.at('/projects/default/new?template=set-version'));
    assert.equal(await page.getByLabel('version (required)').inputValue(), '1.0.0');
    assert.deepEqual(await page.getByLabel('level').locator('option').allInnerTexts(), [
      'Not set',
      'major',
      'minor',
    ]);
    assert.deepEqual(await page.getByLabel('loud').locator('option').allInnerTexts(), [
      'Not set',
      'true',
      'false',
    ]);

    await page.getByRole('button', { name: 'Send it' }).click();
    await page.getByText('file is required.').waitFor();
    await page.getByText('Give the task a name, such as upgrade-lodash.').waitFor();
    assert.equal(
      await page.evaluate(() => document.activeElement?.id),
      'field-name',
      'the keyboard is on the first',
    );

    await page.getByLabel('Name (required)', { exact: true }).fill('set-version-1');
    await page.getByLabel('Repository (required)').fill(repository);
    await page.getByLabel('file (required)').fill('a.txt');
    await page.getByLabel('version (required)').fill('two');
    await page.getByLabel('times').fill('often');
    await page.keyboard.press('Enter');
    const version = page.getByLabel('version (required)');
    await page.locator('#field-parameters-times-error').getByText('Times must be a whole number').waitFor();
    assert.equal(await version.getAttribute('aria-invalid'), 'true');
    assert.match((await version.getAttribute('aria-describedby')) ?? '', /field-parameters-version-error/);
    assert.match(await page.locator('#field-parameters-version-error').innerText(), /Version must match/);

    await version.fill('2.0.0');
    await page.getByLabel('times').fill('2');
    await page.getByLabel('loud').selectOption('true');
    await page.getByRole('button', { name: 'Send it' }).click();
    await page.getByRole('heading', { name: 'set-version-1', level: 1 }).waitFor();
    await page.getByText('The parameter level is declared but not used.').waitFor();
    await phaseIs(page, 'Completed');
    await page.getByText('Set a.txt to 2.0.0').waitFor();
    const { spec } = await site.machine.task('set-version-1');
    assert.deepEqual(spec.parameters, { file: 'a.txt', version: '2.0.0', loud: 'true', times: '2' });
  });

  it('the name of a task that is there already is refused at the name', async () => {
    const { page } = watched;
    await page.goto(site.at('/projects/default/new?template=set-version'));
    await page.getByLabel('file (required)').fill('a.txt');
    await page.getByLabel('Name (required)', { exact: true }).fill('set-version-1');
    await page.getByLabel('Repository (required)').fill('ftp://example.com/app');
    await page.keyboard.press('Enter');
    await page.locator('#field-repository-url-error').getByText('The scheme ftp is not allowed').waitFor();
    await page.getByLabel('Repository (required)').fill(repository);
    await page.keyboard.press('Enter');
    await page.locator('#field-name-error').getByText('Task "set-version-1" already exists').waitFor();
  });

  it('what is wrong among the settings that are folded away unfolds them', async () => {
    const { page } = watched;
    await page.goto(site.at('/projects/default/new'));
    await page.getByLabel('Name (required)', { exact: true }).fill('late');
    await page.getByLabel('Repository (required)').fill(repository);
    await page.getByLabel('Instructions').fill('Take your time');
    await page.getByText('More settings').click();
    await page.getByLabel('Minutes at most').fill('90');
    await page.getByText('More settings').click();
    await page.getByRole('button', { name: 'Send it' }).click();
    await page.getByText('Give a whole number of minutes from 1 to 60.').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'field-timeout');
  });

  it('a template that is not there is refused at the choice', async () => {
    const { page } = watched;
    await page.goto(site.at('/projects/default/new?template=no-such'));
    await page.locator('#field-templateId-error').getByText('There is no template no-such').waitFor();
  });
});
