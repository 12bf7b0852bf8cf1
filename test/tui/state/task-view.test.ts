import assert from 'node:assert/strict';
import type { SessionStatus } from '../../../src/api/types.ts';
import type { Key, KeyName } from '../../../src/tui/state/key.ts';
import { layoutOf, shownLog } from '../../../src/tui/state/layout.ts';
import { openView, stepTask, type TaskEvent, type Wish } from '../../../src/tui/state/task-view.ts';
import type { TaskView } from '../../../src/tui/state/task-state.ts';
import { COMPLETED, FAILED, NOW, RUNNING, taskOf } from '../tasks.ts';

const size = { columns: 80, rows: 24 };
const viewOf = (status?: Partial<SessionStatus>, inside = false): TaskView =>
  openView(taskOf('x', { status }), { size, now: NOW, inside });

const NAMED: Readonly<Record<string, KeyName>> = {
  '↑': 'up',
  '↓': 'down',
  '⇞': 'pageup',
  '⇟': 'pagedown',
  '⇱': 'home',
  '⇲': 'end',
  '⏎': 'enter',
  '⎋': 'escape',
  '⌫': 'backspace',
  '^': 'quit',
};
const keyOf = (sign: string): Key => {
  const name = NAMED[sign];
  return name ? { name } : { char: sign };
};

/** A view after keys, and what the last of them asked for. */
function press(before: TaskView, keys: string): { view: TaskView; wish?: Wish } {
  let last: { view: TaskView; wish?: Wish } = { view: before };
  for (const sign of keys) last = stepTask(last.view, { type: 'key', key: keyOf(sign) });
  return last;
}

const after = (view: TaskView, ...events: TaskEvent[]): TaskView =>
  events.reduce((before, event) => stepTask(before, event).view, view);

const WISHES: readonly (readonly [promise: string, view: TaskView, keys: string, wish?: Wish])[] = [
  ['q quits', viewOf(RUNNING), 'q', 'quit'],
  ['Ctrl-C quits', viewOf(RUNNING), '^', 'quit'],
  ['Ctrl-C quits while a question is open', viewOf(RUNNING), 'c^', 'quit'],
  ['Ctrl-C quits while the help is open', viewOf(RUNNING), '?^', 'quit'],
  ['any other key closes the help and does nothing else', viewOf(RUNNING), '?q'],
  ['c alone cancels nothing', viewOf(RUNNING), 'c'],
  ['c and y cancels', viewOf(RUNNING), 'cy', 'cancel'],
  ['c and n does not', viewOf(RUNNING), 'cn'],
  ['c and Enter does not', viewOf(RUNNING), 'c⏎'],
  ['y without a question does not', viewOf(RUNNING), 'y'],
  ['a second y does not cancel twice', viewOf(RUNNING), 'cyy'],
  ['a task that has ended is not cancelled', viewOf(COMPLETED), 'cy'],
  ['r retries a task that failed', viewOf(FAILED), 'r', 'retry'],
  ['r retries a task that was stopped', viewOf({ phase: 'Stopped' }), 'r', 'retry'],
  ['a second r does not retry twice', viewOf(FAILED), 'rr'],
  ['r does not retry a task that runs', viewOf(RUNNING), 'r'],
  ['r does not retry a task that is Completed', viewOf(COMPLETED), 'r'],
  ['Escape leaves a task that runs alone', viewOf(RUNNING), '⎋'],
  ['Escape leaves the view of one that has ended', viewOf(FAILED), '⎋', 'quit'],
  ['so does Enter', viewOf(FAILED), '⏎', 'quit'],
  ['below a list Escape returns', viewOf(RUNNING, true), '⎋', 'back'],
  ['and so does backspace', viewOf(RUNNING, true), '⌫', 'back'],
];

