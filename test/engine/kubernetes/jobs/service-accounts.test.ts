import assert from 'node:assert/strict';
import { lacksAccount } from '../../../../src/engine/kubernetes/jobs/fates/unstarted.ts';
import { ServiceAccounts } from '../../../../src/engine/kubernetes/jobs/service-accounts.ts';
import { clientFor, reply, serve, type Served } from '../client/server.ts';
import { QUOTA } from './fates-recorded.ts';
import { warning } from './recorded.ts';

describe('the service account of the Jobs of a project', () => {
  let server: Served;
  let accounts: ServiceAccounts;
  beforeEach(async () => {
    server = await serve((response) => reply(response, 201, { metadata: {} }));
    accounts = new ServiceAccounts(clientFor(server.url));
  });
  afterEach(() => server.close());
  const asked = (): string[] => server.requests.map(({ method, url }) => `${method} ${url.pathname}`);
  const POST = 'POST /api/v1/namespaces/team-a/serviceaccounts';

  it('is made once a project, and mounts no token', async () => {
    for (let times = 0; times < 3; times++) await accounts.ensure('team-a', 'bgtask-runner');
    assert.deepEqual(asked(), [POST]);
    const { automountServiceAccountToken } = JSON.parse(server.requests[0]?.body ?? '') as Record<
      string,
      unknown
    >;
    assert.equal(automountServiceAccountToken, false);
  });

  it('is made again when it is found to be missing: the project may be a new one of the same name', async () => {
    await accounts.ensure('team-a', 'bgtask-runner');
    await accounts.renew('team-a', 'bgtask-runner');
    await accounts.ensure('team-a', 'bgtask-runner');
    assert.deepEqual(asked(), [POST, POST]);
  });

  const missing =
    'Error creating: pods "a" is forbidden: error looking up service account team-a/bgtask-runner: serviceaccount "bgtask-runner" not found';
  for (const [what, event, expected] of [
    ['a Job whose account is missing', warning('FailedCreate', missing), true],
    ['a Job beyond its quota', warning('FailedCreate', QUOTA), false],
    ['a pod that says such a thing of something else', warning('FailedMount', missing), false],
  ] as const)
    it(`is ${expected ? '' : 'not '}missing by the events of ${what}`, () =>
      assert.equal(lacksAccount([event]), expected));
});
