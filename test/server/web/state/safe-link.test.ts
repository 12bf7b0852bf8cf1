import assert from 'node:assert/strict';
import { repositoryLabel, safeLink } from '../../../../src/server/web/state/safe-link.ts';

describe('links to elsewhere', () => {
  for (const url of ['https://github.com/a/b/pull/1', 'http://git.example:8080/a', 'HTTPS://git.example/'])
    it(`${url} is followed`, () => assert.equal(safeLink(url), new URL(url).href));

  for (const url of [
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    'vbscript:x',
    '//evil.example',
    '/etc/passwd',
    'https://github.com@evil.example/',
    'https://',
    '',
  ])
    it(`${JSON.stringify(url)} is text`, () => assert.equal(safeLink(url), undefined));

  for (const [url, label] of [
    ['https://github.com/example-org/app.git', 'example-org/app'],
    ['git@github.com:example-org/app.git', 'example-org/app'],
    ['ssh://git@git.example/group/sub/app', 'sub/app'],
    ['/home/me/code/app', 'app'],
    ['file:///home/me/app', 'app'],
    ['', ''],
  ] as const)
    it(`${url || 'nothing'} is called ${label || 'nothing'}`, () =>
      assert.equal(repositoryLabel(url), label));
});
