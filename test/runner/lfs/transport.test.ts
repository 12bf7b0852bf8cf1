import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isInnerAddress, outerLookup } from '../../../src/runner/lfs/addresses.ts';
import { LfsHosts } from '../../../src/runner/lfs/hosts.ts';
import { LfsError } from '../../../src/runner/lfs/lfs-error.ts';
import { textOf } from '../../../src/runner/lfs/text-of.ts';
import { LfsTransport } from '../../../src/runner/lfs/transport.ts';

const signal = new AbortController().signal;

/** Counts the known hosts as the repository's own, whatever the address. */
class AnyHost extends LfsHosts {
  override checked(address: string, from?: URL): URL {
    return new URL(address, from?.href);
  }
  override isKnown(): boolean {
    return true;
  }
}

describe('requests to servers of Git LFS', () => {
  const servers: Server[] = [];
  const listening = async (answer: RequestListener): Promise<string> => {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  let transport: LfsTransport;
  beforeEach(() => {
    const hosts = new AnyHost({ env: {}, secrets: {} }, 'https://git.example.com/o/r');
    transport = new LfsTransport({ hosts, env: {}, signal, idleMs: 200 });
  });
  afterEach(async () => {
    await transport.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('leave their headers behind when a download is redirected to another server', async () => {
    const heard: IncomingMessage['headers'][] = [];
    const other = await listening(({ headers }, response) => {
      heard.push(headers);
      response.end('x');
    });
    const first = await listening((_, response) => response.writeHead(302, { location: `${other}/y` }).end());
    const response = await transport.send(first, {
      method: 'GET',
      headers: { authorization: 'Basic eDp5', 'x-amz-date': '1' },
    });
    assert.equal(await textOf(response, 10), 'x');
    assert.equal(heard[0]?.authorization, undefined);
    assert.equal(heard[0]?.['x-amz-date'], undefined);
  });

  for (const method of ['POST', 'PUT'] as const)
    it(`are not sent to another server by a redirect of a ${method}`, async () => {
      const heard: string[] = [];
      const other = await listening(({ url }, response) => {
        heard.push(url ?? '');
        response.end();
      });
      const first = await listening((_, response) => response.writeHead(307, { location: other }).end());
      const request = { method, headers: { authorization: 'Basic eDp5' }, body: '{}' };
      await assert.rejects(transport.send(first, request), /another server, which is not followed/);
      assert.deepEqual(heard, []);
    });

  it('end when a server says nothing, and may be tried again', async () => {
    const silent = await listening(() => undefined);
    await assert.rejects(transport.send(silent, { method: 'GET', headers: {} }), (error) => {
      assert.ok(error instanceof LfsError && error.isPassing);
      assert.match(error.message, /cannot be reached: Headers Timeout/);
      return true;
    });
  });

  it('end at once when a secure connection fails, with what to do', async () => {
    const plain = await listening((_, response) => response.end());
    const request = transport.send(plain.replace('http:', 'https:'), { method: 'GET', headers: {} });
    await assert.rejects(request, (error) => {
      assert.ok(error instanceof LfsError && !error.isPassing);
      assert.match(error.message, /name its file in NODE_EXTRA_CA_CERTS/);
      return true;
    });
  });

  it('end when a server stops in the middle of a body', async () => {
    const halting = await listening((_, response) =>
      response.writeHead(200, { 'content-length': 10 }).write('half'),
    );
    const response = await transport.send(halting, { method: 'GET', headers: {} });
    await assert.rejects(textOf(response, 100), /broke off: Body Timeout/);
  });

  it('end when an answer is too long', async () => {
    const long = await listening((_, response) => response.end('x'.repeat(100)));
    await assert.rejects(
      textOf(await transport.send(long, { method: 'GET', headers: {} }), 99),
      /more than 99 bytes/,
    );
  });
});

describe('addresses of inner networks', () => {
  const INNER = ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '[::1]', '[fd00::1]', '[fe80::1]', '[::ffff:192.168.0.1]', '[64:ff9b::a00:1]', '255.255.255.255']; // prettier-ignore
  for (const address of INNER) it(`${address} is one`, () => assert.ok(isInnerAddress(address)));
  const OUTER = [
    '1.1.1.1',
    '140.82.112.3',
    '172.32.0.1',
    '100.128.0.1',
    '[2606:50c0:8000::153]',
    'example.com',
  ];
  for (const address of OUTER) it(`${address} is not one`, () => assert.ok(!isInnerAddress(address)));

  for (const all of [true, false])
    it(`a name that has one is not connected to (all: ${all})`, async () => {
      const error = await new Promise((resolve) =>
        outerLookup('localhost', { all }, (found) => resolve(found)),
      );
      assert.ok(error instanceof LfsError);
      assert.match(error.message, /localhost has an address of an inner network/);
    });
});

describe('which servers a repository’s files may be asked of', () => {
  const REPOSITORY = 'https://git.example.com/o/r';
  const ROWS: [address: string, repository: string, env: Record<string, string>, refused: RegExp | undefined][] = [
    ['https://git.example.com/x', REPOSITORY, {}, undefined],
    ['https://objects.example.net/x?sig=1', REPOSITORY, {}, undefined],
    ['https://10.0.0.5/o/r.git/info/lfs', 'https://10.0.0.5/o/r', {}, undefined],
    ['https://10.0.0.5:8443/x', 'git@10.0.0.5:o/r', {}, undefined],
    ['https://10.0.0.6/x', 'https://10.0.0.5/o/r', {}, /inner network\. If it is one of yours, name it in BGTASK_FORGE_HOST/],
    ['https://10.0.0.6:9000/x', REPOSITORY, { BGTASK_FORGE_HOST: '10.0.0.6:9000' }, undefined],
    ['https://10.0.0.6:9001/x', REPOSITORY, { BGTASK_FORGE_HOST: '10.0.0.6:9000' }, /inner network/],
    ['https://0x7f.1/x', REPOSITORY, {}, /https:\/\/127\.0\.0\.1 is an address of an inner network/],
    ['http://git.example.com/x', REPOSITORY, {}, /is not https/],
    ['http://127.0.0.1:8080/x', 'http://127.0.0.1:8080/o/r', {}, undefined],
    ['http://127.0.0.1:8081/x', 'http://127.0.0.1:8080/o/r', {}, /is not https/],
    ['https://x@git.example.com/', REPOSITORY, {}, /holds a credential/],
    ['ftp://git.example.com/', REPOSITORY, {}, /is not https/],
    ['nothing', REPOSITORY, {}, /is not a URL/],
  ]; // prettier-ignore
  for (const [address, repository, env, refused] of ROWS)
    it(`${address} for ${repository} ${JSON.stringify(env)}: ${refused ? 'not' : 'asked'}`, () => {
      const hosts = new LfsHosts({ env, secrets: {} }, repository);
      if (refused) assert.throws(() => hosts.checked(address), refused);
      else assert.equal(hosts.checked(address).href, address);
    });
});
