import assert from 'node:assert/strict';
import { Refused } from '../../../../src/server/web/net/api.ts';
import { keepTrying, type Connection, type Trying } from '../../../../src/server/web/net/keep-trying.ts';

const refusal = (status: number): Refused => new Refused({ status, title: 'No', message: '' });

/** Runs attempts one after the other, each wait cut short; what was told, by its states. */
async function told(attempts: readonly Trying['attempt'][]): Promise<string> {
  const states: Connection['state'][] = [];
  const left = [...attempts];
  await keepTrying({
    attempt: (signal, live) => left.shift()?.(signal, live) ?? Promise.resolve(true),
    tell: ({ state }) => states.push(state),
    signal: new AbortController().signal,
    onWait: (tryNow) => tryNow(),
  });
  return states.join(' ');
}

const works: Trying['attempt'] = (_, live) => {
  live();
  return Promise.resolve(false);
};
const fails =
  (error: Error): Trying['attempt'] =>
  async () => {
    throw error;
  };

describe('a connection that is kept up', () => {
  it('is over when nothing more will come', async () => assert.equal(await told([]), 'connecting over'));

  it('is made again when its stream ends too early', async () =>
    assert.equal(await told([works, works]), 'connecting live lost live lost over'));

  for (const error of [new Error('cut'), refusal(503), refusal(429)])
    it(`is made again after ${error instanceof Refused ? error.words.status : error.message}`, async () =>
      assert.equal(await told([fails(error)]), 'connecting lost over'));

  for (const status of [400, 401, 403, 404])
    it(`is given up after ${status}`, async () =>
      assert.equal(await told([works, fails(refusal(status))]), 'connecting live lost refused'));

  it('waits longer with each failure, and starts over after a success', async () => {
    const waits: number[] = [];
    const left: Trying['attempt'][] = [fails(new Error()), fails(new Error()), fails(new Error()), works];
    await keepTrying({
      attempt: (signal, live) => left.shift()?.(signal, live) ?? Promise.resolve(true),
      tell: (connection) => {
        if (connection.state === 'lost') waits.push(connection.at - Date.now());
      },
      signal: new AbortController().signal,
      onWait: (tryNow) => tryNow(),
    });
    const [first = 0, , third = 0, afterSuccess = 0] = waits;
    assert.equal(waits.length, 4);
    assert.ok(third > first * 1.5, String(waits));
    assert.ok(afterSuccess < third, String(waits));
  });

  it('ends without a report when it is not wanted any more', async () => {
    const over = new AbortController();
    const states: string[] = [];
    await keepTrying({
      attempt: () => {
        over.abort();
        return Promise.reject(new Error('aborted'));
      },
      tell: ({ state }) => states.push(state),
      signal: over.signal,
    });
    assert.deepEqual(states, ['connecting']);
  });
});
