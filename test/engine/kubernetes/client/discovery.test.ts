import assert from 'node:assert/strict';
import { servesGroup } from '../../../../src/engine/kubernetes/client/discovery.ts';
import { clientFor, reply, serve, type Served, status } from './server.ts';

describe('servesGroup', () => {
  let server: Served;
  afterEach(() => server.close());

  async function ask(code: number, body: object): Promise<boolean> {
    server = await serve((response) => reply(response, code, body));
    return servesGroup(clientFor(server.url), 'security.openshift.io');
  }

  it('is true for a group that is served', async () => {
    assert.equal(await ask(200, { kind: 'APIGroup', name: 'security.openshift.io' }), true);
    assert.deepEqual(
      server.requests.map(({ url }) => url.pathname),
      ['/apis/security.openshift.io'],
    );
  });

  it('is false for a group that the API server does not know', async () => {
    assert.equal(
      await ask(404, status(404, 'NotFound', 'the server could not find the requested resource')),
      false,
    );
  });

  it('is an error where the API server refuses to say', async () => {
    await assert.rejects(ask(403, status(403, 'Forbidden', 'no')), { code: 'Forbidden' });
  });
});
