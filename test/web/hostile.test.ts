import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { validateBySchema } from '../../src/engine/local/store/validate.ts';
import { FileStore } from '../../src/engine/local/store/file-store.ts';
import { openPage, startBrowser, type WatchedPage } from './harness/browser.ts';
import { signedIn, smallRepository } from './harness/person.ts';
import { startSite, type Site } from './harness/site.ts';

const IMAGE = '<img src=x onerror="alert(1)">';
const SCRIPT = '<script>alert(2)</script>';
/** Colours, a title, a link to click: what a terminal would act on. */
const ESCAPES = String.raw`\033[31mred\033[0m \033]0;title\007 \033]8;;javascript:alert(3)\033\\click\033]8;;\033\\`;
const HOSTILE_URL = 'javascript:alert(document.domain)';

describe('hostile text in a browser', () => {
  let site: Site;
  let browser: Browser;
  let watched: WatchedPage;
  before(async () => {
    [site, browser] = await Promise.all([startSite(), startBrowser()]);
    const { machine } = site;
    const repository = await smallRepository(machine, 'app');
    const run = `printf '%s\\n' '${IMAGE}' '${SCRIPT}'; printf '${ESCAPES}\\n'; echo b > a.txt`;
    const checks = ['--check', `echo '${IMAGE}'`];
    await machine.ok(
      'create',
      'hostile',
      '--repo',
      repository,
      '-m',
      `${IMAGE}${SCRIPT}`,
      '--run',
      run,
      ...checks,
      '--wait',
    );
    await machine.settled();
    await forge(machine.state);
    const file = join(machine.folder, 'template.yaml');
    await writeFile(file, JSON.stringify(hostileTemplate));
    await machine.ok('template', 'create', '-f', file);
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

  /** What only an operator gone bad could write. */
  async function forge(root: string): Promise<void> {
    const store = new FileStore({ root, validate: validateBySchema });
    const [task] = await store.list('AgenticSession', { namespace: 'default' });
    assert.ok(task);
    const { namespace, name } = task.metadata;
    await store.patchStatus(
      'AgenticSession',
      { namespace, name },
      {
        currentPhase: IMAGE,
        repos: [{ ...task.status?.repos?.[0], prUrl: HOSTILE_URL, branch: IMAGE }],
        usage: { turns: 3, model: IMAGE },
      },
    );
  }

  const hostileTemplate = {
    apiVersion: 'vteam.ambient-code/v1alpha1',
    kind: 'TaskTemplate',
    metadata: { name: 'hostile' },
    spec: {
      displayName: IMAGE,
      description: SCRIPT,
      instructionsTemplate: `${SCRIPT} {{a}}`,
      parameters: [{ name: 'a', description: IMAGE, enum: [SCRIPT] }],
    },
  };

  it('a task page shows it as it is written, and nothing of it runs', async () => {
    const { page } = watched;
    await signedIn(page, site, '/projects/default/tasks/hostile');
    const log = page.getByRole('log');
    await log.getByText('All checks passed').waitFor();
    const text = await log.innerText();
    assert.ok(text.includes(IMAGE) && text.includes(SCRIPT), text);
    assert.ok(text.includes('red ') && !text.includes('\u001b') && !text.includes('title'), text);
    assert.equal(
      await page.getByRole('region', { name: 'Instructions' }).locator('p').innerText(),
      `${IMAGE}${SCRIPT}`,
    );
    await page.getByRole('region', { name: 'Checks' }).getByText(`echo '${IMAGE}'`).waitFor();
    await page.getByRole('region', { name: 'Usage' }).getByText(IMAGE).waitFor();
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.locator('main script').count(), 0);
  });

  it('an address that would run code is text', async () => {
    const { page } = watched;
    await signedIn(page, site, '/projects/default/tasks/hostile');
    await page.getByRole('region', { name: 'Pull request' }).getByText(HOSTILE_URL).waitFor();
    assert.equal(await page.locator('a[href^="javascript:"]').count(), 0);
    await page.goto(site.at('/projects/default'));
    const row = page.getByRole('row', { name: /hostile/ });
    await row.getByText(IMAGE).waitFor();
    assert.equal(await row.getByRole('link').count(), 1, 'the task itself');
  });

  it('a template is text, too', async () => {
    const { page } = watched;
    await signedIn(page, site, '/projects/default/templates');
    await page.getByRole('heading', { name: IMAGE }).waitFor();
    await page.getByText('What it says').click();
    await page.getByText(SCRIPT).first().waitFor();
    await page.goto(site.at('/projects/default/new?template=hostile'));
    await page.getByText(IMAGE, { exact: true }).waitFor();
    assert.equal(await page.locator('img').count(), 0);
  });

  it('and if something of it ran, these tests would see it', async () => {
    const other = await openPage(browser);
    const { page } = other;
    await signedIn(page, site);
    const told = page.waitForEvent('console', {
      predicate: (message) => message.text().startsWith('violates'),
    });
    await page.evaluate(() => {
      const image = new Image();
      image.src = 'https://elsewhere.example/x.png';
      document.body.append(image);
    });
    await told;
    assert.throws(() => other.assertClean(), /violates img-src: https:/);
    await other.close();
  });

  it('addresses that hold markup or ".." do not lead in', async () => {
    const { page } = watched;
    await signedIn(page, site, `/projects/default/tasks/${encodeURIComponent(IMAGE)}`);
    await page.getByRole('alert').first().waitFor();
    await page.goto(site.at(`/projects/default?status=${encodeURIComponent(SCRIPT)}`));
    await page.getByText(`status: "${SCRIPT}" is not a valid phase.`).waitFor();
    for (const path of ['/assets/../index.html', '/assets/..%2f..%2fpackage.json', '/%2e%2e/package.json'])
      assert.equal((await page.request.get(site.at(path))).status(), 404, path);
  });
});
