import type { AgenticSession } from '../../api/types.ts';
import { isFinished, isTask, phaseOf, repositoryOf, taskName } from '../../domain/task.ts';
import type { WatchEvent } from '../../engine/engine.ts';
import { byAge } from '../../service/find-task.ts';
import type { Key, KeyName } from './key.ts';
import type { Size } from './lines.ts';
import { openView, type Stepped, stepTask, type TaskEvent } from './task-view.ts';
import type { TaskView } from './task-state.ts';

/** The tasks of a project, or of all, and the one that is looked at. */
export interface Dashboard {
  /** By uid, without what a table does not show. */
  tasks: ReadonlyMap<string, AgenticSession>;
  /** True once all that were there have come. */
  synced: boolean;
  /** Absent for all projects. */
  project?: string;
  /** The uid of the task under the cursor; the first when it is not there. */
  at?: string;
  filter: string;
  /** True while the filter is typed. */
  typing: boolean;
  question?: AgenticSession;
  help: boolean;
  notice?: string;
  size: Size;
  now: number;
  /** The task's own view, above the list. */
  open?: TaskView;
}

/** Thousands of tasks come at once when one begins to look. */
export type DashboardEvent = { type: 'changed'; changes: readonly WatchEvent<AgenticSession>[] } | TaskEvent;

export type DashboardWish =
  | { type: 'quit' }
  | { type: 'open'; task: AgenticSession }
  | { type: 'close' }
  | { type: 'cancel' | 'retry'; task: AgenticSession };

type Next = Stepped<Dashboard, DashboardWish>;

export const openDashboard = (base: Pick<Dashboard, 'size' | 'now' | 'project'>): Dashboard => ({
  ...base,
  tasks: new Map(),
  synced: false,
  filter: '',
  typing: false,
  help: false,
});

/** Title, headings, filter or notice, keys, and the row that stays free. */
const AROUND = 5;
/** Tasks that have room on the screen. */
export const rowsOf = ({ size }: Dashboard): number => Math.max(1, size.rows - AROUND);

const searched = (task: AgenticSession): string =>
  [taskName(task), phaseOf(task), task.status?.currentPhase, task.metadata.namespace, repositoryOf(task)]
    .join('\n')
    .toLowerCase();

/** The tasks that pass the filter, the newest first: each of its words is in the name, phase, step, project or repository. */
export function shownTasks({ tasks, filter }: Dashboard): AgenticSession[] {
  const words = filter.toLowerCase().split(' ').filter(Boolean);
  return [...tasks.values()]
    .filter((task) => words.every((word) => searched(task).includes(word)))
    .sort(byAge);
}

/** The place of the cursor among the tasks that are shown. */
export const cursorOf = (view: Dashboard, shown: readonly AgenticSession[]): number =>
  Math.max(
    0,
    shown.findIndex(({ metadata }) => metadata.uid === view.at),
  );

/** A task as far as a table shows it: logs and prompts of thousands of tasks would fill the memory. */
function brief(task: AgenticSession): AgenticSession {
  const { logs: _, checks: __, conditions: ___, ...status } = task.status ?? {};
  return { ...task, spec: { ...task.spec, prompt: '' }, status };
}

function changed(view: Dashboard, changes: readonly WatchEvent<AgenticSession>[]): Dashboard {
  const tasks = new Map(view.tasks);
  for (const change of changes) {
    if (change.type === 'SYNCED') continue;
    const { object } = change;
    const uid = object.metadata.uid ?? object.metadata.name;
    if (change.type === 'DELETED' || !isTask(object)) tasks.delete(uid);
    else tasks.set(uid, brief(object));
  }
  return { ...view, tasks, synced: view.synced || changes.some(({ type }) => type === 'SYNCED') };
}

/** The dashboard after an event, and what the event asks for. */
export function stepDashboard(view: Dashboard, event: DashboardEvent): Next {
  switch (event.type) {
    case 'changed':
      return { view: changed(view, event.changes) };
    case 'tick':
      return { view: { ...within(view, event), now: event.now } };
    case 'resized':
      return { view: { ...within(view, event), size: event.size } };
    case 'answered':
      return view.open ? { view: within(view, event) } : { view: { ...view, notice: event.notice } };
    case 'follow':
      return { view: opened(view, event.task), wish: { type: 'open', task: event.task } };
    case 'key':
      return view.open ? pressedWithin(view, view.open, event.key) : pressed(view, event.key);
    case 'task':
    case 'log':
    case 'log-end':
      return { view: within(view, event) };
  }
}

