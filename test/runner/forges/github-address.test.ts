import assert from 'node:assert/strict';
import { StageError } from '../../../src/domain/reasons.ts';
import { githubAddress, isGithub } from '../../../src/runner/forges/github-address.ts';

const ENTERPRISE = { GH_HOST: 'github.example.com' };
const OWN = { BGTASK_GITHUB_API_URL: 'http://127.0.0.1:8080/api/v3/' };
const NAMED = { BGTASK_GITHUB_HOST: 'git.example.com', BGTASK_GITHUB_API_URL: 'https://api.example.com' };
const DOT_COM = 'https://api.github.com';

const SERVED: [repository: string, env: NodeJS.ProcessEnv, api: string, name: string][] = [
  ['https://github.com/example-org/app', {}, DOT_COM, 'example-org/app'],
  ['https://github.com/example-org/app.git', {}, DOT_COM, 'example-org/app'],
  ['https://GitHub.com/Example-Org/app/', {}, DOT_COM, 'Example-Org/app'],
  ['https://github.com:443/example-org/a.b_c-d', {}, DOT_COM, 'example-org/a.b_c-d'],
  ['https://user:secret@github.com/example-org/app', {}, DOT_COM, 'example-org/app'],
  ['https://www.github.com/example-org/app', {}, DOT_COM, 'example-org/app'],
  ['git@github.com:example-org/app.git', {}, DOT_COM, 'example-org/app'],
  ['github.com:example-org/app', {}, DOT_COM, 'example-org/app'],
  ['ssh://git@github.com/example-org/app', {}, DOT_COM, 'example-org/app'],
  ['ssh://git@ssh.GitHub.com:443/example-org/app.git', {}, DOT_COM, 'example-org/app'],
  ['https://github.com/example-org/.github', {}, DOT_COM, 'example-org/.github'],
  ['https://example.ghe.com/example-org/app', {}, 'https://api.example.ghe.com', 'example-org/app'],
  [
    'https://github.example.com/example-org/app',
    ENTERPRISE,
    'https://github.example.com/api/v3',
    'example-org/app',
  ],
  [
    'git@github.example.com:example-org/app',
    ENTERPRISE,
    'https://github.example.com/api/v3',
    'example-org/app',
  ],
  ['https://github.com/example-org/app', ENTERPRISE, DOT_COM, 'example-org/app'],
  [
    'https://github.com/example-org/app',
    { GH_HOST: 'github.com', GITHUB_API_URL: '' },
    DOT_COM,
    'example-org/app',
  ],
  [
    'https://github.example.com/o/r',
    { GH_HOST: 'https://github.example.com/' },
    'https://github.example.com/api/v3',
    'o/r',
  ],
  [
    'https://ghes.example.com/o/r',
    { GITHUB_API_URL: 'https://ghes.example.com/api/v3' },
    'https://ghes.example.com/api/v3',
    'o/r',
  ],
  ['https://github.com/o/r', { GITHUB_API_URL: 'https://api.github.com' }, DOT_COM, 'o/r'],
  ['http://127.0.0.1:8080/example-org/app.git', OWN, 'http://127.0.0.1:8080/api/v3', 'example-org/app'],
  [
    'ssh://git@127.0.0.1:2222/example-org/app.git',
    { BGTASK_GITHUB_HOST: '127.0.0.1:8080' },
    'https://127.0.0.1:8080/api/v3',
    'example-org/app',
  ],
  ['https://git.example.com/o/r', NAMED, 'https://api.example.com', 'o/r'],
  [
    'https://github.com/o/r',
    { ...NAMED, BGTASK_GITHUB_HOST: 'github.com' },
    'https://api.example.com',
    'o/r',
  ],
];

const OTHERS: [repository: string, env: NodeJS.ProcessEnv][] = [
  ['https://gitlab.example.com/example-org/app', {}],
  ['https://github.example.com/example-org/app', {}],
  ['https://github.com.example.com/o/r', {}],
  ['https://github.com@example.com/o/r', {}],
  ['https://example.com/github.com/o/r', {}],
  ['https://example.com\\@github.com/o/r', {}],
  ['https://github.com\\@example.com/o/r', {}],
  ['https://xgithub.com/o/r', {}],
  ['https://github.com:8443/o/r', {}],
  ['https://api.example.com/o/r', NAMED],
  ['http://127.0.0.1:9090/o/r', OWN],
  ['git://github.com/o/r', {}],
  ['file:///srv/git/github.com/o/r.git', {}],
  ['/srv/git/app.git', {}],
  ['./github.com:o/r', {}],
  ['C:\\github.com\\app', {}],
  ['https://github.com /o/r', {}],
  ['', {}],
];

/** On GitHub's host, but no repository: refused rather than sent somewhere else. */
const REFUSED = [
  'https://github.com/example-org',
  'https://github.com/',
  'https://github.com/example-org/app/tree/main',
  'https://github.com/example-org/../app',
  'https://github.com/example-org/..',
  'https://github.com/./app',
  'https://github.com/example-org/app/../../user',
  'https://github.com/example-org/%2e%2e',
  'https://github.com/example-org/app%2Fissues',
  'https://github.com/example-org/app?x=1',
  'https://github.com/example-org/app#x',
  'https://github.com/example-org//app',
  'https://github.com/-org/app',
  'https://github.com/example.org/app',
  'https://github.com/example-org/.git',
  'git@github.com:app',
  `https://github.com/example-org/${'a'.repeat(101)}`,
];

describe('github address', () => {
  for (const [repository, env, apiUrl, name] of SERVED) {
    it(`serves ${repository} ${JSON.stringify(env)}`, () => {
      assert.equal(isGithub(repository, env), true);
      const address = githubAddress(repository, env);
      assert.deepEqual([address.apiUrl, `${address.owner}/${address.repo}`], [apiUrl, name]);
    });
  }
  for (const [repository, env] of OTHERS) {
    it(`leaves ${repository} ${JSON.stringify(env)} to others`, () =>
      assert.equal(isGithub(repository, env), false));
  }
  for (const repository of REFUSED) {
    it(`refuses ${repository.slice(0, 80)}`, () => {
      assert.equal(isGithub(repository, {}), true);
      assert.throws(
        () => githubAddress(repository, {}),
        /not a GitHub repository's URL: give https:\/\/github\.com\/OWNER\/NAME/,
      );
    });
  }
  for (const env of [
    { BGTASK_GITHUB_API_URL: 'github.example.com' },
    { BGTASK_GITHUB_API_URL: 'https://user:secret@github.example.com/api/v3' },
    { GITHUB_API_URL: 'file:///etc' },
    { GH_HOST: 'github.example.com/path' },
    { BGTASK_GITHUB_HOST: 'two hosts' },
  ]) {
    it(`names the malformed setting ${Object.keys(env).join()}`, () => {
      const variable = Object.keys(env).join();
      assert.throws(
        () => isGithub('https://github.com/o/r', env),
        (error) =>
          error instanceof StageError &&
          error.message.startsWith(variable) &&
          !error.message.includes('secret'),
      );
    });
  }
});
