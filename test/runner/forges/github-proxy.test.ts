import assert from 'node:assert/strict';
import { githubAddress } from '../../../src/runner/forges/github-address.ts';
import { mintToken } from '../../../src/runner/forges/github-app.ts';
import { type ConnectProxy, startConnectProxy } from '../../support/connect-proxy.ts';
import { APP_ID, appKeys, appOn } from '../../support/github-app-keys.ts';
import { type Github, startGithub } from '../../support/github-standin/start.ts';
import { commitOn, contextOf, draftOf, freshRepo, quick, QUICK, TOKEN } from './fixtures.ts';

/** No name server knows it: a request that gets there went through the proxy. */
const NAME = 'github.invalid';
const API = { BGTASK_GITHUB_API_URL: `http://${NAME}/api/v3` };
const keys = appKeys();

describe('GitHub behind a proxy', () => {
  let github: Github;
  let proxy: ConnectProxy;
  let refusal: string | undefined;

  before(async () => {
    const apps = [appOn(keys, ['example-org/behind'])];
    github = await startGithub({ tokens: [TOKEN], apps, publicUrl: `http://${NAME}` });
    await github.createRepo('example-org', 'behind', { files: { a: 'a' } });
    proxy = await startConnectProxy(() => refusal ?? github.port);
  });
  beforeEach(() => {
    refusal = undefined;
    proxy.asked.splice(0);
  });
  afterEach(() => assert.deepEqual(github.problems.splice(0), []));
  after(async () => {
    await proxy.close();
    await github.close();
  });

  const open = async (env: NodeJS.ProcessEnv): Promise<string> => {
    const repo = await freshRepo(github);
    await commitOn(repo, draftOf().branch);
    const forge = await quick.create(contextOf({ repository: repo.cloneUrl }), { ...API, ...env });
    return (await forge.open(draftOf())).url;
  };
  const failure = async (env: NodeJS.ProcessEnv): Promise<string> => {
    const error: unknown = await open(env).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof Error, 'nothing failed');
    return error.message;
  };

  for (const name of ['HTTP_PROXY', 'http_proxy'])
    it(`opens the pull request through the proxy that ${name} names, with its name and password`, async () => {
      assert.match(await open({ [name]: `http://team:s%40fe@${proxy.host}` }), /\/pull\/1$/);
      assert.deepEqual(proxy.asked[0], { target: `${NAME}:80`, credential: 'team:s@fe' });
    });

  it('asks for an App’s token through it too', async () => {
    const token = await mintToken({
      ...QUICK,
      app: { id: APP_ID, privateKey: keys.privateKey },
      address: githubAddress(`http://${NAME}/example-org/behind`, API),
      permissions: { contents: 'read' },
      env: { HTTP_PROXY: proxy.host },
      log: () => undefined,
      signal: new AbortController().signal,
    });
    assert.equal(token, github.grants.at(-1)?.token);
    assert.equal(proxy.asked[0]?.target, `${NAME}:80`);
  });

  const SPARED = [NAME, '.invalid', '*.invalid', `other.example.com, ${NAME}:80`, '*'];
  for (const spared of SPARED)
    it(`goes around the proxy when NO_PROXY says ${spared}`, async () => {
      const said = await failure({ HTTP_PROXY: proxy.host, NO_PROXY: spared });
      assert.match(
        said,
        /on github\.invalid: github\.invalid: (the name is unknown to DNS|DNS does not answer)\./,
      );
      assert.deepEqual(proxy.asked, []);
    });

  const FAILURES: [what: string, answer: string | undefined, url: (host: string) => string, says: RegExp][] =
    [
      [
        'a proxy that wants a password',
        '407 Proxy Authentication Required',
        (host) => `http://team:secret-word@${host}`,
        /: the proxy 127\.0\.0\.1:\d+ wants a name and a password \(407\): give them in HTTPS_PROXY/,
      ],
      [
        'a proxy that lets no request through',
        '403 Forbidden',
        (host) => `http://team:secret-word@${host}`,
        /: the proxy 127\.0\.0\.1:\d+ refuses the way there \(403\)\./,
      ],
      [
        'a proxy that is not there',
        undefined,
        () => 'http://team:secret-word@127.0.0.1:1',
        /github\.invalid through the proxy 127\.0\.0\.1:1: nothing listens there \(connection refused\)\./,
      ],
      [
        'a proxy of another kind',
        undefined,
        (host) => `socks5://team:secret-word@${host}`,
        /: the proxy 127\.0\.0\.1:\d+ speaks socks5: name one that speaks http or https\./,
      ],
      [
        'a proxy whose URL is not valid',
        undefined,
        () => 'http://team:secret-word@:x',
        /: the proxy that HTTPS_PROXY names is not a URL\./,
      ],
    ];
  for (const [what, answer, url, says] of FAILURES)
    it(`tells of ${what}, and not its password`, async () => {
      refusal = answer;
      const said = await failure({ HTTP_PROXY: url(proxy.host) });
      assert.match(said, says);
      assert.doesNotMatch(said, /secret-word/);
    });
});
