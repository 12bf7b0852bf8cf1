import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { WorkQueue } from '../../src/operator/work-queue.ts';

/** Lets everything that waits for nothing but promises go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Work that a test ends by hand. */
class Work {
  readonly began: string[] = [];
  readonly #ends = new Map<string, () => void>();
  mostAtOnce = 0;
  readonly #now = new Map<string, number>();
  twice = false;

  readonly do = async (key: string): Promise<void> => {
    this.began.push(key);
    this.#now.set(key, (this.#now.get(key) ?? 0) + 1);
    this.twice ||= (this.#now.get(key) ?? 0) > 1;
    this.mostAtOnce = Math.max(
      this.mostAtOnce,
      [...this.#now.values()].reduce((a, b) => a + b, 0),
    );
    await new Promise<void>((resolve) => this.#ends.set(key, resolve));
    this.#now.set(key, (this.#now.get(key) ?? 0) - 1);
  };

  async end(key: string): Promise<void> {
    this.#ends.get(key)?.();
    await settle();
  }
}

describe('the work queue', () => {
  let queue: WorkQueue;
  let work: Work;
  let running: Promise<void>;
  const run = async (workers = 1): Promise<void> => {
    running = queue.run(workers, work.do);
    await settle();
  };

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
    queue = new WorkQueue();
    work = new Work();
    running = Promise.resolve();
  });
  afterEach(async () => {
    queue.close();
    for (const key of new Set(work.began)) await work.end(key);
    await running;
    mock.timers.reset();
  });

  it('works on a key once, however often it was added before', async () => {
    for (let times = 0; times < 5; times++) queue.add('a');
    assert.equal(queue.depth, 1);
    await run();
    await work.end('a');
    assert.deepEqual(work.began, ['a']);
  });

  it('works on keys in the order they came', async () => {
    for (const key of ['a', 'b', 'c', 'a']) queue.add(key);
    await run();
    for (const key of ['a', 'b', 'c']) await work.end(key);
    assert.deepEqual(work.began, ['a', 'b', 'c']);
  });

  it('works on the keys behind once no key waits in front', async () => {
    queue.add('shown', 'behind');
    for (const key of ['a', 'b']) queue.add(key);
    await run();
    for (const key of ['a', 'b', 'shown']) await work.end(key);
    assert.deepEqual(work.began, ['a', 'b', 'shown']);
  });

  it('takes a key to the front that is asked for there too, and never back', async () => {
    for (const key of ['a', 'b']) queue.add(key, 'behind');
    queue.add('b');
    queue.add('b', 'behind');
    assert.deepEqual([queue.depth, queue.crowded], [2, true]);
    await run();
    await work.end('b');
    assert.deepEqual([work.began, queue.crowded], [['b', 'a'], false]);
  });

  it('gives those behind a turn in a crowd that does not end', async () => {
    for (let count = 0; count < 20; count++) queue.add(`a${count}`);
    queue.add('shown', 'behind');
    await run();
    for (let turn = 0; turn < 8; turn++) await work.end(work.began.at(-1) ?? '');
    assert.ok(work.began.includes('shown'), work.began.join(' '));
  });

  it('keeps a key behind that was asked for there while it was worked on', async () => {
    queue.add('a');
    await run();
    queue.add('a', 'behind');
    queue.add('b');
    await work.end('a');
    await work.end('b');
    assert.deepEqual(work.began, ['a', 'b', 'a']);
  });

  it('works on a key again that was added while it was worked on, once and afterwards', async () => {
    queue.add('a');
    await run(4);
    for (let times = 0; times < 3; times++) queue.add('a');
    await settle();
    assert.deepEqual(work.began, ['a'], 'not at the same time');
    await work.end('a');
    assert.deepEqual(work.began, ['a', 'a']);
    await work.end('a');
    assert.deepEqual(work.began, ['a', 'a']);
    assert.equal(work.twice, false);
  });

  it('works on as many keys at once as it has workers', async () => {
    for (const key of 'abcdef') queue.add(key);
    await run(3);
    assert.deepEqual(work.began, ['a', 'b', 'c']);
    await work.end('b');
    assert.deepEqual([work.began.at(-1), work.mostAtOnce], ['d', 3]);
  });

  it('works on a key that is added later', async () => {
    await run(2);
    queue.add('a');
    await settle();
    assert.deepEqual(work.began, ['a']);
  });

  it('works on a key after its delay, not before', async () => {
    queue.addAfter('a', 1000);
    await run();
    mock.timers.tick(999);
    await settle();
    assert.deepEqual(work.began, []);
    mock.timers.tick(1);
    await settle();
    assert.deepEqual(work.began, ['a']);
  });

  for (const delay of [0, -5])
    it(`works at once on a key with a delay of ${delay}`, async () => {
      queue.addAfter('a', delay);
      await run();
      assert.deepEqual(work.began, ['a']);
    });

  for (const [first, second] of [
    [1000, 500],
    [500, 1000],
  ] as const)
    it(`of the delays ${first} and ${second} keeps the sooner`, async () => {
      await run();
      queue.addAfter('a', first);
      queue.addAfter('a', second);
      mock.timers.tick(500);
      await settle();
      assert.deepEqual(work.began, ['a']);
      await work.end('a');
      mock.timers.tick(2000);
      await settle();
      assert.deepEqual(work.began, ['a'], 'the other is gone');
    });

  it('drops the delay of a key that is added at once', async () => {
    await run();
    queue.addAfter('a', 1000);
    queue.add('a');
    await settle();
    await work.end('a');
    mock.timers.tick(5000);
    await settle();
    assert.deepEqual(work.began, ['a']);
  });

  it('holds a delay that setTimeout would take for none as long as it can', async () => {
    await run();
    queue.addAfter('a', 1e12);
    mock.timers.tick(2_147_483_646);
    await settle();
    assert.deepEqual(work.began, []);
    mock.timers.tick(1);
    await settle();
    assert.deepEqual(work.began, ['a']);
  });

  it('tries a key that fails later each time, up to a minute, and at once again after a success', async () => {
    await run();
    const waits: number[] = [];
    const fail = async (): Promise<void> => {
      const before = work.began.length;
      queue.addFailed('a');
      let waited = 0;
      while (work.began.length === before) {
        mock.timers.tick(100);
        waited += 100;
        await settle();
      }
      waits.push(waited);
      await work.end('a');
    };
    for (let times = 0; times < 12; times++) await fail();
    assert.deepEqual(waits, [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000]);
    queue.succeeded('a');
    await fail();
    assert.equal(waits.at(-1), 100);
  });

  it('delays failing keys each for itself', async () => {
    await run(2);
    for (let times = 0; times < 6; times++) queue.addFailed('a');
    queue.addFailed('b');
    mock.timers.tick(100);
    await settle();
    assert.deepEqual(work.began.toSorted(), ['a', 'b']);
  });

  it('is idle when nothing waits and nothing is worked on, and says so once', async () => {
    let idle = 0;
    queue.onIdle = () => idle++;
    assert.equal(queue.idle, true);
    queue.add('a');
    queue.add('b');
    assert.equal(queue.idle, false);
    await run(2);
    await work.end('a');
    assert.deepEqual([queue.idle, idle], [false, 0]);
    await work.end('b');
    assert.deepEqual([queue.idle, idle], [true, 1]);
  });

  it('is idle while a key only waits for its time', async () => {
    queue.addAfter('a', 1000);
    assert.equal(queue.idle, true);
  });

  it('closed, lets what is worked on end, and begins nothing more', async () => {
    for (const key of 'abc') queue.add(key);
    queue.addAfter('d', 10);
    await run();
    queue.add('a');
    queue.close();
    queue.add('e');
    queue.addAfter('f', 10);
    queue.addFailed('g');
    const first = await Promise.race([running.then(() => 'over'), settle().then(() => 'goes on')]);
    assert.equal(first, 'goes on');
    await work.end('a');
    await running;
    mock.timers.tick(1000);
    await settle();
    assert.deepEqual(work.began, ['a']);
  });

  it('closed before it runs, does nothing', async () => {
    queue.add('a');
    queue.close();
    await run(3);
    await running;
    assert.deepEqual(work.began, []);
  });

  it('wakes workers that wait when it is closed', async () => {
    await run(3);
    queue.close();
    await running;
  });
});
