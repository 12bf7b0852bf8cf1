import assert from 'node:assert/strict';
import { submoduleUrl } from '../../src/runner/submodule-url.ts';

const HTTPS = 'https://github.com/o/app.git';

describe('where a submodule is', () => {
  const rows: [url: string, parent: string, absolute: string][] = [
    ['../lib.git', HTTPS, 'https://github.com/o/lib.git'],
    ['../../p/lib', HTTPS, 'https://github.com/p/lib'],
    ['./lib', HTTPS, 'https://github.com/o/app.git/lib'],
    ['.././lib/', `${HTTPS}/`, 'https://github.com/o/lib'],
    ['../lib', 'git@github.com:o/app.git', 'git@github.com:o/lib'],
    ['../../p/lib', 'git@github.com:o/app.git', 'git@github.com:p/lib'],
    ['../lib', 'ssh://git@github.com/o/app', 'ssh://git@github.com/o/lib'],
    ['../lib', '/srv/git/app.git', '/srv/git/lib'],
    ['../lib', 'file:///srv/git/app.git', 'file:///srv/git/lib'],
    ['https://gitlab.com/p/lib.git', HTTPS, 'https://gitlab.com/p/lib.git'],
    ['git@github.com:p/lib.git', HTTPS, 'https://github.com/p/lib.git'],
    ['ssh://git@github.com/p/lib.git', HTTPS, 'https://github.com/p/lib.git'],
    ['git@gitlab.com:p/lib.git', HTTPS, 'git@gitlab.com:p/lib.git'],
    ['git@github.com:p/lib.git', 'git@github.com:o/app', 'git@github.com:p/lib.git'],
    ['../lib', 'http://127.0.0.1:80/o/app', 'http://127.0.0.1:80/o/lib'],
    ['/srv/git/lib.git', '/srv/git/app.git', '/srv/git/lib.git'],
  ];
  for (const [url, parent, absolute] of rows)
    it(`${url} of ${parent} is ${absolute}`, () =>
      assert.equal(submoduleUrl('vendor/x', url, parent), absolute));

  const hostile: [url: string, parent: string][] = [
    ['ext::sh -c touch% /tmp/x', HTTPS],
    ['ext::sh', '/srv/git/app.git'],
    ['-u./evil', HTTPS],
    ['--upload-pack=evil', '/srv/git/app.git'],
    ['/etc', HTTPS],
    ['file:///etc', HTTPS],
    ['http://169.254.169.254/latest', HTTPS],
    ['http://127.0.0.1:81/p/lib', 'http://127.0.0.1:80/o/app'],
    ['/etc', 'http://127.0.0.1:80/o/app'],
    ['git://github.com/p/lib', HTTPS],
    ['https://u:p@github.com/p/lib', HTTPS],
    ['../../../../../etc', HTTPS],
    ['../..', HTTPS],
    ['ssh://-oProxyCommand=evil/x', HTTPS],
    ['git@-oProxyCommand=evil:x', HTTPS],
    ['https://github.com/a/../../b', HTTPS],
    ['', HTTPS],
    ['https://example.com/a\nb', HTTPS],
  ];
  for (const [url, parent] of hostile)
    it(`${JSON.stringify(url)} of ${parent} is refused`, () => {
      assert.throws(() => submoduleUrl('vendor/x', url, parent), {
        reason: 'CloneFailed',
        message: /The submodule "vendor\/x" has a URL that is refused/,
      });
    });
});