const within = (view: Dashboard, event: TaskEvent): Dashboard =>
  view.open ? { ...view, open: stepTask(view.open, event).view } : view;

const opened = (view: Dashboard, task: AgenticSession): Dashboard => ({
  ...view,
  at: task.metadata.uid,
  notice: undefined,
  open: openView(task, { size: view.size, now: view.now, inside: true }),
});

function pressedWithin(view: Dashboard, open: TaskView, key: Key): Next {
  const { view: next, wish } = stepTask(open, { type: 'key', key });
  if (wish === 'quit') return { view, wish: { type: 'quit' } };
  if (wish === 'back') return { view: { ...view, open: undefined }, wish: { type: 'close' } };
  const after = { ...view, open: next };
  return wish ? { view: after, wish: { type: wish, task: next.task } } : { view: after };
}

function pressed(before: Dashboard, key: Key): Next {
  const view = { ...before, notice: undefined };
  if ('name' in key && key.name === 'quit') return { view, wish: { type: 'quit' } };
  if (view.help) return { view: { ...view, help: false } };
  if (view.question) return answered(view, view.question, key);
  const filtered = view.typing && filtering(view, key);
  if (filtered) return { view: filtered };
  return 'name' in key ? named(view, key.name) : typed(view, key.char);
}

function answered(view: Dashboard, task: AgenticSession, key: Key): Next {
  const open = { ...view, question: undefined };
  const isYes = 'char' in key && key.char.toLowerCase() === 'y';
  return isYes ? { view: open, wish: { type: 'cancel', task } } : { view: open };
}

/** What a key does to the filter while it is typed; undefined for keys that move the cursor. */
function filtering(view: Dashboard, key: Key): Dashboard | undefined {
  if ('char' in key) return { ...view, filter: view.filter + key.char };
  if (key.name === 'enter') return { ...view, typing: false };
  if (key.name === 'escape') return { ...view, typing: false, filter: '' };
  if (key.name !== 'backspace') return undefined;
  return view.filter === '' ? { ...view, typing: false } : { ...view, filter: view.filter.slice(0, -1) };
}

function typed(view: Dashboard, char: string): Next {
  const shown = shownTasks(view);
  const task = shown[cursorOf(view, shown)];
  switch (char) {
    case 'q':
      return { view, wish: { type: 'quit' } };
    case '?':
      return { view: { ...view, help: true } };
    case '/':
      return { view: { ...view, typing: true } };
    case 'c':
      return task ? { view: toCancel(view, task) } : { view };
    case 'r':
      return task ? toRetry(view, task) : { view };
    default:
      return { view };
  }
}

/** The same answers as in the task's own view. */
function toCancel(view: Dashboard, task: AgenticSession): Dashboard {
  const { question, notice } = stepTask(openView(task, { ...view, inside: true }), {
    type: 'key',
    key: { char: 'c' },
  }).view;
  return question ? { ...view, question: task } : { ...view, notice };
}

function toRetry(view: Dashboard, task: AgenticSession): Next {
  const { view: asked, wish } = stepTask(openView(task, { ...view, inside: true }), {
    type: 'key',
    key: { char: 'r' },
  });
  return wish ? { view, wish: { type: 'retry', task } } : { view: { ...view, notice: asked.notice } };
}

function named(view: Dashboard, name: KeyName): Next {
  const shown = shownTasks(view);
  const at = cursorOf(view, shown);
  const page = rowsOf(view);
  const moves: Partial<Record<KeyName, number>> = {
    up: at - 1,
    down: at + 1,
    pageup: at - page,
    pagedown: at + page,
    home: 0,
    end: shown.length - 1,
  };
  const to = moves[name];
  if (to !== undefined) {
    const task = shown[Math.max(0, Math.min(shown.length - 1, to))];
    return { view: { ...view, at: task?.metadata.uid } };
  }
  const task = shown[at];
  if (name === 'enter' && task) return { view: opened(view, task), wish: { type: 'open', task } };
  return { view: name === 'escape' ? { ...view, filter: '' } : view };
}

/** True while a task has not ended: then the operator or the supervisor must run. */
export const hasActive = ({ tasks }: Dashboard): boolean =>
  [...tasks.values()].some((task) => !isFinished(task));
