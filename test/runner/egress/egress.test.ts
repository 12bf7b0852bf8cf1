import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Egress, type EgressOptions, openEgress } from '../../../src/runner/egress/egress.ts';
import { startConnectProxy } from '../../support/connect-proxy.ts';
import { tempFolder } from '../../support/stage/remote.ts';
import { type Provider, startProvider } from '../gateway/provider.ts';

/** Names as a hostile or a company's name server has them. */
const NAMES: Record<string, string[]> = {
  'mirror.corp.example': ['127.0.0.1'],
  'rebound.example': ['127.0.0.1'],
  'half.example': ['93.184.216.34', '10.0.0.1'],
  'metadata.corp.example': ['169.254.169.254'],
  'empty.example': [],
};

describe('the way out of a room', () => {
  const closing: (() => Promise<void>)[] = [];
  let log: string[];
  let socket: string;
  let server: Provider;
  let asked: string[];
  beforeEach(async () => {
    log = [];
    asked = [];
    socket = join(tempFolder(), 'egress.sock');
    server = await startProvider((response, { body }) => response.end(`it works ${body}`));
    closing.push(() => server.close());
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const open = async (options: Partial<EgressOptions> = {}): Promise<Egress> => {
    const egress = await openEgress({
      socket,
      phase: 'install',
      mode: 'list',
      hosts: ['rebound.example', 'half.example', 'empty.example'],
      personHosts: [`mirror.corp.example:${server.port}`, 'metadata.corp.example', '169.254.169.254'],
      env: {},
      log: (line) => log.push(line),
      signal: new AbortController().signal,
      resolve(host) {
        asked.push(host);
        return Promise.resolve((NAMES[host] ?? []).map((address) => ({ address })));
      },
      ...options,
    });
    closing.push(egress.close);
    return egress;
  };
  /** Asks for a tunnel; the status, and the socket or the text of a refusal. */
  const tunnel = async (path: string): Promise<{ status: number; joined: Socket }> => {
    const request = httpRequest({ socketPath: socket, method: 'CONNECT', path });
    request.end();
    const [response, joined, head] = (await once(request, 'connect')) as [IncomingMessage, Socket, Buffer];
    joined.unshift(head);
    return { status: response.statusCode ?? 0, joined };
  };
  const refusal = async (path: string): Promise<[status: number, text: string]> => {
    const { status, joined } = await tunnel(path);
    return [status, await text(joined)];
  };
  const get = async (url: string, method = 'GET', body = ''): Promise<[status: number, text: string]> => {
    const request = httpRequest({
      socketPath: socket,
      method,
      path: url,
      headers: { 'proxy-connection': 'keep-alive' },
    });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return [response.statusCode ?? 0, await text(response)];
  };

  it('joins a program to a host of the list, at the address that was checked and looked up once', async () => {
    await open();
    const { status, joined } = await tunnel(`mirror.corp.example:${server.port}`);
    assert.equal(status, 200);
    joined.end('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    assert.match(await text(joined), /it works/);
    assert.deepEqual(asked, ['mirror.corp.example']);
    assert.deepEqual(log, []);
  });

  it('passes plain http, and not what concerns the proxy', async () => {
    await open();
    assert.deepEqual(await get(`http://mirror.corp.example:${server.port}/a?b=c`, 'POST', 'text'), [
      200,
      'it works text',
    ]);
    const [one] = server.asked;
    assert.deepEqual([one?.url, one?.headers.host], ['/a?b=c', `mirror.corp.example:${server.port}`]);
    assert.equal(one?.headers['proxy-connection'], undefined);
  });

  const REFUSED: [place: string, why: RegExp][] = [
    ['elsewhere.example:443', /not in the list of this phase; the setting network\.allow can add it/],
    ['mirror.corp.example:22', /not in the list/],
    ['127.0.0.1:443', /not in the list/],
    ['2130706433:443', /not in the list/],
    ['rebound.example:443', /127\.0\.0\.1 is an address of this machine or its network/],
    ['half.example:443', /10\.0\.0\.1 is an address of this machine or its network/],
    [
      'metadata.corp.example:80',
      /169\.254\.169\.254 is a link-local, metadata or multicast address, which no setting opens/,
    ],
    ['169.254.169.254:80', /169\.254\.169\.254 is a link-local/],
  ];
  for (const [place, why] of REFUSED)
    it(`refuses ${place}, and says so once`, async () => {
      await open();
      for (let times = 0; times < 2; times++) {
        const [status, said] = await refusal(place);
        assert.equal(status, 403);
        assert.match(said, why);
      }
      assert.equal(log.length, 1);
      assert.match(log[0] ?? '', /^The network of the phase install is closed for /);
      assert.match(log[0] ?? '', why);
      if (place.endsWith(':80')) assert.equal((await get(`http://${place.replace(/:80$/, '')}/`))[0], 403);
    });

  it('refuses every host where nothing is allowed', async () => {
    await open({ phase: 'checks', hosts: [], personHosts: [] });
    assert.equal((await refusal(`mirror.corp.example:${server.port}`))[0], 403);
    assert.match(log.join(), /phase checks is closed for mirror\.corp\.example/);
  });

  it('lets every name pass when it is open, but none to the machine’s own network', async () => {
    await open({
      mode: 'open',
      resolve: (host) => Promise.resolve([{ address: host === 'a.example' ? '::1' : '127.0.0.1' }]),
    });
    for (const host of ['a.example:443', 'b.example:443']) assert.equal((await refusal(host))[0], 403);
    assert.match(log.join('\n'), /a\.example:443: ::1 is an address of this machine/);
  });

  for (const url of [
    'https://mirror.corp.example/',
    '/',
    'http://user:pw@elsewhere.example/secret-path',
    'ftp://x.example/',
  ])
    it(`refuses a request for ${url}, and the log has neither path nor password`, async () => {
      await open();
      assert.equal((await get(url))[0], 403);
      assert.ok(!/secret-path|pw/.test(log.join()), log.join());
    });

  it('says that a name has no address, or that its host does not answer', async () => {
    await open({ hosts: ['empty.example', 'rebound.example:1'], personHosts: ['rebound.example:1'] });
    for (const [place, why] of [
      ['empty.example:443', /the name does not have an address/],
      ['rebound.example:1', /ECONNREFUSED/],
    ] as const) {
      const [status, said] = await refusal(place);
      assert.equal(status, 502);
      assert.match(said, why);
    }
    assert.deepEqual(log, []);
  });

  it('writes no control character of a request into the log', async () => {
    await open();
    const client = connect(socket);
    client.end('CONNECT evil\u001b[31m.example:443 HTTP/1.1\r\nhost: x\r\n\r\n');
    await text(client);
    const other = connect(socket);
    other.end('CONNECT e\u0080vil.example:443 HTTP/1.1\r\nhost: x\r\n\r\n');
    await text(other);
    assert.ok(!/[\u0000-\u001f\u007f-\u009f]/.test(log.join('')), JSON.stringify(log));
  });

  it('goes through the person’s own proxy, which is asked for names of the list alone', async () => {
    const proxy = await startConnectProxy(() => server.port);
    closing.push(() => proxy.close());
    await open({ hosts: ['npm.example'], env: { HTTPS_PROXY: `http://me:secret@${proxy.host}` } });
    const { status, joined } = await tunnel('npm.example:443');
    assert.equal(status, 200);
    joined.end('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    assert.match(await text(joined), /it works/);
    assert.equal((await refusal('elsewhere.example:443'))[0], 403);
    assert.deepEqual(proxy.asked, [{ target: 'npm.example:443', credential: 'me:secret' }]);
    assert.deepEqual(asked, []);
  });

  it('can be opened by its owner alone, and is gone when it is closed, with what it joined', async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const { close } = await open({ personHosts: [`mirror.corp.example:${port}`] });
    assert.equal(statSync(socket).mode & 0o777, 0o600);
    const { joined } = await tunnel(`mirror.corp.example:${port}`);
    joined.on('error', () => undefined);
    const gone = once(joined, 'close');
    await close();
    await gone;
    await assert.rejects(tunnel(`mirror.corp.example:${port}`));
    silent.close();
  });

  it('is closed when the task ends', async () => {
    const control = new AbortController();
    await open({ signal: control.signal });
    control.abort();
    await assert.rejects(tunnel('rebound.example:443'));
  });
});