describe('keys of a task', () => {
  for (const [promise, view, keys, wish] of WISHES)
    it(promise, () => assert.equal(press(view, keys).wish, wish));

  const SAID: readonly (readonly [promise: string, view: TaskView, keys: string, notice: RegExp])[] = [
    ['why there is nothing to cancel', viewOf(FAILED), 'c', /It is Failed already; there is nothing/],
    ['that it is being cancelled already', viewOf(RUNNING), 'cyc', /being cancelled already/],
    ['what can be retried', viewOf(RUNNING), 'r', /Only a Failed, Timeout or Stopped task/],
  ];
  for (const [promise, view, keys, notice] of SAID)
    it(`says ${promise}, until the next key`, () => {
      assert.match(press(view, keys).view.notice ?? '', notice);
      assert.equal(press(view, `${keys}x`).view.notice, undefined);
    });

  it('a refusal of the engine is said, and the key works again', () => {
    const refused = after(press(viewOf(FAILED), 'r').view, { type: 'answered', notice: 'Limit reached.' });
    assert.equal(refused.notice, 'Limit reached.');
    assert.equal(press(refused, 'r').wish, 'retry');
  });
});

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}\n`).join('');

describe('the log of a task that is shown', () => {
  const long = after(viewOf(RUNNING), { type: 'log', text: lines(0, 100) });
  const page = layoutOf(long).log;
  const first = (view: TaskView): string => shownLog(view, page).lines[0] ?? '';
  const end = `line ${100 - page}`;

  const SCROLLS: readonly (readonly [promise: string, keys: string, line: string])[] = [
    ['shows its end', '', end],
    ['a line up', '↑', `line ${100 - page - 1}`],
    ['up and down is where it was', '↑↑↓↓', end],
    ['a page up', '⇞', `line ${100 - 2 * page}`],
    ['a page up and down', '⇞⇟', end],
    ['its beginning', '⇱', 'line 0'],
    ['not before its beginning', '⇱↑⇞', 'line 0'],
    ['the beginning and a line down', '⇱↓', 'line 1'],
    ['not behind its end', '⇲⇟↓', end],
  ];
  for (const [promise, keys, line] of SCROLLS)
    it(promise, () => assert.equal(first(press(long, keys).view), line));

  it('stands still where it was scrolled to while more comes, and follows the end again at End', () => {
    const up = press(long, '↑').view;
    const more = after(up, { type: 'log', text: lines(100, 200) });
    assert.equal(first(more), first(up));
    assert.equal(first(press(more, '⇲').view), `line ${200 - page}`);
    const further = after(press(more, '⇲').view, { type: 'log', text: lines(200, 201) });
    assert.equal(first(further), `line ${201 - page}`);
  });

  it('shows the oldest line that is kept when those that were looked at are let go', () => {
    const more = after(press(long, '⇱').view, { type: 'log', text: lines(100, 9000) });
    assert.equal(first(more), `line ${9000 - 5000}`);
    assert.equal(first(press(more, '↓').view), `line ${9000 - 5000 + 1}`);
  });

  it('is the end that the status has where the log itself cannot be had', () => {
    const view = viewOf({ ...RUNNING, logs: 'a\n\u001b[31mb\n' });
    assert.deepEqual(shownLog(view, page).lines, ['a', 'b']);
  });
});

describe('what a view makes of events', () => {
  it('a retry takes the place of its task: log, times and scrolling start again', () => {
    const before = press(after(viewOf(FAILED), { type: 'log', text: 'old\n' }), '⇱r').view;
    const next = after(before, { type: 'follow', task: taskOf('x-retry-1', { retries: 1 }) });
    assert.deepEqual(
      [next.task.metadata.labels?.['ambient-code.io/task'], next.log.lines, next.top, next.busy],
      ['x-retry-1', [], undefined, undefined],
    );
  });

  it('fits itself into a terminal of another size', () => {
    for (const [columns, rows] of [
      [40, 10],
      [80, 24],
      [200, 60],
      [20, 5],
      [1, 1],
    ] as const) {
      const view = after(viewOf(FAILED), { type: 'resized', size: { columns, rows } });
      const { log, steps, facts, checks, error, link } = layoutOf(view);
      const parts = 3 + (steps === 'all' ? 6 : 1) + facts.length + checks + error.length + link.length;
      assert.ok(log === 0 || parts + 1 + log === rows - 1, `${columns}x${rows}: ${parts} and ${log}`);
      assert.ok([...error, ...link].every((line) => line.length <= columns));
    }
  });
});
