import assert from 'node:assert/strict';
import { hasSidecars, servesGroup } from '../../../../src/engine/kubernetes/client/discovery.ts';
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

describe('hasSidecars', () => {
  const CASES: [version: object, expected: boolean][] = [
    [{ major: '1', minor: '32', gitVersion: 'v1.32.1' }, true],
    [{ major: '1', minor: '35+', gitVersion: 'v1.35.4-gke.1' }, true],
    [{ major: '2', minor: '0' }, true],
    [{ major: '1', minor: '31' }, false],
    [{ major: '1', minor: '26+' }, false],
    [{ gitVersion: 'v1.35.4' }, false],
  ];
  for (const [version, expected] of CASES)
    it(`is ${String(expected)} for ${JSON.stringify(version)}`, async () => {
      const server = await serve((response) => reply(response, 200, version));
      assert.equal(await hasSidecars(clientFor(server.url)), expected);
      await server.close();
    });
});
