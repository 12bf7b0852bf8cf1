import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { readPageFiles } from '../../../src/server/pages/page-files.ts';
import { isPagePath, pageHeaders, servePages } from '../../../src/server/pages/pages.ts';

const PAGES = [
  '/',
  '/projects/team-a',
  '/projects/team-a/new',
  '/projects/team-a/templates',
  '/projects/team-a/tasks/fix-lint',
  '/projects/team-a/tasks/%40latest',
];
const OTHERS = [
  '/projects',
  '/projects/a/b',
  '/projects/a/tasks/b/c',
  '/assets/',
  '/assets/app.js.map',
  '/assets/%2e%2e/index.html',
  '/index.html',
  '/api/projects/team-a/background-tasks',
];

describe('pages of the server', () => {
  let folder: string;
  let app: Hono;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bgtask-pages-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), 'the page');
    await writeFile(join(folder, 'assets/app-1.js'), 'the script');
    app = new Hono()
      .use(pageHeaders(false))
      .use(servePages(readPageFiles({ choices: [], usual: '' }, folder)));
  });
  after(() => rm(folder, { recursive: true }));

  for (const path of PAGES)
    it(`${path} is a page, asked for again each time`, async () => {
      const answer = await app.request(path);
      assert.equal(await answer.text(), 'the page');
      assert.equal(answer.headers.get('Cache-Control'), 'no-cache');
      assert.equal(answer.headers.get('Content-Type'), 'text/html; charset=utf-8');
      assert.ok(isPagePath(path));
    });

  for (const path of OTHERS)
    it(`${path} is not a page`, async () => assert.equal((await app.request(path)).status, 404));

  it('a file whose name says what is in it is kept for good', async () => {
    const answer = await app.request('/assets/app-1.js');
    assert.equal(await answer.text(), 'the script');
    assert.equal(answer.headers.get('Cache-Control'), 'public, max-age=31536000, immutable');
    assert.equal(answer.headers.get('Content-Type'), 'text/javascript; charset=utf-8');
  });

  it('what comes into the folder later is not served', async () => {
    await writeFile(join(folder, 'assets/late.js'), 'late');
    assert.equal((await app.request('/assets/late.js')).status, 404);
  });

  it('nothing is posted to a page', async () =>
    assert.equal((await app.request('/', { method: 'POST' })).status, 404));

  it('a browser is told to load nothing from elsewhere and to run nothing inline', async () => {
    const { headers } = await app.request('/');
    assert.equal(
      headers.get('Content-Security-Policy'),
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    );
    assert.equal(headers.get('X-Content-Type-Options'), 'nosniff');
    assert.equal(headers.get('Referrer-Policy'), 'no-referrer');
    assert.equal(headers.get('X-Frame-Options'), 'DENY');
  });
});
