import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from '../../support/github-standin/faults.ts';
import { error, failure } from './failure.ts';
import { standIn, TOKEN } from './fixtures.ts';

const TABLE: [what: string, operation: string, fault: Fault, sentence: RegExp][] = [
  [
    'a bad token',
    'pulls/list',
    { status: 401, ...error('Bad credentials') },
    /401 Bad credentials.*GITHUB_TOKEN is wrong, expired or revoked/,
  ],
  [
    'a permission that GitHub names',
    'pulls/create',
    {
      status: 403,
      headers: { 'x-accepted-github-permissions': 'pull_requests=write,contents=read' },
      ...error('Resource not accessible by personal access token'),
    },
    /"pull_requests: write, contents: read".*"contents: write".*scope "repo"/,
  ],
  [
    'a permission that it does not name',
    'pulls/create',
    { status: 403, ...error('Resource not accessible by integration') },
    /Give GITHUB_TOKEN "pull_requests: write" on example-org\//,
  ],
  [
    'reading without permission',
    'pulls/list',
    { status: 403, ...error('Resource not accessible by integration') },
    /look for the pull request.*"pull_requests: read"/,
  ],
  [
    'single sign-on',
    'pulls/list',
    {
      status: 403,
      headers: {
        'x-github-sso':
          'required; url=https://github.example.com/orgs/example-org/sso?authorization_request=abc',
      },
      ...error('Resource protected by organization SAML enforcement.'),
    },
    /single sign-on.*"Configure SSO"/,
  ],
  [
    'an archived repository',
    'pulls/create',
    { status: 403, ...error('Repository was archived so is read-only.') },
    /archived.*Unarchive it/,
  ],
  [
    'any other prohibition',
    'pulls/create',
    { status: 403, ...error('GitHub Actions is not permitted to create or approve pull requests.') },
    /403 GitHub Actions is not permitted to create or approve pull requests\./,
  ],
  [
    'an unknown or hidden repository',
    'pulls/list',
    { status: 404, ...error('Not Found') },
    /no such repository, or the token may not see it.*Check the repository's URL/,
  ],
  [
    'another refusal',
    'pulls/create',
    {
      status: 422,
      ...error('Validation Failed', {
        errors: [{ resource: 'PullRequest', code: 'custom', message: 'No commits between main and x' }],
      }),
    },
    /422 Validation Failed: No commits between main and x/,
  ],
  [
    'a refusal without words',
    'pulls/create',
    {
      status: 422,
      ...error('Validation Failed', {
        errors: [{ resource: 'PullRequest', code: 'missing_field', field: 'title' }],
      }),
    },
    /missing_field.*title/,
  ],
  [
    'a blocked repository',
    'pulls/list',
    { status: 451, ...error('Repository access blocked') },
    /451 Repository access blocked/,
  ],
  [
    'an answer that is not JSON',
    'pulls/list',
    { status: 200, body: '<html>Please sign in</html>' },
    /not that of a GitHub API.*proxy or a sign-in page/,
  ],
  [
    'an outage',
    'pulls/list',
    { status: 502, body: '<html><b>Unicorn!</b></html>', times: 4 },
    /answers 502 again and again \(Unicorn!\).*is pushed: retry/,
  ],
  ['a connection that is cut', 'pulls/list', { times: 4 }, /the connection is cut.*network policy/],
  [
    "a token in the forge's own words",
    'pulls/create',
    { status: 403, ...error(`Token ${TOKEN} may not`) },
    /Token \[redacted\] may not/,
  ],
];

describe('github forge', () => {
  const github = standIn();

  describe('failures are told with cause and next step, and without the token', () => {
    for (const [what, operation, fault, sentence] of TABLE) {
      it(what, async () => {
        const { message } = await failure(github(), [[operation, fault]]);
        assert.match(message, sentence);
        assert.match(
          message,
          /^Cannot (?:look for|open) the pull request in example-org\/app-\d+ on 127\.0\.0\.1:\d+: /,
        );
      });
    }

    it('a base branch that is not there', async () => {
      assert.match(
        (await failure(github(), [], { base: 'trunk' })).message,
        /there is no branch trunk\. Give the task a base branch/,
      );
    });

    it('a token that the server does not know', async () => {
      assert.match(
        (await failure(github(), [], { token: 'example-other-token' })).message,
        /401 Bad credentials/,
      );
    });

    it('no answer in time, be it to the whole request or in the middle of it', async () => {
      for (const hang of ['answer', 'body'] as const) {
        const { message } = await failure(github(), [['pulls/list', { hang, times: 4 }]], {
          timing: { requestTimeout: 50 },
        });
        assert.match(message, /no answer in time/, hang);
      }
    });

    it('nothing listens', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      const host = `127.0.0.1:${port}`;
      const env = { BGTASK_GITHUB_API_URL: `http://${host}/api/v3` };
      const { message } = await failure(github(), [], { env, url: `http://${host}/example-org/app` });
      assert.match(message, /connection refused/);
    });

    it('no TLS', async () => {
      const api = github().apiUrl.replace('http:', 'https:');
      assert.match(
        (await failure(github(), [], { env: { BGTASK_GITHUB_API_URL: api } })).message,
        /no secure connection.*NODE_EXTRA_CA_CERTS/,
      );
    });
  });

  describe('without a usable token nothing is sent', () => {
    for (const [what, token, sentence] of [
      [
        'none',
        '',
        /No token for example-org\/app-\d+ on .*GITHUB_TOKEN.*"contents: write" and "pull_requests: write"/,
      ],
      ['only spaces', ' \n', /No token/],
      ['two lines', `${TOKEN}\nsecond`, /holds spaces, line breaks/],
      ['other characters', `${TOKEN}\u00e9`, /holds spaces, line breaks/],
    ] as const) {
      it(what, async () => {
        const { message, requests } = await failure(github(), [], { token });
        assert.match(message, sentence);
        assert.equal(requests.length, 0);
      });
    }
  });
});
