import assert from 'node:assert/strict';
import { identity } from '../../../src/engine/kubernetes/identity.ts';
import { clientFor, reply, serve, type Served, status } from './client/server.ts';

const REVIEW = /^\/apis\/authentication\.k8s\.io\/(v1|v1beta1|v1alpha1)\/selfsubjectreviews$/;
const USER = '/apis/user.openshift.io/v1/users/~';
const CSR = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const alice = { username: 'alice@example.com', groups: ['developers', 'system:authenticated'] };
const ALICE = { userId: 'alice@example.com', groups: alice.groups };

type Answers = Record<string, { code: number; body: object }>;
const reviewed = { code: 201, body: { status: { userInfo: alice } } };
const forbidden = (name: string) => ({
  code: 403,
  body: status(
    403,
    'Forbidden',
    `certificatesigningrequests.certificates.k8s.io is forbidden: User ${JSON.stringify(name)} cannot create resource "certificatesigningrequests" in API group "certificates.k8s.io" at the cluster scope`,
  ),
});

const refused = { code: 403, body: status(403, 'Forbidden', 'User "alice" cannot get resource "users"') };

const path = (version: string): string => `/apis/authentication.k8s.io/${version}/selfsubjectreviews`;

describe('who the caller is', () => {
  let server: Served;
  afterEach(() => server.close());

  /** An API server that knows these paths alone. */
  async function ask(answers: Answers) {
    server = await serve((response, { url }) => {
      const { code, body } = answers[url.pathname] ?? {
        code: 404,
        body: status(404, 'NotFound', 'the server could not find the requested resource'),
      };
      reply(response, code, body);
    });
    return identity(clientFor(server.url));
  }

  const CASES: readonly [cluster: string, answers: Answers, said: object, requests: number][] = [
    ['Kubernetes 1.28 and newer', { [path('v1')]: reviewed }, ALICE, 1],
    ['Kubernetes 1.27 with the beta', { [path('v1beta1')]: reviewed }, ALICE, 2],
    ['Kubernetes 1.26 with the alpha', { [path('v1alpha1')]: reviewed }, ALICE, 3],
    ['OpenShift 4.13', { [USER]: { code: 200, body: { metadata: { name: 'alice' }, groups: null } } }, { userId: 'alice' }, 4],
    ['Kubernetes 1.26, for an administrator', { [CSR]: { code: 201, body: { spec: alice } } }, ALICE, 5],
    ['Kubernetes 1.26, for a person without rights', { [CSR]: forbidden('alice "the" boss\\x') }, { userId: 'alice "the" boss\\x' }, 5],
    ['Kubernetes 1.27, which refuses a person what it lacks', { [path('v1alpha1')]: refused, [USER]: refused, [CSR]: forbidden('alice') }, { userId: 'alice' }, 5],
  ]; // prettier-ignore
  for (const [cluster, answers, said, requests] of CASES)
    it(`is known on ${cluster}`, async () => {
      assert.deepEqual(await ask(answers), said);
      assert.equal(server.requests.length, requests);
    });

  it('is learned without storing anything', async () => {
    await ask({ [CSR]: { code: 201, body: { spec: alice } } });
    const last = server.requests.at(-1);
    assert.equal(last?.url.searchParams.get('dryRun'), 'All');
    assert.deepEqual(
      server.requests.slice(0, 3).map(({ url }) => REVIEW.test(url.pathname)),
      [true, true, true],
    );
  });

  it('is an error of its own where no API names the caller', async () => {
    await assert.rejects(ask({}), {
      code: 'Unavailable',
      message: 'The API server does not say who you are.',
    });
  });

  it('is not guessed after a refusal that says nothing of the name', async () => {
    const body = status(403, 'Forbidden', 'nodes are for "administrators"');
    await assert.rejects(ask({ [CSR]: { code: 403, body } }), { code: 'Forbidden' });
  });

  it('is not asked of another API when the first one is refused', async () => {
    await assert.rejects(
      ask({ [path('v1')]: { code: 401, body: status(401, 'Unauthorized', 'Unauthorized') } }),
      {
        code: 'Unauthorized',
      },
    );
    assert.equal(server.requests.length, 1);
  });
});
