import type { AgenticSession } from '../api/types.ts';
import type { ViewOptions } from '../cli/views.ts';
import { isFinished, phaseOf } from '../domain/task.ts';
import type { Awaited } from '../service/await-task.ts';
import { deferred } from './deferred.ts';
import { act, follow } from './follow.ts';
import { type Program, Show } from './show.ts';
import { openView, stepTask, type TaskEvent, type Wish } from './state/task-view.ts';
import type { TaskView } from './state/task-state.ts';
import { LastFrame, TaskScreen } from './task-screen.tsx';
import type { Streams } from './terminal.tsx';

const program = (task: AgenticSession): Program<TaskView, TaskEvent, Wish> => ({
  start: (size, now) => openView(task, { size, now, inside: false }),
  step: stepTask,
  screen: (view) => <TaskScreen view={view} />,
  last: (view) => <LastFrame view={view} />,
});

/** Milliseconds that a task which came to nothing stays on the screen: what waits for the command behind it goes on without a key, too. */
const STAY = 300_000;

/**
 * Follows a task, and the retry that is asked for, over the whole terminal. Ends when the task is Completed or deleted, was cancelled here, or the
 * person quits; a task that comes to nothing stays on the screen for a while, so that it can be read and tried again. Rejects when it cannot be watched.
 */
export async function watchView(
  task: AgenticSession,
  options: ViewOptions,
  streams: Streams,
  stayMs = STAY,
): Promise<Awaited> {
  const { engine, signal } = options;
  const { promise, resolve, reject } = deferred<Awaited>();
  let cancelled = false;
  let leave: NodeJS.Timeout | undefined;
  let feed = new AbortController();
  const quit = (): void => {
    const session = show.view.task;
    resolve({ reached: isFinished(session), deleted: false, session });
  };
  const ended = (result: Awaited): void => {
    const phase = result.session && phaseOf(result.session);
    if (result.deleted || cancelled || phase === 'Completed') resolve(result);
    else leave = setTimeout(quit, stayMs);
  };
  const start = (next: AgenticSession): void => {
    clearTimeout(leave);
    feed.abort();
    feed = new AbortController();
    cancelled = false;
    const { signal: wanted } = feed;
    follow(engine, next, (event) => show.send(event), wanted).then(
      (result) => wanted.aborted || ended(result),
      (error: unknown) => wanted.aborted || reject(error),
    );
  };
  const onWish = async (wish: Wish): Promise<void> => {
    if (wish === 'quit' || wish === 'back') return quit();
    if (wish === 'cancel') cancelled = true;
    const event = await act(wish, show.view.task, options);
    show.send(event);
    if (event.type === 'follow') start(event.task);
  };
  const show = new Show(program(task), {
    ...streams,
    color: options.color,
    now: options.now,
    onWish: (wish) => void onWish(wish),
    onError: reject,
  });
  signal.addEventListener('abort', quit, { once: true });
  if (signal.aborted) quit();
  start(task);
  try {
    return await promise;
  } finally {
    clearTimeout(leave);
    signal.removeEventListener('abort', quit);
    feed.abort();
    await show.close();
  }
}
