import assert from 'node:assert/strict';
import type { ReactNode } from 'react';
import stringWidth from 'string-width';
import type { AgenticSession } from '../../src/api/types.ts';
import { DashboardScreen, LastList } from '../../src/tui/dashboard-screen.tsx';
import { type DashboardEvent, openDashboard, stepDashboard } from '../../src/tui/state/dashboard.ts';
import type { Size } from '../../src/tui/state/lines.ts';
import { openView, stepTask, type TaskEvent } from '../../src/tui/state/task-view.ts';
import type { TaskView } from '../../src/tui/state/task-state.ts';
import { LastFrame, TaskScreen } from '../../src/tui/task-screen.tsx';
import { openTerminal } from '../../src/tui/terminal.tsx';
import { golden } from '../cli/output/golden.ts';
import { FakeTerminal } from './fake-terminal.ts';
import { COMPLETED, FAILED, NOW, RUNNING, taskOf } from './tasks.ts';

const SIZES: readonly Size[] = [
  { columns: 40, rows: 10 },
  { columns: 80, rows: 24 },
  { columns: 200, rows: 60 },
];

const ignore = (): void => undefined;
const fail = (error: unknown): void => {
  throw error;
};
const HANDLERS = { onKey: ignore, onResize: ignore, onError: fail };

/** What a terminal of this size shows; colours are left out unless they are asked for. */
async function drawn({ columns, rows }: Size, node: ReactNode, color = false): Promise<string> {
  const terminal = new FakeTerminal(columns, rows);
  const open = openTerminal({ ...terminal.streams, ...HANDLERS, color });
  open.draw(node);
  await open.close();
  return color ? (terminal.screen.frames.at(-1) ?? '') : terminal.frame;
}

const key = (char: string): TaskEvent => ({ type: 'key', key: { char } });
const LOG = Array.from({ length: 70 }, (_, at) => `line ${at + 1} of what the agent says\n`).join('');
const HOSTILE_LOG = [
  '\u001b[2J\u001b[31mcleared\u001b[0m\u001b]0;title\u0007',
  '\u202eoverridden and then \u2066isolated\u2069',
  '界'.repeat(300),
  'x'.repeat(10_000),
  '👩‍👩‍👧‍👦 family and e\u0301 accents',
  'a\rb\tc\u0007\u009bHd',
].join('\n');

const hostile = taskOf('hostile', {
  status: {
    ...FAILED,
    currentPhase: '\u001b[2Jstep',
    error: `\u001b]0;x\u0007${'error '.repeat(600)}`,
    checks: [{ name: 'a\u001b[31m\nb', command: '\u202ex'.repeat(100), result: 'failed' }],
  },
});
hostile.metadata.labels = { 'ambient-code.io/task': 'x\u001b[2J'.repeat(30) };

const VIEWS: readonly (readonly [name: string, task: AgenticSession, events: readonly TaskEvent[]])[] = [
  [
    'pending',
    taskOf('upgrade-lodash', { status: { phase: 'Pending', currentPhase: 'Waiting in line' } }),
    [],
  ],
  ['running', taskOf('upgrade-lodash', { status: RUNNING }), [{ type: 'log', text: LOG }]],
  [
    'scrolled',
    taskOf('upgrade-lodash', { status: RUNNING }),
    [
      { type: 'log', text: LOG },
      { type: 'key', key: { name: 'home' } },
    ],
  ],
  ['cancelling', taskOf('upgrade-lodash', { status: RUNNING }), [key('c')]],
  ['help', taskOf('upgrade-lodash', { status: RUNNING }), [key('?')]],
  ['failed', taskOf('fix-lint-retry-2', { retries: 2, status: FAILED }), [{ type: 'log', text: LOG }]],
  ['completed', taskOf('upgrade-lodash', { status: COMPLETED }), [{ type: 'log', text: LOG }]],
  ['hostile', hostile, [{ type: 'log', text: `${HOSTILE_LOG}\n` }]],
];

const viewOf = (size: Size, task: AgenticSession, events: readonly TaskEvent[]): TaskView =>
  events.reduce(
    (view, event) => stepTask(view, event).view,
    openView(task, { size, now: NOW, inside: false }),
  );

