import assert from 'node:assert/strict';
import { BgtaskError } from '../../../src/domain/errors.ts';
import type { Tenure } from '../../../src/engine/kubernetes/client/kube-client.ts';
import { lead, type LeadEnd, type Lease } from '../../../src/operator/cluster/leader.ts';
import { MemoryResource } from './memory-resource.ts';

const KEY = { namespace: 'bgtask-system', name: 'bgtask-operator' };
const DURATION = 15;
const SECOND = 1000;

/** Something to wait for. */
class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

describe('The operator’s leader', () => {
  let clock: number;
  let leases: MemoryResource<Lease>;
  let candidates: Candidate[];
  beforeEach(() => {
    clock = 100_000;
    performance.now = () => clock;
    leases = new MemoryResource<Lease>();
    candidates = [];
  });
  afterEach(async () => {
    leases.before = () => undefined;
    await Promise.all(candidates.map((candidate) => candidate.stop()));
    // The real one is the prototype's.
    Reflect.deleteProperty(performance, 'now');
  });

  /** A process that wants to lead, and works until it is told to stop. */
  class Candidate {
    readonly leading = new Gate();
    readonly logged: string[] = [];
    readonly ended: Promise<LeadEnd>;
    working = false;
    readonly #abort = new AbortController();

    constructor(identity: string) {
      candidates.push(this);
      const log = (message: string): void => void this.logged.push(message);
      this.ended = lead(
        { leases, ...KEY, identity, durationSeconds: DURATION, retryMs: 1, log },
        this.#abort.signal,
        async (signal) => {
          assert.ok(!candidates.some(({ working }) => working), 'another one works');
          this.working = true;
          this.leading.open();
          await aborted(signal);
          this.working = false;
        },
      );
    }

    stop(): Promise<LeadEnd> {
      this.#abort.abort();
      return this.ended;
    }
  }

  const spec = (): NonNullable<Lease['spec']> => leases.objects[0]?.spec ?? {};
  const put = (given: Lease['spec']): Promise<Lease> => leases.create({ metadata: KEY, spec: given });
  /** Resolves after so many requests of that verb from now, and lets the clock go on by `step` at each. */
  const requests = (wanted: string, count: number, step = 0): Promise<void> => {
    const { open, opened } = new Gate();
    let seen = 0;
    leases.before = (verb) => {
      if (verb !== wanted) return;
      clock += step;
      if (++seen === count) open();
    };
    return opened;
  };

  it('makes the lease, renews it, and gives it up when it is told to stop', async () => {
    const only = new Candidate('pod-a');
    await only.leading.opened;
    const taken = spec();
    assert.equal(taken.holderIdentity, 'pod-a');
    assert.equal(taken.leaseDurationSeconds, DURATION);
    assert.equal(taken.leaseTransitions, 0);
    assert.match(taken.renewTime ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/, 'a MicroTime');
    await requests('patch', 3);
    assert.equal(spec().acquireTime, taken.acquireTime);
    assert.equal(spec().leaseTransitions, 0, 'a renewal does not count as a transition');
    assert.equal(await only.stop(), 'stopped');
    assert.equal(spec().holderIdentity, '');
    assert.deepEqual(only.logged, ['leading']);
  });

  it('renews with one request, and looks at the lease only when another process has written it', async () => {
    const only = new Candidate('pod-a');
    await only.leading.opened;
    const verbs: string[] = [];
    const { open, opened } = new Gate();
    leases.before = (verb) => {
      if (verbs.push(verb) === 5) open();
    };
    await opened;
    assert.deepEqual([...new Set(verbs)], ['patch']);
    await leases.patch(KEY, { spec: { renewTime: spec().renewTime } });
    await requests('get', 1);
    await requests('patch', 2);
    assert.equal(only.working, true);
  });

  it('is one of the candidates, and the next one when that stops, without waiting', async () => {
    const all = ['pod-a', 'pod-b', 'pod-c'].map((identity) => new Candidate(identity));
    for (let turn = 0; turn < 3; turn++) {
      await Promise.race(all.filter(({ working }) => !working).map(({ leading }) => leading.opened));
      const [leader, ...others] = all.filter(({ working }) => working);
      assert.ok(leader && others.length === 0);
      assert.equal(spec().leaseTransitions, turn);
      await leader.stop();
      all.splice(all.indexOf(leader), 1);
    }
    assert.equal(spec().holderIdentity, '');
  });

  it('waits while another holder renews, however long that goes on', async () => {
    await put({ holderIdentity: 'pod-z', leaseDurationSeconds: DURATION });
    const candidate = new Candidate('pod-a');
    for (let time = 0; time < 10; time++) {
      await requests('get', 5, 2 * SECOND);
      leases.before = () => undefined;
      await leases.patch(KEY, { spec: { renewTime: `renewal ${time}` } });
    }
    assert.equal(candidate.working, false);
    assert.equal(spec().holderIdentity, 'pod-z');
    assert.equal(await candidate.stop(), 'stopped');
    assert.equal(spec().holderIdentity, 'pod-z', 'a candidate that never led gives nothing up');
  });

  for (const renewTime of ['1970-01-01T00:00:00.000000Z', '2999-01-01T00:00:00.000000Z'])
    it(`takes a lease that it has seen unchanged for its duration, whatever its time says: ${renewTime}`, async () => {
      await put({ holderIdentity: 'pod-z', leaseDurationSeconds: 20, renewTime, leaseTransitions: 4 });
      let looks = 0;
      leases.before = (verb) => {
        if (verb !== 'get') return;
        looks++;
        clock += SECOND;
      };
      const candidate = new Candidate('pod-a');
      await candidate.leading.opened;
      assert.ok(looks > 20, `taken after ${looks} s`);
      assert.equal(spec().holderIdentity, 'pod-a');
      assert.equal(spec().leaseTransitions, 5);
    });

  for (const holderIdentity of [undefined, null, '', 'pod-a'])
    it(`takes a lease at once whose holder is ${JSON.stringify(holderIdentity)}`, async () => {
      await put({ ...(holderIdentity !== undefined && { holderIdentity }), leaseDurationSeconds: 3600 });
      await new Candidate('pod-a').leading.opened;
      assert.equal(spec().holderIdentity, 'pod-a');
    });

  it('is one only of two that find the lease run out at the same moment', async () => {
    await put({ holderIdentity: 'pod-z', leaseDurationSeconds: 1 });
    const pair = [new Candidate('pod-a'), new Candidate('pod-b')];
    await requests('get', 2);
    clock += 2 * SECOND;
    await Promise.race(pair.map(({ leading }) => leading.opened));
    await requests('get', 6);
    assert.equal(pair.filter(({ working }) => working).length, 1);
    assert.equal(spec().leaseTransitions, 1);
  });

  it('has lost when it cannot renew in time: its work is told to stop before the lease runs out', async () => {
    const leader = new Candidate('pod-a');
    await leader.leading.opened;
    await requests('patch', 1);
    const since = clock;
    leases.before = () => {
      clock += SECOND;
      throw new BgtaskError('Unavailable', 'the server does not answer');
    };
    assert.equal(await leader.ended, 'lost');
    assert.equal(leader.working, false);
    assert.ok(clock - since <= DURATION * SECOND, `${clock - since} ms after the last renewal`);
    assert.equal(spec().holderIdentity, 'pod-a', 'what may be another’s by now is not given up');
    assert.ok(leader.logged.includes('the lease cannot be had'));
  });

  it('tells its work when its time is over, also the work of a process that was stopped meanwhile', async () => {
    const began = new Gate();
    let tenure: Tenure | undefined;
    const options = {
      leases,
      ...KEY,
      identity: 'pod-a',
      durationSeconds: DURATION,
      retryMs: 1,
      log: () => undefined,
    };
    const leading = lead(options, new AbortController().signal, async (signal, given) => {
      tenure = given;
      began.open();
      await aborted(signal);
      throw new BgtaskError('Interrupted', 'its requests were refused');
    });
    await began.opened;
    assert.deepEqual([tenure?.holds(), tenure?.lost.aborted], [true, false]);
    clock += DURATION * SECOND;
    assert.equal(tenure?.holds(), false, 'before anything else has run');
    assert.equal(await leading, 'lost');
    assert.equal(tenure?.lost.aborted, true);
  });

  it('goes on leading through failures that end in time', async () => {
    const leader = new Candidate('pod-a');
    await leader.leading.opened;
    for (let time = 0; time < 5; time++) {
      let failures = 0;
      leases.before = () => {
        clock += SECOND;
        if (failures++ < 4) throw new BgtaskError('Unavailable', 'the server does not answer');
      };
      const version = leases.objects[0]?.metadata.resourceVersion;
      while (leases.objects[0]?.metadata.resourceVersion === version)
        await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(leader.working, true);
  });

  it('has lost when another one holds the lease', async () => {
    const leader = new Candidate('pod-a');
    await leader.leading.opened;
    await requests('patch', 1, SECOND);
    leases.before = () => void (clock += SECOND);
    await leases.patch(KEY, { spec: { holderIdentity: 'pod-z' } });
    assert.equal(await leader.ended, 'lost');
    assert.equal(spec().holderIdentity, 'pod-z');
  });

  it('makes the lease again when it was deleted', async () => {
    const leader = new Candidate('pod-a');
    await leader.leading.opened;
    await leases.delete(KEY);
    await requests('create', 1);
    await requests('patch', 1);
    assert.equal(spec().holderIdentity, 'pod-a');
    assert.equal(leader.working, true);
  });

  it('rejects with what its work rejects with', async () => {
    const options = { leases, ...KEY, identity: 'pod-a', retryMs: 1, log: () => undefined };
    const work = lead(options, new AbortController().signal, () => Promise.reject(new Error('broken')));
    await assert.rejects(work, /^Error: broken$/);
  });

  it('never was one when it is told to stop before', async () => {
    const options = { leases, ...KEY, identity: 'pod-a', retryMs: 1, log: () => undefined };
    assert.equal(await lead(options, AbortSignal.abort(), () => assert.fail('worked')), 'stopped');
    assert.deepEqual(leases.objects, []);
  });
});

describe('The operator’s leader whose renewal gets no answer', () => {
  it('has lost, and its work is told to stop, before another one may lead', async () => {
    const leases = new MemoryResource<Lease>();
    const durationSeconds = 0.4;
    const began = new Gate();
    const leading = lead(
      { leases, ...KEY, identity: 'one', durationSeconds, retryMs: 5, log: () => undefined },
      new AbortController().signal,
      async (signal) => {
        began.open();
        await aborted(signal);
      },
    );
    await began.opened;
    leases.before = async (_verb, signal) => {
      await aborted(signal ?? assert.fail('a request without an end'));
      throw new BgtaskError('Interrupted', 'interrupted');
    };
    assert.equal(await leading, 'lost');
  });
});
