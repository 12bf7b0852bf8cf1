import assert from 'node:assert/strict';
import type { AgenticSession } from '../../../src/api/types.ts';
import {
  cursorOf,
  type Dashboard,
  type DashboardEvent,
  type DashboardWish,
  openDashboard,
  shownTasks,
  stepDashboard,
} from '../../../src/tui/state/dashboard.ts';
import type { Key, KeyName } from '../../../src/tui/state/key.ts';
import { FAILED, NOW, RUNNING, taskOf } from '../tasks.ts';

const added = (object: AgenticSession): DashboardEvent => ({
  type: 'changed',
  changes: [{ type: 'ADDED', object }],
});
const SYNCED: DashboardEvent = { type: 'changed', changes: [{ type: 'SYNCED' }] };

const after = (view: Dashboard, ...events: DashboardEvent[]): Dashboard =>
  events.reduce((before, event) => stepDashboard(before, event).view, view);

const empty = openDashboard({ size: { columns: 80, rows: 24 }, now: NOW, project: 'default' });
const [oldest, middle, newest] = [
  taskOf('fix-lint', { age: 300, status: { ...FAILED, logs: 'x'.repeat(10_000) } }),
  taskOf('upgrade', { age: 200, status: RUNNING }),
  taskOf('add-docs', { age: 100, status: { phase: 'Pending' } }),
];
const three = after(empty, added(oldest), added(newest), added(middle), SYNCED);

const NAMED: Readonly<Record<string, KeyName>> = {
  '↑': 'up',
  '↓': 'down',
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

function press(before: Dashboard, keys: string): { view: Dashboard; wish?: DashboardWish } {
  let last: { view: Dashboard; wish?: DashboardWish } = { view: before };
  for (const sign of keys) last = stepDashboard(last.view, { type: 'key', key: keyOf(sign) });
  return last;
}

const nameOf = (task?: AgenticSession): string => task?.metadata.labels?.['ambient-code.io/task'] ?? '';
const names = (view: Dashboard): string => shownTasks(view).map(nameOf).join(' ');
const under = (view: Dashboard): string => {
  const shown = shownTasks(view);
  return nameOf(shown[cursorOf(view, shown)]);
};

describe('the list of tasks', () => {
  it('has the newest first, whatever the order they came in', () =>
    assert.equal(names(three), 'add-docs upgrade fix-lint'));

  it('holds no logs and no prompts', () => {
    for (const { spec, status } of three.tasks.values())
      assert.deepEqual([spec.prompt, status?.logs], ['', undefined]);
  });

  it('forgets what was deleted, and has what changed', () => {
    const changed = after(
      three,
      { type: 'changed', changes: [{ type: 'DELETED', object: middle }] },
      { type: 'changed', changes: [{ type: 'MODIFIED', object: taskOf('add-docs', { status: FAILED }) }] },
    );
    assert.equal(names(changed), 'add-docs fix-lint');
    assert.equal(shownTasks(changed)[0]?.status?.phase, 'Failed');
  });

  it('takes no other session for a task', () => {
    const session = taskOf('chat');
    session.spec.mode = 'interactive' as never;
    assert.equal(names(after(three, added(session))), names(three));
  });

  const MOVES: readonly (readonly [promise: string, keys: string, name: string])[] = [
    ['is on the newest at first', '', 'add-docs'],
    ['goes down', '↓', 'upgrade'],
    ['goes down and up', '↓↓↑', 'upgrade'],
    ['not above the first', '↑', 'add-docs'],
    ['not below the last', '↓↓↓↓', 'fix-lint'],
    ['goes to the end', '⇲', 'fix-lint'],
    ['and to the beginning', '⇲⇱', 'add-docs'],
  ];
  for (const [promise, keys, name] of MOVES)
    it(`its cursor ${promise}`, () => assert.equal(under(press(three, keys).view), name));

  it('its cursor stays on its task when a newer one comes', () => {
    const view = press(three, '↓').view;
    assert.equal(under(after(view, added(taskOf('brand-new', { age: 1 })))), 'upgrade');
  });

  const FILTERS: readonly (readonly [promise: string, keys: string, names: string])[] = [
    ['by name, while it is typed', '/lint', 'fix-lint'],
    ['by phase', '/pending', 'add-docs'],
    ['by several words', '/fail lin', 'fix-lint'],
    ['by step', '/generating', 'upgrade'],
    ['to nothing', '/zzz', ''],
    ['letters of keys are letters there', '/rc', ''],
    ['backspace takes a letter back', '/lintx⌫', 'fix-lint'],
    ['Enter keeps it', '/lint⏎', 'fix-lint'],
    ['Escape shows all again', '/lint⎋', 'add-docs upgrade fix-lint'],
    ['and after Enter too', '/lint⏎⎋', 'add-docs upgrade fix-lint'],
  ];
  for (const [promise, keys, shown] of FILTERS)
    it(`is filtered: ${promise}`, () => assert.equal(names(press(three, keys).view), shown));

  const WISHES: readonly (readonly [promise: string, keys: string, wish: string])[] = [
    ['q quits', 'q', 'quit'],
    ['Ctrl-C quits', '^', 'quit'],
    ['Ctrl-C quits while a filter is typed', '/x^', 'quit'],
    ['q is a letter of the filter', '/q', ''],
    ['Enter opens the task under the cursor', '↓⏎', 'open upgrade'],
    ['Enter opens nothing where nothing is shown', '/zzz⏎⏎', ''],
    ['c alone cancels nothing', 'c', ''],
    ['c and y cancels', '↓cy', 'cancel upgrade'],
    ['c and n does not', '↓cn', ''],
    ['a task that has ended is not cancelled', '⇲cy', ''],
    ['r retries a task that failed', '⇲r', 'retry fix-lint'],
    ['r does not retry one that runs', '↓r', ''],
    ["the task's own view returns with Escape", '⏎⎋', 'close'],
    ["in the task's own view q quits", '⏎q', 'quit'],
    ["in the task's own view c and y cancels it", '↓⏎cy', 'cancel upgrade'],
    ["in the task's own view r retries it", '⇲⏎r', 'retry fix-lint'],
  ];
  for (const [promise, keys, wanted] of WISHES)
    it(promise, () => {
      const { wish } = press(three, keys);
      const name = wish && 'task' in wish ? ` ${nameOf(wish.task)}` : '';
      assert.equal(`${wish?.type ?? ''}${name}`, wanted);
    });

  it('a retry is opened, and Escape returns to the list with the cursor on it', () => {
    const retry = taskOf('fix-lint-retry-1', { age: 0, retries: 1 });
    const { view, wish } = stepDashboard(after(three, added(retry)), { type: 'follow', task: retry });
    assert.deepEqual(wish, { type: 'open', task: retry });
    assert.equal(under(press(view, '⎋').view), 'fix-lint-retry-1');
  });

  it("a task's log goes to its view, and nowhere when none is open", () => {
    const open = after(press(three, '⏎').view, { type: 'log', text: 'a\n' });
    assert.deepEqual(open.open?.log.lines, ['a']);
    assert.equal(after(three, { type: 'log', text: 'a\n' }), three);
  });
});
