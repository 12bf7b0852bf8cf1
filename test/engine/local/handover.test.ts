import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handOver, type Handover, receiveHandovers } from '../../../src/engine/local/handover.ts';

const TOKEN = { key: 'team/chore-1', env: { GITHUB_TOKEN: 'not-a-real-token' } };

describe('A handover of credentials', () => {
  let state: string;
  let servers: Server[];
  let taken: Handover[];
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'bgtask-handover-'));
    servers = [];
    taken = [];
  });
  afterEach(() => {
    for (const server of servers) server.close();
    rmSync(state, { recursive: true });
  });

  const socketFile = (): string => join(state, 'supervisor.sock');
  const receive = async (): Promise<Server> => {
    const server = await receiveHandovers({ state }, (handover) => taken.push(handover));
    assert.ok(server);
    servers.push(server);
    return server;
  };
  const connect = async (): Promise<Socket> => {
    const socket = createConnection(socketFile());
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  /** Sends a text as it is and waits for the other side's end. */
  const send = async (text: string): Promise<void> => {
    const socket = await connect();
    socket.end(text);
    socket.resume();
    await once(socket, 'close');
  };

  it('reaches the supervisor before the sender goes on', async () => {
    await receive();
    assert.equal(await handOver({ state }, TOKEN), true);
    assert.deepEqual(taken, [TOKEN]);
  });

  it('goes through a socket that only this user can open', async () => {
    await receive();
    assert.ok(statSync(socketFile()).isSocket());
    assert.equal(statSync(socketFile()).mode & 0o777, 0o600);
  });

  it('comes whole when it is long and in many characters', async () => {
    await receive();
    const long = { key: 'team/long', env: { LONG: 'añ→🙂'.repeat(100_000) } };
    assert.equal(await handOver({ state }, long), true);
    assert.deepEqual(taken, [long]);
  });

  it('may come from several shells at once', async () => {
    await receive();
    const keys = Array.from({ length: 20 }, (_, index) => `team/chore-${index}`);
    const answers = await Promise.all(keys.map((key) => handOver({ state }, { ...TOKEN, key })));
    assert.ok(answers.every(Boolean));
    assert.deepEqual(taken.map(({ key }) => key).sort(), [...keys].sort());
  });

  it('that is longer than any environment is refused, and the next one taken', async () => {
    await receive();
    assert.equal(await handOver({ state }, { key: 'team/big', env: { BIG: 'x'.repeat(4_194_304) } }), false);
    assert.equal(await handOver({ state }, TOKEN), true);
    assert.deepEqual(taken, [TOKEN]);
  });

  for (const text of [
    '',
    '{',
    'null',
    '7',
    '[]',
    '{}',
    '{"key":"team/a"}',
    '{"key":7,"env":{}}',
    '{"key":"team/a","env":null}',
    '{"key":"team/a","env":{"A":1}}',
    '\u0000\u0001',
  ])
    it(`that is ${JSON.stringify(text) || 'empty'} is ignored, and the next one is taken`, async () => {
      await receive();
      await send(text);
      assert.deepEqual(taken, []);
      assert.equal(await handOver({ state }, TOKEN), true);
    });

  it('of a sender that went away halfway is ignored, and the next one is taken', async () => {
    await receive();
    const socket = await connect();
    socket.write('{"key":"team/a","env"');
    socket.destroy();
    assert.equal(await handOver({ state }, TOKEN), true);
    assert.deepEqual(taken, [TOKEN]);
  });

  it('is not taken where no process listens', async () => {
    assert.equal(await handOver({ state }, TOKEN), false);
    assert.equal(await handOver({ state: join(state, 'none') }, TOKEN), false);
  });

  it('is not taken by what a killed supervisor left, until the next one replaces it', async () => {
    const dead = createServer();
    const own = join(state, 'dead.sock');
    await new Promise<void>((resolve) => dead.listen(own, resolve));
    renameSync(own, socketFile());
    await new Promise((resolve) => dead.close(resolve));
    assert.ok(statSync(socketFile()).isSocket(), 'the stale file is there');
    assert.equal(await handOver({ state }, TOKEN), false);
    await receive();
    assert.equal(await handOver({ state }, TOKEN), true);
  });

  it('is not taken when the other side ends without an answer', async () => {
    const mute = createServer((socket) => socket.destroy());
    servers.push(mute);
    await new Promise<void>((resolve) => mute.listen(socketFile(), resolve));
    assert.equal(await handOver({ state }, TOKEN), false);
  });

  it('still reaches a supervisor whose predecessor closes only now', async () => {
    const before = await receive();
    await receive();
    await new Promise((resolve) => before.close(resolve));
    assert.ok(existsSync(socketFile()), 'the socket of the later one is still there');
    assert.equal(await handOver({ state }, TOKEN), true);
    assert.deepEqual(taken, [TOKEN]);
  });

  it('is left out when the state folder’s path is too long for a socket, or the folder is missing', async () => {
    const deep = join(state, 'x'.repeat(120));
    mkdirSync(deep);
    for (const folder of [deep, join(state, 'none')]) {
      assert.equal(await receiveHandovers({ state: folder }, () => undefined), undefined);
      assert.equal(await handOver({ state: folder }, TOKEN), false);
    }
  });
});
