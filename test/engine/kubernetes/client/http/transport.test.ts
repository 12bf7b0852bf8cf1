import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect as connectTo, createServer as createPlainServer, type AddressInfo } from 'node:net';
import { certificateFor, base64 } from '../certificates.ts';
import { clientFor, reply, serve, type Served } from '../server.ts';

const get = { path: '/version' };

describe('the connection to an API server', () => {
  const local = certificateFor('IP:127.0.0.1');
  const named = certificateFor('DNS:kube.example.com');
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  const start = async (own: typeof local): Promise<Served> => {
    const server = await serve((response) => reply(response, 200, {}), own);
    open.push(server);
    return server;
  };
  type Cluster = NonNullable<Parameters<typeof clientFor>[1]>['cluster'];
  const client = (server: Served, cluster: Cluster) => {
    const one = clientFor(server.url, { cluster });
    open.push(one);
    return one;
  };

  const TRUSTED: [why: string, own: typeof local, cluster: Cluster][] = [
    ['its authority is the one named', local, { caData: base64(local.cert) }],
    [
      'it has the server name to expect',
      named,
      { caData: base64(named.cert), tlsServerName: 'kube.example.com' },
    ],
    ['it need not be trusted', named, { skipTLSVerify: true }],
  ];
  for (const [why, own, cluster] of TRUSTED)
    it(`trusts a certificate because ${why}`, async () => {
      assert.deepEqual(await client(await start(own), cluster).json(get), {});
    });

  const UNTRUSTED: [why: string, own: typeof local, cluster: Cluster, says: RegExp][] = [
    ['of an unknown authority', local, {}, /self-signed certificate/],
    [
      'of another authority',
      local,
      { caData: base64(named.cert) },
      /self-signed certificate|unable to verify/,
    ],
    ['for another name', named, { caData: base64(named.cert) }, /IP: 127\.0\.0\.1 is not in the cert's list/],
  ];
  for (const [why, own, cluster, says] of UNTRUSTED)
    it(`refuses a certificate ${why}, at once and before it sends anything`, async () => {
      const server = await start(own);
      await assert.rejects(client(server, cluster).json(get), {
        code: 'Unavailable',
        message: says,
        hint: /certificate-authority/,
      });
      assert.equal(server.requests.length, 0);
      assert.equal(server.connections, 1);
    });

  /** A proxy that tunnels whatever it is asked to the server, and what it was asked. */
  const tunnel = async (server: Served): Promise<{ address: string; asked: (string | undefined)[] }> => {
    const asked: (string | undefined)[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(request.url, request.headers['proxy-authorization']);
      const { port } = new URL(server.url);
      const onward = connectTo(Number(port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [onward, socket]) end.on('error', () => onward.destroy());
    });
    await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
    open.push(proxy);
    return { address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
  };

  it('goes through a proxy, and keeps that connection', async () => {
    const server = await start(local);
    const { address, asked } = await tunnel(server);
    const proxyUrl = `http://user:fake@${address}`;
    const one = client(server, { caData: base64(local.cert), proxyUrl });
    await one.json(get);
    await one.json(get);
    assert.deepEqual(asked, [new URL(server.url).host, `Basic ${base64('user:fake')}`]);
    assert.equal(server.requests.length, 2);
    one.close();
  });

  for (const [why, own, cluster] of TRUSTED)
    it(`through a proxy too, trusts a certificate because ${why}`, async () => {
      const server = await start(own);
      const { address } = await tunnel(server);
      assert.deepEqual(await client(server, { ...cluster, proxyUrl: `http://${address}` }).json(get), {});
    });

  for (const [why, own, cluster, says] of UNTRUSTED)
    it(`through a proxy too, refuses a certificate ${why}, before it sends anything`, async () => {
      const server = await start(own);
      const { address } = await tunnel(server);
      const one = client(server, { ...cluster, proxyUrl: `http://${address}` });
      await assert.rejects(one.json(get), { code: 'Unavailable', message: says });
      assert.equal(server.requests.length, 0);
    });

  it('goes through a SOCKS proxy', async () => {
    const server = await start(local);
    const asked: number[] = [];
    const proxy = createPlainServer((socket) => {
      const { port } = new URL(server.url);
      // RFC 1928: a greeting, answered with "no authentication"; a request, answered with "succeeded"; then bytes.
      socket.once('data', () => {
        socket.write(Buffer.from([5, 0]));
        socket.once('data', (request) => {
          asked.push(request.readUInt16BE(request.length - 2));
          const onward = connectTo(Number(port), '127.0.0.1', () => {
            socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
            onward.pipe(socket).pipe(onward);
          });
          for (const end of [onward, socket]) end.on('error', () => onward.destroy());
        });
      });
    });
    await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
    open.push(proxy);
    const { port } = proxy.address() as AddressInfo;
    const one = client(server, { caData: base64(local.cert), proxyUrl: `socks5://127.0.0.1:${port}` });
    assert.deepEqual(await one.json(get), {});
    assert.deepEqual(asked, [Number(new URL(server.url).port)]);
    one.close();
  });

  it('refuses a kind of proxy that it does not know, by name', async () => {
    const server = await start(local);
    const one = client(server, { proxyUrl: 'ftp://127.0.0.1:1' });
    await assert.rejects(one.json(get), /proxy 127\.0\.0\.1:1 must be http, https or socks, not ftp/);
  });

  it('that a proxy refuses says so', async () => {
    const server = await start(local);
    const proxy = createServer();
    proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
    open.push(proxy);
    const { port } = proxy.address() as AddressInfo;
    const one = client(server, { proxyUrl: `http://127.0.0.1:${port}` });
    await assert.rejects(one.json(get), {
      code: 'Unavailable',
      message: /the proxy 127\.0\.0\.1:\d+ answered 407/,
    });
  });

  it('ends the body of a DELETE where it ends', async () => {
    const server = await serve((response, { body }) => reply(response, 200, { body }));
    open.push(server);
    const one = clientFor(server.url);
    open.push(one);
    const body = { preconditions: { uid: 'grün' } };
    assert.deepEqual(await one.json({ ...get, method: 'DELETE', body }), { body: JSON.stringify(body) });
    assert.deepEqual(await one.json(get), { body: '' });
    assert.equal(server.connections, 1);
  });
});
