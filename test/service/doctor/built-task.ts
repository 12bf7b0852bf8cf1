import type { SessionSpec, SessionStatus } from '../../../src/api/types.ts';
import type { TaskStore } from '../../../src/engine/engine.ts';
import { taskObject } from '../../../src/service/task-object.ts';

/** Stores a task of project team-a with a status. */
export async function builtTask(
  store: TaskStore,
  name: string,
  status: Partial<SessionStatus>,
): Promise<void> {
  const spec = {
    mode: 'background',
    prompt: `Do ${name}.`,
    repos: [{ input: { url: 'https://example.com/example-org/app' } }],
    interactive: false,
    autoPushOnComplete: true,
    userContext: { userId: 'alice' },
  } as SessionSpec;
  const { metadata } = await store.create('AgenticSession', taskObject('team-a', name, spec));
  await store.patchStatus('AgenticSession', metadata, status);
}
