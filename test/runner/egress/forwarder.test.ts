import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { forwarded, forwarderFile } from '../../../src/runner/egress/room-network.ts';
import { tempFolder } from '../../support/stage/remote.ts';

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const run = (args: readonly string[]): { code: number | null; out: string; err: string } => {
  const [program = '', ...rest] = args;
  const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8', input: 'given' });
  return { code: status, out: stdout, err: stderr };
};

describe('the forwarder of a room', () => {
  let port: number;
  beforeEach(async () => (port = await freePort()));
  const around = (...command: string[]): string[] => [
    ...forwarded([{ socket: '/nowhere', port }], { command, env: {} }, forwarderFile()).command,
  ];

  const codes: [name: string, command: string[], code: number][] = [
    ['a command that ends well', ['true'], 0],
    ['a command that fails', ['sh', '-c', 'exit 7'], 7],
    ['a command that a signal ends', ['sh', '-c', 'kill -KILL $$'], 137],
    ['a command that does not exist', ['/no/such/program'], 127],
    ['a command that is not executable', ['/etc/passwd'], 126],
  ];
  for (const [name, command, code] of codes)
    it(`ends with ${code} after ${name}`, () => assert.equal(run(around(...command)).code, code));

  it('gives the command its own streams', () => {
    const { out, err } = run(around('sh', '-c', 'cat; echo said >&2'));
    assert.deepEqual([out, err], ['given', 'said\n']);
  });

  it('gives the command the certificates that Node reads at each start, and does not read them itself', () => {
    const env = { PATH: process.env['PATH'] ?? '', NODE_EXTRA_CA_CERTS: '/etc/a=b.pem', OTHER: '1' };
    const command = ['sh', '-c', 'echo "$NODE_EXTRA_CA_CERTS $OTHER"'];
    const started = forwarded([{ socket: '/nowhere', port }], { command, env }, forwarderFile());
    assert.equal(started.env['NODE_EXTRA_CA_CERTS'], undefined);
    const [node = '', ...args] = started.command;
    assert.equal(spawnSync(node, args, { encoding: 'utf8', env: started.env }).stdout, '/etc/a=b.pem 1\n');
  });

  for (const args of [
    [],
    ['x:1'],
    ['x:1', '--'],
    ['x', '--', 'true'],
    ['x:1', 'true'],
    ['x:1', 'word', '--', 'true'],
    ['x:0', '--', 'true'],
    ['x:70000', '--', 'true'],
  ])
    it(`says how it is called after ${JSON.stringify(args)}`, () => {
      const [node = '', file = ''] = around('true');
      const { code, err } = run([node, file, ...args]);
      assert.deepEqual(
        [code, err],
        [2, 'bgtask forward: usage: SOCKET:PORT[,SOCKET:PORT...] [NAME=VALUE...] -- COMMAND [ARGUMENT...]\n'],
      );
    });

  it('says that a port is taken, and does not start the command', async () => {
    const taken = createServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    const { code, out, err } = run(around('echo', 'started'));
    assert.deepEqual([code, out], [126, '']);
    assert.match(err, /a port of loopback cannot be listened on: .*EADDRINUSE/);
    taken.close();
  });

  it('hands on the signals that ask it to end', async () => {
    const [program = '', ...args] = around(
      'sh',
      '-c',
      'trap "exit 9" TERM; echo ready; while :; do sleep 0.01; done',
    );
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [9, null]);
  });

  it('joins a connection to the socket, in both directions and with its end', async () => {
    const socket = join(tempFolder(), 'echo.sock');
    const server = createServer({ allowHalfOpen: true }, (client) => {
      let all = '';
      client.setEncoding('utf8').on('data', (text: string) => (all += text));
      client.on('end', () => client.end(`heard ${all.length}`));
    });
    server.listen(socket);
    await once(server, 'listening');
    const program = `const c = require('node:net').connect({ port: ${port}, host: '127.0.0.1', allowHalfOpen: true });
      c.end('x'.repeat(1_000_000)); c.on('data', (d) => process.stdout.write(d));`;
    const started = { command: [process.execPath, '-e', program], env: {} };
    const [node = '', ...args] = forwarded([{ socket, port }], started, forwarderFile()).command;
    const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    const [code] = (await once(child, 'close')) as [number];
    assert.deepEqual([code, out], [0, 'heard 1000000']);
    server.close();
  });

  it('ends a connection whose socket does not exist', () => {
    const program = `require('node:net').connect(${port}, '127.0.0.1').on('close', () => process.exit(3)).on('error', () => undefined);`;
    assert.equal(run(around(process.execPath, '-e', program)).code, 3);
  });
});