/** A frame that a terminal takes as it is: no line too long, none too many, nothing that a terminal acts on. */
function assertFits(frame: string, { columns, rows }: Size): void {
  const lines = frame.trimEnd().split('\n');
  assert.ok(lines.length < rows, `${lines.length} lines in ${rows} rows`);
  for (const line of lines) assert.ok(stringWidth(line) <= columns, `${stringWidth(line)} columns: ${line}`);
  assert.doesNotMatch(frame, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
}

describe('the view of a task', () => {
  for (const size of SIZES)
    for (const [name, task, events] of VIEWS)
      it(`${name}, in ${size.columns}x${size.rows}`, async () => {
        const frame = await drawn(size, <TaskScreen view={viewOf(size, task, events)} />);
        assertFits(frame, size);
        golden(`golden/${name}-${size.columns}.txt`, import.meta.url, frame);
      });

  for (const size of SIZES)
    it(`leaves how it stood, without log and keys, in ${size.columns}x${size.rows}`, async () => {
      const view = viewOf(size, taskOf('upgrade-lodash', { status: FAILED }), [{ type: 'log', text: LOG }]);
      const frame = await drawn(size, <LastFrame view={view} />);
      assertFits(frame, size);
      golden(`golden/last-${size.columns}.txt`, import.meta.url, frame);
    });

  it('is coloured, but where no colours are wanted: then it has no escape sequence but those of the cursor', async () => {
    const size = { columns: 80, rows: 24 };
    const screen = <TaskScreen view={viewOf(size, taskOf('x', { status: RUNNING }), [])} />;
    assert.match(await drawn(size, screen, true), /\u001b\[36m/);
    const terminal = new FakeTerminal();
    const open = openTerminal({ ...terminal.streams, ...HANDLERS, color: false });
    open.draw(screen);
    await open.close();
    assert.doesNotMatch(terminal.screen.frames.join(''), /\u001b/);
  });

  it('takes a terminal that is smaller than anybody has', async () => {
    for (const size of [
      { columns: 1, rows: 1 },
      { columns: 10, rows: 3 },
      { columns: 20, rows: 6 },
    ]) {
      const frame = await drawn(
        size,
        <TaskScreen view={viewOf(size, hostile, [{ type: 'log', text: LOG }])} />,
      );
      assert.ok(frame.trimEnd().split('\n').length <= Math.max(1, size.rows - 1), frame);
    }
  });
});

const TASKS = [
  taskOf('upgrade-lodash', { status: RUNNING, age: 190 }),
  taskOf('fix-lint', { status: FAILED, age: 4000, project: 'team-a' }),
  taskOf('add-docs', { status: COMPLETED, age: 400_000 }),
  taskOf('a-task-with-as-long-a-name-as-a-task-may-ever-have', { age: 2 }),
  hostile,
];
const dashboardOf = (size: Size, project?: string, ...events: DashboardEvent[]) =>
  [
    ...TASKS.map((object): DashboardEvent => ({ type: 'changed', changes: [{ type: 'ADDED', object }] })),
    { type: 'changed', changes: [{ type: 'SYNCED' }] } as const,
    ...events,
  ].reduce(
    (view, event) => stepDashboard(view, event).view,
    openDashboard({ size, now: NOW, ...(project && { project }) }),
  );

describe('the dashboard', () => {
  for (const size of SIZES) {
    const cases = [
      ['dashboard', <DashboardScreen key="a" view={dashboardOf(size, 'default')} />],
      ['dashboard-all', <DashboardScreen key="b" view={dashboardOf(size, undefined, key('/'), key('i'))} />],
      ['dashboard-help', <DashboardScreen key="c" view={dashboardOf(size, 'default', key('?'))} />],
      ['dashboard-last', <LastList key="d" view={dashboardOf(size, 'default')} />],
    ] as const;
    for (const [name, node] of cases)
      it(`${name}, in ${size.columns}x${size.rows}`, async () => {
        const frame = await drawn(size, node);
        assertFits(frame, size);
        golden(`golden/${name}-${size.columns}.txt`, import.meta.url, frame);
      });
  }

  it('shows as many tasks as there is room for, with the cursor among them', async () => {
    const size = { columns: 80, rows: 10 };
    let view = openDashboard({ size, now: NOW, project: 'default' });
    for (let at = 0; at < 2000; at++)
      view = stepDashboard(view, {
        type: 'changed',
        changes: [{ type: 'ADDED', object: taskOf(`task-${at}`, { age: at }) }],
      }).view;
    view = stepDashboard(view, { type: 'key', key: { name: 'end' } }).view;
    const frame = await drawn(size, <DashboardScreen view={view} />);
    assertFits(frame, size);
    assert.match(frame, /^> task-1999 /m);
    assert.match(frame, /2000 tasks/);
  });
});
