import type { AgenticSession } from '../api/types.ts';
import { hasCode } from '../domain/errors.ts';
import type { TaskStore } from '../engine/engine.ts';

/** How many uids a template remembers, so that a pass that is repeated counts its task once. */
const REMEMBERED = 50;

/** Counts one use of the task's template. Repeated calls count a task once. Does nothing if the template was deleted. */
export async function countUse(store: TaskStore, session: AgenticSession, now: Date): Promise<void> {
  const { templateId } = session.spec;
  const { namespace, uid } = session.metadata;
  if (!templateId || !uid) return;
  const key = { namespace, name: templateId };
  const template = await store.get('TaskTemplate', key);
  if (!template || template.status?.countedTasks?.includes(uid)) return;
  const { usageCount = 0, countedTasks = [] } = template.status ?? {};
  const status = {
    usageCount: usageCount + 1,
    lastUsed: now.toISOString(),
    countedTasks: [uid, ...countedTasks].slice(0, REMEMBERED),
  };
  try {
    await store.patchStatus('TaskTemplate', key, status, {
      resourceVersion: template.metadata.resourceVersion,
    });
  } catch (error) {
    if (!hasCode(error, 'NotFound')) throw error;
  }
}
