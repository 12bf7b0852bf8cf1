import assert from 'node:assert/strict';
import type { ForgeApp } from '../../../src/domain/credentials.ts';
import { githubAddress } from '../../../src/runner/forges/github-address.ts';
import { AppError, mintToken, type MintOptions } from '../../../src/runner/forges/github-app.ts';
import { APP_ID, appKeys, appOn, INSTALLATION } from '../../support/github-app-keys.ts';
import { startGithub, type Github } from '../../support/github-standin/start.ts';
import { QUICK } from './fixtures.ts';

const PERMISSIONS = { contents: 'write', pull_requests: 'write' } as const;
const keys = appKeys();
const other = appKeys();

describe('a token of a GitHub App', () => {
  let github: Github;
  let lines: string[];
  before(async () => {
    const apps = [
      appOn(keys, ['example-org/app', 'example-org/web']),
      { ...appOn(other, ['example-org/app'], { contents: 'read' }), id: 'Iv23liExample' },
    ];
    github = await startGithub({ tokens: [], apps });
    for (const name of ['app', 'web', 'alone'])
      await github.createRepo('example-org', name, { files: { a: 'a' } });
  });
  beforeEach(() => {
    lines = [];
    github.requests.splice(0);
    github.grants.splice(0);
  });
  afterEach(() => {
    github.clearFaults();
    assert.deepEqual(github.problems.splice(0), []);
  });
  after(() => github.close());

  const mint = (
    app: Partial<ForgeApp> = {},
    more: Partial<MintOptions> & { repo?: string } = {},
  ): Promise<string> =>
    mintToken({
      ...QUICK,
      app: { id: APP_ID, privateKey: keys.privateKey, ...app },
      address: githubAddress(`${github.url}/example-org/${more.repo ?? 'app'}`, {
        BGTASK_GITHUB_API_URL: github.apiUrl,
      }),
      permissions: PERMISSIONS,
      env: {},
      log: (line) => void lines.push(line),
      signal: new AbortController().signal,
      ...more,
    });
  const asked = (): string[] => github.requests.map(({ operation }) => operation);

  it('is for the one repository and the permissions asked for alone, although the installation has more', async () => {
    const token = await mint();
    assert.deepEqual(github.grants, [
      {
        token,
        installation: INSTALLATION,
        repositories: ['example-org/app'],
        permissions: PERMISSIONS,
        expired: false,
      },
    ]);
    assert.deepEqual(asked(), ['apps/get-repo-installation', 'apps/create-installation-access-token']);
  });

  it('needs no search when the installation is named', async () => {
    await mint({ installationId: String(INSTALLATION) });
    assert.deepEqual(asked(), ['apps/create-installation-access-token']);
  });

  it('is a fresh one each time', async () => {
    assert.notEqual(await mint(), await mint());
  });

  it('is signed with a key in either PEM form', async () => {
    await mint({ privateKey: keys.pkcs8 });
    assert.equal(github.grants.length, 1);
  });

  it('is asked for with a web token that the key signed, and the key itself goes nowhere', async () => {
    await mint();
    const sent = JSON.stringify(github.requests);
    assert.match(github.requests[0]?.headers.authorization ?? '', /^bearer [\w-]+\.[\w-]+\.[\w-]+$/i);
    for (const line of keys.pkcs8.split('\n').filter((each) => each.length > 20 && !each.startsWith('---')))
      assert.ok(!sent.includes(line));
  });

  it('is asked for again when GitHub is out of order for a moment', async () => {
    github.fault('apps/create-installation-access-token', { status: 502 });
    await mint();
    assert.equal(github.grants.length, 1);
  });

  const REFUSED: [string, Partial<ForgeApp>, object, RegExp][] = [
    [
      'a key that is not the App’s',
      { privateKey: other.privateKey },
      {},
      /^The GitHub App 12345 is refused \(401 .*GITHUB_APP_PRIVATE_KEY belong together/,
    ],
    [
      'an App that is not there',
      { id: '99999' },
      {},
      /^The GitHub App 99999 is refused \(401 Integration not found\)/,
    ],
    [
      'a repository without the App',
      {},
      { repo: 'alone' },
      /^The GitHub App 12345 is not installed on example-org\/alone \(404/,
    ],
    [
      'another installation',
      { installationId: '1' },
      {},
      /is not installed on example-org\/app \(404 .*correct GITHUB_APP_INSTALLATION_ID or leave it out/,
    ],
    [
      'a repository that the named installation does not reach',
      { installationId: String(INSTALLATION) },
      { repo: 'alone' },
      /does not give what the task needs on example-org\/alone \(422/,
    ],
    [
      'permissions that the App has not',
      { id: 'Iv23liExample', privateKey: other.privateKey },
      {},
      /does not give what the task needs on example-org\/app \(422 The permissions requested are not granted.*: contents: write, pull_requests: write\. Grant the App/,
    ],
    ['no id', { id: '' }, {}, /^GITHUB_APP_PRIVATE_KEY is set, and GITHUB_APP_ID is not: give both\.$/],
    [
      'no key',
      { privateKey: '' },
      {},
      /^GITHUB_APP_ID is set, and GITHUB_APP_PRIVATE_KEY is not: give both\.$/,
    ],
    ['an id that is not that of an App', { id: 'my app' }, {}, /^GITHUB_APP_ID must be the App's id/],
    [
      'an installation that is not a number',
      { installationId: 'mine' },
      {},
      /^GITHUB_APP_INSTALLATION_ID must be a number/,
    ],
    [
      'a key that is not a private key',
      { privateKey: 'not-a-real-key' },
      {},
      /^GITHUB_APP_PRIVATE_KEY must be an RSA private key in PEM format/,
    ],
    [
      'half a key',
      { privateKey: keys.privateKey.slice(0, 500) },
      {},
      /must be an RSA private key in PEM format/,
    ],
    ['a public key', { privateKey: keys.publicKey }, {}, /must be an RSA private key in PEM format/],
  ];
  for (const [what, app, more, sentence] of REFUSED)
    it(`is refused with its cause and what to do for ${what}; the key is not told`, async () => {
      const error = await mint(app, more).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof AppError);
      assert.match(error.message, sentence);
      assert.doesNotMatch(error.message + lines.join('\n'), /PRIVATE KEY-|not-a-real-key/);
      assert.deepEqual(github.grants, []);
    });

  it('cannot be had where GitHub does not answer, and the sentence says what to look at', async () => {
    const address = {
      host: 'localhost',
      apiUrl: 'http://127.0.0.1:9/api/v3',
      owner: 'example-org',
      repo: 'app',
    };
    await assert.rejects(
      mint({}, { address }),
      /^AppError: No token of the GitHub App 12345: 127\.0\.0\.1:9: .*Retry the task later\.$/,
    );
  });
});
