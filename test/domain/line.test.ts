import assert from 'node:assert/strict';
import type { Contender } from '../../src/domain/contender.ts';
import { type Limits, Line, type Verdict } from '../../src/domain/admission.ts';
import { servedKey } from '../../src/domain/line.ts';

/** `a/ann1*`: Ann's first task in project a, on a repository of its own; with `*` active, with `!` not in line. */
function contender(text: string, at: number): Contender {
  const [, project = '', creator = '', repository] = /^(\w+)\/([a-z]+)\w*(?:@(\w+))?[*!]?$/.exec(text) ?? [];
  return {
    uid: text.replace(/[@*!].*$/, ''),
    name: text,
    project,
    creator,
    target: repository ?? text,
    createdAt: new Date(at * 1000).toISOString(),
    active: text.endsWith('*'),
    queue: !text.endsWith('!'),
  };
}

/** Contenders from the oldest to the newest. */
const crowd = (texts: string): Contender[] => texts.split(' ').map(contender);

const ROOM: Limits = { perUser: 0, perRepository: 0, perProject: 0, perCluster: 0 };

const short = (verdict: Verdict | undefined): string => {
  if (!verdict) return 'unknown';
  if (verdict.admitted) return 'starts';
  return verdict.waits ? `${verdict.place ?? `>${verdict.after}`}` : verdict.reason;
};

/** What becomes of each: `a/ann1 starts`, or its place. */
const judged = (texts: string, limits: Partial<Limits>, served?: ReadonlyMap<string, number>): string => {
  const all = crowd(texts);
  const line = new Line(all, { ...ROOM, ...limits }, served);
  return all
    .filter(({ active }) => !active)
    .map((each) => `${each.uid} ${short(line.verdict(each) ?? line.join(each))}`)
    .join(', ');
};

describe('the line for room', () => {
  const cases: [promise: string, texts: string, limits: Partial<Limits>, wanted: string][] = [
    ['has room for all without limits', 'a/ann1 a/ann2', {}, 'a/ann1 starts, a/ann2 starts'],
    [
      'starts as many as the cluster has room for, and the others wait in order of age',
      'a/ann1* a/ann2 a/ann3 a/ann4',
      { perCluster: 2 },
      'a/ann2 starts, a/ann3 1, a/ann4 2',
    ],
    [
      'starts as many as the project has room for; another project does not wait for it',
      'a/ann1* a/ann2 b/bob1',
      { perProject: 1 },
      'a/ann2 1, b/bob1 starts',
    ],
    [
      'counts places within the project when only that is full',
      'a/ann1* a/ann2 b/bob1* b/bob2 b/bob3',
      { perProject: 1 },
      'a/ann2 1, b/bob2 1, b/bob3 2',
    ],
    [
      'goes from project to project, however many tasks one has',
      'a/ann1 a/ann2 a/ann3 b/bob1 b/bob2',
      { perCluster: 1 },
      'a/ann1 starts, a/ann2 2, a/ann3 4, b/bob1 1, b/bob2 3',
    ],
    [
      'goes from user to user within a project',
      'a/ann1 a/ann2 a/ann3 a/bob1 a/cid1',
      { perCluster: 1 },
      'a/ann1 starts, a/ann2 3, a/ann3 4, a/bob1 1, a/cid1 2',
    ],
    [
      'gives the turn to the project with the fewest active tasks',
      'a/ann1* a/ann2* b/bob1* a/ann3 a/dot1 b/bob2 b/bob3',
      { perCluster: 4 },
      'a/ann3 3, a/dot1 1, b/bob2 starts, b/bob3 2',
    ],
    [
      'gives the turn to the user with the fewest active tasks',
      'a/ann1* a/ann2 a/bob1',
      { perCluster: 2 },
      'a/ann2 1, a/bob1 starts',
    ],
    [
      'does not let a task that waits for its user or its repository take a turn',
      'a/ann1@x* a/bob1@x a/ann2 a/cid1',
      { perCluster: 2, perUser: 1, perRepository: 1 },
      'a/bob1 1, a/ann2 1, a/cid1 starts',
    ],
    [
      'refuses no task that only waits for room',
      'a/ann1* a/bob1!',
      { perCluster: 1, perUser: 1, perRepository: 1 },
      'a/bob1 1',
    ],
    [
      'refuses the task of a user who has as many active, room or none',
      'a/ann1* a/ann2!',
      { perCluster: 1, perUser: 1 },
      'a/ann2 ConcurrencyLimit',
    ],
    [
      'refuses the further task of a user who waits for room',
      'a/ann1* a/bob1 a/bob2!',
      { perCluster: 1, perUser: 1 },
      'a/bob1 1, a/bob2 ConcurrencyLimit',
    ],
    [
      'lets a task that waits for room keep no repository from others',
      'a/ann1* a/bob1@x a/cid1@x!',
      { perCluster: 1, perUser: 1, perRepository: 1 },
      'a/bob1 1, a/cid1 2',
    ],
  ];
  for (const [promise, texts, limits, wanted] of cases)
    it(promise, () => {
      // A newcomer's place is known with the line that it is in.
      const inLine = judged(texts, limits).replace(/>undefined/g, () => {
        const all = crowd(texts).map((each) => ({ ...each, queue: true }));
        const newcomer = all.at(-1);
        return newcomer ? short(new Line(all, { ...ROOM, ...limits }).verdict(newcomer)) : '';
      });
      assert.equal(inLine, wanted);
    });

  it('gives the turn to the user, and the project, that waits longest for one', () => {
    const served = new Map([
      [servedKey('a'), 5],
      [servedKey('a', 'ann'), 5],
      [servedKey('a', 'bob'), 4],
      [servedKey('b'), 6],
    ]);
    assert.equal(
      judged('b/dot1 a/ann1 a/bob1 a/cid1', { perCluster: 1 }, served),
      'b/dot1 1, a/ann1 3, a/bob1 2, a/cid1 starts',
    );
  });

  it('lets one tenant keep a repository no longer than a turn', () => {
    const served = new Map([[servedKey('a', 'ann'), 1]]);
    assert.equal(
      judged('a/ann1@x a/ann2@x a/ann3@x a/bob1@x', { perRepository: 1 }, served),
      'a/ann1 1, a/ann2 2, a/ann3 3, a/bob1 starts',
    );
  });

  it('tells places exactly up to the tenth, and beyond only how many are ahead at least', () => {
    const texts = Array.from({ length: 120 }, (_, at) => `a/ann${at}`).join(' ');
    const all = crowd(`a/bob1* ${texts}`);
    const line = new Line(all, { ...ROOM, perCluster: 1 });
    const places = [1, 10, 11, 20, 21, 50, 51, 101].map((at) => short(line.verdict(all[at] ?? all[0]!)));
    assert.deepEqual(places, ['1', '10', '>10', '>10', '>20', '>20', '>50', '>100']);
  });
});
