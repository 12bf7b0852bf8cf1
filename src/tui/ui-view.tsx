import type { AgenticSession } from '../api/types.ts';
import type { UiOptions } from '../cli/views.ts';
import { taskName } from '../domain/task.ts';
import type { WatchEvent } from '../engine/engine.ts';
import type { Awaited } from '../service/await-task.ts';
import { DashboardScreen, LastList } from './dashboard-screen.tsx';
import { deferred } from './deferred.ts';
import { act, follow } from './follow.ts';
import { type Program, Show } from './show.ts';
import {
  type Dashboard,
  type DashboardEvent,
  type DashboardWish,
  hasActive,
  openDashboard,
  stepDashboard,
} from './state/dashboard.ts';
import type { Streams } from './terminal.tsx';

/** Milliseconds between two checks that tasks are reconciled, as in await-task.ts. */
const CONTROLLER_CHECK = 1000;

const program = (project: string | undefined): Program<Dashboard, DashboardEvent, DashboardWish> => ({
  start: (size, now) => openDashboard({ size, now, project }),
  step: stepDashboard,
  screen: (view) => <DashboardScreen view={view} />,
  last: (view) => <LastList view={{ ...view, help: false, typing: false }} />,
});

/** Shows the tasks of a project, or of all, until the person quits. Rejects when they cannot be watched. */
export async function uiView(options: UiOptions, streams: Streams): Promise<void> {
  const { engine, signal, project, selector } = options;
  const { promise, resolve, reject } = deferred<void>();
  const watching = new AbortController();
  let feed = new AbortController();
  const open = (task: AgenticSession): void => {
    feed.abort();
    feed = new AbortController();
    const { signal: wanted } = feed;
    const ended = ({ deleted }: Awaited): void => {
      if (deleted && !wanted.aborted)
        show.send({ type: 'answered', notice: `Task "${taskName(task)}" was deleted.` });
    };
    follow(engine, task, (event) => show.send(event), wanted).then(
      ended,
      (error: unknown) => wanted.aborted || reject(error),
    );
  };
  const onWish = async (wish: DashboardWish): Promise<void> => {
    if (wish.type === 'quit') return resolve();
    if (wish.type === 'close') return feed.abort();
    if (wish.type === 'open') return open(wish.task);
    show.send(await act(wish.type, wish.task, options));
  };
  const show = new Show(program(project), {
    ...streams,
    color: options.color,
    now: options.now,
    onWish: (wish) => void onWish(wish),
    onError: reject,
  });
  const watch = async (): Promise<void> => {
    const wanted = { namespace: project, selector, signal: watching.signal };
    let changes: WatchEvent<AgenticSession>[] = [];
    const flush = (): void => {
      show.send({ type: 'changed', changes });
      changes = [];
    };
    for await (const change of engine.store.watch('AgenticSession', wanted))
      if (changes.push(change) === 1) setImmediate(flush);
  };
  const checks = setInterval(() => {
    if (hasActive(show.view)) void engine.ensureController(true).catch(() => undefined);
  }, CONTROLLER_CHECK);
  const quit = (): void => resolve();
  signal.addEventListener('abort', quit, { once: true });
  if (signal.aborted) quit();
  watch().catch(reject);
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', quit);
    clearInterval(checks);
    feed.abort();
    watching.abort();
    await show.close();
  }
}
