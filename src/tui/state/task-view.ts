import type { AgenticSession } from '../../api/types.ts';
import { canRetry } from '../../domain/phases.ts';
import { isFinished, phaseOf } from '../../domain/task.ts';
import type { Key, KeyName } from './key.ts';
import { layoutOf } from './layout.ts';
import type { Size } from './lines.ts';
import { appendLog, EMPTY_LOG, endLog, lengthOf } from './log.ts';
import { stepTimes } from './step-times.ts';
import type { TaskView } from './task-state.ts';

export type TaskEvent =
  | { type: 'task'; task: AgenticSession }
  /** Another task takes the place of this one: its retry. */
  | { type: 'follow'; task: AgenticSession }
  | { type: 'log'; text: string }
  | { type: 'log-end' }
  | { type: 'tick'; now: number }
  | { type: 'resized'; size: Size }
  | { type: 'key'; key: Key }
  /** The engine has answered, or refused with a sentence. */
  | { type: 'answered'; notice?: string };

/** What a key asks for beyond the view. */
export type Wish = 'quit' | 'back' | 'cancel' | 'retry';

export interface Stepped<V, W> {
  view: V;
  wish?: W;
}

/** A task before anything else is known of it. */
export const openView = (
  task: AgenticSession,
  { size, now, inside }: Pick<TaskView, 'size' | 'now' | 'inside'>,
): TaskView => ({
  size,
  now,
  inside,
  task,
  times: stepTimes(task, undefined, now),
  log: EMPTY_LOG,
  help: false,
});

/** The view after an event, and what the event asks for. Pure: times come with ticks. */
export function stepTask(view: TaskView, event: TaskEvent): Stepped<TaskView, Wish> {
  switch (event.type) {
    case 'task':
      return { view: { ...view, task: event.task, times: stepTimes(event.task, view.times, view.now) } };
    case 'follow':
      return { view: openView(event.task, view) };
    case 'log':
      return { view: { ...view, log: appendLog(view.log, event.text) } };
    case 'log-end':
      return { view: { ...view, log: endLog(view.log) } };
    case 'tick':
      return { view: { ...view, now: event.now } };
    case 'resized':
      return { view: { ...view, size: event.size } };
    case 'answered':
      return { view: { ...view, busy: undefined, notice: event.notice } };
    case 'key':
      return pressed({ ...view, notice: undefined }, event.key);
  }
}

function pressed(view: TaskView, key: Key): Stepped<TaskView, Wish> {
  if ('name' in key && key.name === 'quit') return { view, wish: 'quit' };
  if (view.help) return { view: { ...view, help: false } };
  if (view.question) return answered(view, key);
  return 'name' in key ? named(view, key.name) : typed(view, key.char);
}

function answered(view: TaskView, key: Key): Stepped<TaskView, Wish> {
  const open = { ...view, question: undefined };
  if (!('char' in key) || key.char.toLowerCase() !== 'y') return { view: open };
  return { view: { ...open, busy: 'cancel' }, wish: 'cancel' };
}

function typed(view: TaskView, char: string): Stepped<TaskView, Wish> {
  switch (char) {
    case 'q':
      return { view, wish: 'quit' };
    case '?':
      return { view: { ...view, help: true } };
    case 'c':
      return { view: toCancel(view) };
    case 'r':
      return toRetry(view);
    default:
      return { view };
  }
}

function toCancel(view: TaskView): TaskView {
  if (isFinished(view.task))
    return { ...view, notice: `It is ${phaseOf(view.task)} already; there is nothing to cancel.` };
  if (view.busy || view.task.spec.cancel) return { ...view, notice: 'It is being cancelled already.' };
  return { ...view, question: 'cancel' };
}

function toRetry(view: TaskView): Stepped<TaskView, Wish> {
  if (view.busy) return { view };
  if (canRetry(phaseOf(view.task))) return { view: { ...view, busy: 'retry' }, wish: 'retry' };
  return { view: { ...view, notice: 'Only a Failed, Timeout or Stopped task can be retried.' } };
}

function named(view: TaskView, name: KeyName): Stepped<TaskView, Wish> {
  const page = Math.max(1, layoutOf(view).log);
  switch (name) {
    case 'up':
      return { view: scrolled(view, -1, page) };
    case 'down':
      return { view: scrolled(view, 1, page) };
    case 'pageup':
      return { view: scrolled(view, -page, page) };
    case 'pagedown':
      return { view: scrolled(view, page, page) };
    case 'home':
      return { view: scrolled(view, -Infinity, page) };
    case 'end':
      return { view: { ...view, top: undefined } };
    case 'escape':
    case 'backspace':
      return view.inside ? { view, wish: 'back' } : ended(view);
    case 'enter':
      return view.inside ? { view } : ended(view);
    case 'quit':
      return { view, wish: 'quit' };
  }
}

/** Where nothing goes on any more, leaving needs no second thought. */
const ended = (view: TaskView): Stepped<TaskView, Wish> =>
  isFinished(view.task) ? { view, wish: 'quit' } : { view };

/** Moves the log by lines. At its end it goes on with what comes. */
function scrolled(view: TaskView, by: number, page: number): TaskView {
  const { log } = view;
  const last = Math.max(log.dropped, lengthOf(log) - page);
  const before = Math.max(log.dropped, Math.min(view.top ?? last, last));
  const top = Math.max(log.dropped, before + by);
  return { ...view, top: top >= last ? undefined : top };
}
