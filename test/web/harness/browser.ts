import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Debian's Chromium without a screen, and without anything that it does of its own accord. */
export async function startBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error('Chromium is missing: apt-get install --yes chromium');
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page that notes what must never happen on it. */
export interface WatchedPage {
  page: Page;
  /** Fails when a script threw, a dialog opened, the content security policy was violated, or anything was asked of elsewhere. */
  assertClean(): void;
  close(): Promise<void>;
}

/** What Chromium says of an answer that is an error, or that is cut off: the tests make such answers on purpose. */
const EXPECTED = /^Failed to load resource: /;

/** In the page: its policy's violations reach the console; and tsx names functions by a helper that a page lacks. */
const IN_PAGE = `
  globalThis.__name = (named) => named;
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    console.error('violates ' + violatedDirective + ': ' + blockedURI));
`;

/** A page in a profile of its own. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const faults: string[] = [];
  const page = await context.newPage();
  await page.addInitScript(IN_PAGE);
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text()))
      faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!/^(?:http:\/\/127\.0\.0\.1:|blob:http:\/\/127\.0\.0\.1:)/.test(request.url()))
      faults.push(`request: ${request.url()}`);
    if (request.url().includes('token=')) faults.push(`token in ${request.url()}`);
  });
  return {
    page,
    assertClean: () => assert.deepEqual(faults, []),
    close: () => context.close(),
  };
}
