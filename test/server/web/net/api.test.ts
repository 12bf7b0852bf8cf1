import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiFor, Refused } from '../../../../src/server/web/net/api.ts';
import { eventsOf } from '../../../../src/server/web/net/streams.ts';

describe("the pages' way to the server", () => {
  let server: Server;
  let url: string;
  before(async () => {
    server = createServer((request, response) => {
      const status = Number(request.url?.slice(1));
      if (request.url === '/echo') {
        response.end(JSON.stringify({ token: request.headers.authorization, method: request.method }));
      } else if (request.url === '/events') {
        response.write('event: task\ndata: {"na');
        response.end('me":"ä"}\n\n');
      } else if (request.url === '/proxy') {
        response.writeHead(502, 'Bad Gateway').end('<html>no JSON</html>');
      } else {
        response.writeHead(status).end(JSON.stringify({ error: 'Short', message: 'Long' }));
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  it('sends the token in the header that the API reads', async () =>
    assert.deepEqual(await apiFor('T', assert.fail).json(`${url}/echo`, { method: 'POST', body: {} }), {
      token: 'Bearer T',
      method: 'POST',
    }));

  it("a refusal has the server's words", async () => {
    const words = { status: 409, title: 'Short', message: 'Long' };
    await assert.rejects(apiFor('T', assert.fail).open(`${url}/409`), { name: 'Refused', words });
  });

  it('a token that is not accepted is told', async () => {
    const told: string[] = [];
    await assert.rejects(apiFor('T', (message) => told.push(message)).open(`${url}/401`), Refused);
    assert.deepEqual(told, ['Long']);
  });

  it("a proxy's page is a refusal, too, and none of its text is shown", async () => {
    const words = { status: 502, title: 'Bad Gateway', message: '' };
    await assert.rejects(apiFor('T', assert.fail).open(`${url}/proxy`), { words });
  });

  it('a server that is not there is unreachable', async () =>
    assert.rejects(apiFor('T', assert.fail).open('http://127.0.0.1:1/'), { name: 'Unreachable' }));

  it('events arrive whole, whatever they are cut into', async () => {
    const events = [];
    for await (const event of eventsOf(await apiFor('T', assert.fail).open(`${url}/events`)))
      events.push(event);
    assert.deepEqual(events, [{ event: 'task', data: '{"name":"ä"}' }]);
  });
});
