import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Announcer } from '../../../../src/engine/kubernetes/jobs/announcer.ts';

const TIMES = { step: 100, text: 1000 };
const key = (name: string) => ({ namespace: 'example', name });

describe('the announcer of logs', () => {
  let told: string[];
  let tasks: number;
  let announcer: Announcer;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
    told = [];
    tasks = 1;
    announcer = new Announcer(
      TIMES,
      () => tasks,
      ({ name }) => told.push(name),
    );
  });
  afterEach(() => {
    announcer.close();
    mock.timers.reset();
  });

  const ROWS: [news: 'step' | 'text', tasks: number, ms: number][] = [
    ['step', 1, 100],
    ['text', 1, 1000],
    ['step', 10, 500],
    ['text', 10, 1000],
    ['step', 100, 5000],
    ['text', 100, 5000],
  ];
  for (const [news, count, ms] of ROWS)
    it(`tells of a ${news} after ${ms} ms among ${count} tasks, and not before`, () => {
      tasks = count;
      announcer.note(key('one'), news);
      mock.timers.tick(ms - 1);
      assert.deepEqual(told, []);
      mock.timers.tick(1);
      assert.deepEqual(told, ['one']);
    });

  it('tells at most 20 times a second, however many tasks have news all the time', () => {
    tasks = 200;
    for (let second = 0; second < 40; second++) {
      for (let task = 0; task < tasks; task++) announcer.note(key(`task-${task}`), 'step');
      mock.timers.tick(1000);
    }
    assert.equal(told.length, 20 * 40);
  });

  it('tells of a step sooner than of the text before it, and once', () => {
    announcer.note(key('one'), 'text');
    announcer.note(key('one'), 'step');
    mock.timers.tick(5000);
    assert.deepEqual(told, ['one']);
  });

  it('tells no more of a task that it forgot', () => {
    announcer.note(key('one'), 'step');
    announcer.forget(key('one'));
    mock.timers.tick(5000);
    assert.deepEqual(told, []);
  });
});
