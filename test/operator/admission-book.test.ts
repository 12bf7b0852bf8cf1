import assert from 'node:assert/strict';
import type { AgenticSession } from '../../src/api/types.ts';
import { Line } from '../../src/domain/admission.ts';
import { AdmissionBook, contenderOf } from '../../src/operator/admission-book.ts';
import { task } from '../domain/builders.ts';

const LIMITS = { perUser: 1, perRepository: 1, perProject: 0, perCluster: 0 };

/** A small generator of numbers that look random and are the same in each run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const some = (at: number, user: number, repository: number, queue: boolean): AgenticSession =>
  task({
    meta: {
      name: `task-${at}`,
      uid: `uid-${at}`,
      creationTimestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, at)).toISOString(),
    },
    spec: {
      queue,
      repos: [{ input: { url: `https://git.example.com/o/r${repository}`, branch: 'main' } }],
      userContext: { userId: `user-${user}` },
    },
  });

describe('the admission book', () => {
  it('gives the verdict that looking at every task gives, whatever comes, starts, waits and goes', () => {
    const next = numbers(42);
    const book = new AdmissionBook();
    const there = new Map<string, { session: AgenticSession; launched: boolean }>();
    for (let step = 0; step < 3000; step++) {
      const key = `team/task-${next(40)}`;
      const known = there.get(key);
      if (!known) {
        const session = some(Number(key.split('-')[1]), next(6), next(6), next(2) === 0);
        there.set(key, { session, launched: false });
        book.put(key, session);
      } else if (next(3) === 0) {
        there.delete(key);
        book.put(key, undefined);
        book.land(key);
      } else if (!known.launched) {
        const all = [...there.values()].map(({ session, launched }) => contenderOf(session, launched));
        const me = contenderOf(known.session, known.launched);
        const verdict = book.verdict(key, LIMITS);
        const line = new Line(all, LIMITS);
        const wanted = line.verdict(me) ?? line.join(me);
        assert.equal(verdict.admitted, wanted.admitted, `step ${step}`);
        if (verdict.admitted) {
          known.launched = true;
          book.launch(key);
        }
      }
    }
  });

  it('gives the verdict of the limits that count now, of each project', () => {
    const book = new AdmissionBook();
    for (const at of [1, 2, 3]) book.put(`team/${at}`, some(at, 1, at, true));
    assert.equal(book.verdict('team/3', LIMITS).admitted, false);
    assert.equal(book.verdict('team/3', () => ({ ...LIMITS, perUser: 3 })).admitted, true);
    assert.equal(book.verdict('team/3', LIMITS).admitted, false);
  });

  // Looked at one by one, with all tasks again for each, they take minutes, and no other user's task starts: mocha's own time limit judges.
  it('has a verdict for each of 5,000 tasks that one user put in line, each time that one of them moves', () => {
    const book = new AdmissionBook();
    const count = 5000;
    for (let at = 0; at < count; at++) book.put(`team/${at}`, some(at, 1, at, true));
    for (let gone = 0; gone < 5; gone++) {
      book.put(`team/${gone}`, undefined);
      for (let at = gone + 1; at < count; at++) {
        const verdict = book.verdict(`team/${at}`, LIMITS);
        assert.equal(verdict.admitted, at === gone + 1);
      }
    }
  });

  it('says of which tasks something else holds than was said', () => {
    const book = new AdmissionBook();
    const names = ['a', 'b', 'c'];
    for (const [at, name] of names.entries()) {
      book.put(`team/${name}`, some(at, 1, at, true));
      book.verdict(`team/${name}`, LIMITS);
    }
    book.launch('team/a');
    assert.deepEqual([...book.news(LIMITS)], []);
    book.put('team/a', undefined);
    book.land('team/a');
    assert.deepEqual([...book.news(LIMITS)], ['team/b', 'team/c']);
    assert.deepEqual(
      ['team/b', 'team/c'].map((key) => book.verdict(key, LIMITS).admitted),
      [true, false],
    );
  });
});
