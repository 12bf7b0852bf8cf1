import assert from 'node:assert/strict';
import type { Contender } from '../../src/domain/contender.ts';
import { type Limits, type LimitsOf, Line, type Verdict } from '../../src/domain/admission.ts';
import { randomOf } from './builders.ts';

const allow = (perUser: number, perRepository: number): Limits => ({
  perUser,
  perRepository,
  perProject: 0,
  perCluster: 0,
});
const ONE = allow(1, 1);
let serial = 0;

/** `ann:app` is Ann's task on app; at so many seconds; with `*` active, with `?` in line. */
function contender(text: string, at: number, name = `task-${at}`): Contender {
  const [creator = '', target = ''] = text.replace(/[*?]$/, '').split(':');
  return {
    uid: `uid-${serial++}`,
    name,
    project: 'team',
    creator,
    target,
    createdAt: new Date(at * 1000).toISOString(),
    active: text.endsWith('*'),
    queue: text.endsWith('?'),
  };
}

/** Contenders in the order of their age. */
const crowd = (texts: readonly string[]): Contender[] => texts.map((text, at) => contender(text, at));

/** One of a user in the project `narrow`, two elsewhere. */
const byProject = (project: string): Limits => allow(project === 'narrow' ? 1 : 2, 0);
const narrow = (text: string, at: number): Contender => ({ ...contender(text, at), project: 'narrow' });

/** The verdict on a task among others. */
function admit(me: Contender, others: readonly Contender[], limits: Limits | LimitsOf): Verdict {
  const line = new Line([me, ...others], limits);
  return line.verdict(me) ?? line.join(me);
}
const words = (verdict: Verdict): string => {
  if (verdict.admitted) return 'admitted';
  return verdict.waits ? `waits ${verdict.place}` : verdict.reason;
};

const USER_TEXT = 'You already have 1 running background task. Wait for it to complete or cancel it.';

describe('admission', () => {
  const cases: [string, string, string[], Limits, string][] = [
    ['no other task is there: admitted', 'ann:app', [], ONE, 'admitted'],
    ['a task of the same user runs: refused', 'ann:app', ['ann:lib*'], ONE, 'ConcurrencyLimit'],
    ["another user's task on another repository does not matter", 'ann:app', ['bob:lib*'], ONE, 'admitted'],
    ["another user's task on the same repository: refused", 'ann:app', ['bob:app*'], ONE, 'RepositoryBusy'],
    ["the user's own limit is named first", 'ann:app', ['ann:app*'], ONE, 'ConcurrencyLimit'],
    ['perUser 0 means no limit', 'ann:app', ['ann:lib*', 'ann:web*'], allow(0, 1), 'admitted'],
    ['perRepository 0 means no limit', 'ann:app', ['bob:app*', 'cid:app*'], allow(1, 0), 'admitted'],
    ['perUser 2 lets a second one start', 'ann:app', ['ann:lib*'], allow(2, 1), 'admitted'],
    ['perUser 2 refuses a third one', 'ann:app', ['ann:lib*', 'ann:web*'], allow(2, 1), 'ConcurrencyLimit'],
    [
      'one who waits and could start goes before a newcomer',
      'ann:app',
      ['ann:lib?'],
      ONE,
      'ConcurrencyLimit',
    ],
    [
      'a task that waits for a busy repository holds up no other task',
      'ann:app',
      ['bob:lib*', 'ann:lib?'],
      ONE,
      'admitted',
    ],
    [
      'a task that waits for its user holds up no other task',
      'ann:app',
      ['bob:lib*', 'bob:app?'],
      ONE,
      'admitted',
    ],
    ['a task that waits for other things holds up no other task', 'ann:app', ['bob:lib?'], ONE, 'admitted'],
    ['one who neither runs nor waits in line takes no place', 'ann:app', ['ann:lib'], ONE, 'admitted'],
    [
      'the place counts those ahead who want the same',
      'ann:app?',
      ['ann:web*', 'ann:lib?', 'bob:app?', 'cid:doc?'],
      ONE,
      'waits 2',
    ],
    [
      'only the first of two who wait could start, so one place is left',
      'ann:app',
      ['ann:lib?', 'ann:lib?'],
      allow(2, 1),
      'admitted',
    ],
  ];
  for (const [promise, me, others, limits, wanted] of cases)
    it(promise, () => {
      assert.equal(words(admit(contender(me, 100), crowd(others), limits)), wanted);
    });

  it('one who came later does not go before me', () =>
    assert.deepEqual(admit(contender('ann:app?', 5), [contender('ann:lib?', 6)], ONE), { admitted: true }));

  it('what came first is told by time, however it is written', () => {
    const early = { ...contender('ann:lib?', 0), createdAt: '2026-01-01T10:00:00Z' };
    const late = { ...contender('ann:app?', 0), createdAt: '2026-01-01T10:00:00.500Z' };
    assert.equal(admit(early, [late], ONE).admitted, true);
    assert.equal(admit(late, [early], ONE).admitted, false);
  });

  it('of two tasks of the same second the same one goes first, whichever is asked about', () => {
    const [a, b] = [contender('ann:lib?', 0, 'a'), contender('ann:app?', 0, 'b')];
    assert.deepEqual([admit(a, [b], ONE).admitted, admit(b, [a], ONE).admitted], [true, false]);
  });

  describe('where a project allows less than the others', () => {
    const running = contender('ann:app*', 0);

    it('its own limit counts for a task there, and tasks elsewhere count for it', () => {
      assert.equal(admit(narrow('ann:web', 5), [running], byProject).admitted, false);
      assert.equal(admit(contender('ann:web', 5), [running], byProject).admitted, true);
    });

    it('a task that waits there holds up no task elsewhere', () =>
      assert.equal(
        admit(contender('ann:lib', 5), [running, narrow('ann:web?', 1)], byProject).admitted,
        true,
      ));

    it('one that waits elsewhere goes first there', () => {
      const others = [contender('ann:web?', 1)];
      assert.deepEqual(
        [
          admit(narrow('ann:lib?', 5), others, byProject).admitted,
          admit(narrow('ann:lib?', 0), others, byProject).admitted,
        ],
        [false, true],
      );
    });
  });
});

