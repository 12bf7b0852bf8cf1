import type { AgenticSession } from '../api/types.ts';
import { isFinished } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import type { ServerEvent } from './event-text.ts';
import { taskView } from './views/task-view.ts';

/** The event that tells of a session, as a view shows it. */
export const about = (
  event: 'task' | 'deleted',
  session: AgenticSession,
  view: (session: AgenticSession) => object,
): ServerEvent => ({
  event,
  data: JSON.stringify(view(session)),
  ...(session.metadata.resourceVersion && { id: session.metadata.resourceVersion }),
});

const END: ServerEvent = { event: 'end', data: '{}' };

/** One task as it is and as it changes, until it has ended, is deleted, or the signal aborts. */
export async function* taskEvents(
  engine: Engine,
  task: AgenticSession,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent, void> {
  const { namespace, name, uid } = task.metadata;
  let seen = false;
  for await (const change of engine.store.watch('AgenticSession', { namespace, name, signal })) {
    const ended = change.type === 'SYNCED' ? !seen : change.object.metadata.uid !== uid;
    if (ended || change.type === 'DELETED') {
      yield about('deleted', task, taskView);
      return yield END;
    }
    if (change.type === 'SYNCED') continue;
    seen = true;
    yield about('task', change.object, taskView);
    if (isFinished(change.object)) return yield END;
  }
}
