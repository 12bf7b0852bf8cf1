import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePorts } from './free-ports.ts';

const RANGE = '/proc/sys/net/ipv4/ip_local_port_range';

describe('free ports for programs of the test cluster', () => {
  it('are all different, and each can be listened on', async () => {
    const ports = await freePorts('127.0.0.1', 20);
    assert.equal(new Set(ports).size, 20);
    for (const port of ports) {
      const server = createServer().listen(port, '127.0.0.1');
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
    }
  });

  it('are not among those that the kernel lends to a connection before the program listens', async () => {
    const lent = existsSync(RANGE) ? readFileSync(RANGE, 'utf8') : '49152 65535';
    const [first = 0, last = 0] = lent.trim().split(/\s+/).map(Number);
    const unavoidable = first <= 20_000;
    for (const port of await freePorts('127.0.0.1', 50))
      assert.ok(unavoidable || port < first || port > last, `${port} is one of ${lent}`);
  });

  it('say so when an address is not of this machine', async () => {
    await assert.rejects(freePorts('192.0.2.1', 1), /EADDRNOTAVAIL/);
  });
});