const message = (me: string, others: string[], limits: Limits): string => {
  const verdict = admit(contender(me, 100), crowd(others), limits);
  return verdict.admitted ? '' : verdict.message;
};

describe('the words of a refusal', () => {
  it("are the quickstart's for one task of the user", () =>
    assert.equal(message('ann:app', ['ann:lib*'], ONE), USER_TEXT));
  it('count more than one task of the user', () =>
    assert.equal(
      message('ann:app', ['ann:lib*', 'ann:web*'], allow(2, 1)),
      'You already have 2 running background tasks. Wait for one to complete or cancel one.',
    ));
  it('name the tasks that keep a repository busy', () =>
    assert.equal(
      message('ann:app', ['bob:app*'], ONE),
      'This repository and branch already have 1 running background task (task-0). Wait for it to complete, or create the task with --queue.',
    ));
  it('do not advise a task in line to wait in line', () =>
    assert.equal(
      message('ann:app?', ['bob:app*'], ONE),
      'This repository and branch already have 1 running background task (task-0).',
    ));
});

const age = ({ createdAt }: Contender): number => Date.parse(createdAt);

/** The line by brute force: again and again the user with the fewest tasks, and of these the one who was longest without a turn, starts the oldest task that has room. */
function startable(all: readonly Contender[], limits: Limits): Set<Contender> {
  const inside = all.filter(({ active }) => active);
  const line = all.filter(({ active, queue }) => !active && queue);
  const starts = new Set<Contender>();
  const turns: string[] = [];
  const of = (user: string): number => inside.filter(({ creator }) => creator === user).length;
  const oldest = (user: string): number =>
    Math.min(...line.filter(({ creator }) => creator === user).map(age));
  const fits = ({ creator, target }: Contender): boolean =>
    (limits.perUser === 0 || of(creator) < limits.perUser) &&
    (limits.perRepository === 0 ||
      inside.filter((other) => other.target === target).length < limits.perRepository);
  for (;;) {
    const [next] = line
      .filter((each) => !starts.has(each) && fits(each))
      .toSorted(
        (a, b) =>
          of(a.creator) - of(b.creator) ||
          turns.lastIndexOf(a.creator) - turns.lastIndexOf(b.creator) ||
          oldest(a.creator) - oldest(b.creator) ||
          age(a) - age(b),
      );
    if (!next) return starts;
    starts.add(next);
    inside.push(next);
    turns.push(next.creator);
  }
}

const LIMITS: Limits[] = [ONE, allow(2, 1), allow(1, 0), allow(0, 2), allow(3, 2)];

describe('admission over a long day', () => {
  for (const [seed, limits] of LIMITS.entries())
    it(`is that of a line in which each turn is looked for again (${limits.perUser} a user, ${limits.perRepository} a repository)`, () => {
      const random = randomOf(seed);
      const one = (of: string): string => of[Math.floor(random() * of.length)] ?? '';
      let all: Contender[] = [];
      for (let step = 0; step < 600; step++) {
        if (random() < 0.4 && all.length < 25) all.push(contender(`${one('abcd')}:${one('wxyz')}?`, step));
        if (random() < 0.2) all = all.filter(({ active }) => !active || random() < 0.6);
        const me = all[Math.floor(random() * all.length)];
        if (!me || me.active) continue;
        const verdict = admit(me, all, limits);
        assert.equal(verdict.admitted, startable(all, limits).has(me), `step ${step}`);
        me.active = verdict.admitted;
      }
      assert.ok(serial > 100);
    });
});
