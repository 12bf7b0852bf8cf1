import { API_VERSION } from '../../src/api/names.ts';
import type { AgenticSession, ObjectMeta, SessionSpec, TaskTemplate } from '../../src/api/types.ts';
import type { Key, TaskStore } from '../../src/engine/engine.ts';

/** One store to test: empty, and gone after close. */
export interface StoreUnderTest {
  store: TaskStore;
  namespace: string;
  close: () => Promise<void>;
}

/** The store of the test that runs. */
export interface Context {
  readonly store: TaskStore;
  readonly namespace: string;
}

interface Parts {
  meta?: Partial<ObjectMeta>;
  spec?: SessionSpec;
}

/** A background task that every check of the schema lets pass. */
export const session = ({ namespace, name }: Key, { meta = {}, spec = {} }: Parts = {}): AgenticSession => ({
  apiVersion: API_VERSION,
  kind: 'AgenticSession',
  metadata: { namespace, name, ...meta },
  spec: {
    mode: 'background',
    prompt: 'Upgrade lodash',
    repos: [{ input: { url: 'https://git.example.com/example-org/app.git' } }],
    autoPushOnComplete: true,
    userContext: { userId: 'user@example.com' },
    ...spec,
  },
});

/** A session of the mode that the schema gives when none is said. */
export const interactive = ({ namespace, name }: Key): AgenticSession => ({
  apiVersion: API_VERSION,
  kind: 'AgenticSession',
  metadata: { namespace, name },
  spec: { prompt: 'Hello' },
});

export const template = ({ namespace, name }: Key): TaskTemplate => ({
  apiVersion: API_VERSION,
  kind: 'TaskTemplate',
  metadata: { namespace, name },
  spec: {
    displayName: 'Upgrade',
    instructionsTemplate: 'Upgrade {{package}}',
    parameters: [{ name: 'package' }],
  },
});

/** `count` times `act`, all at once; how each ended. */
export const atOnce = <T>(
  count: number,
  act: (index: number) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> =>
  Promise.allSettled(Array.from({ length: count }, (_, index) => act(index)));

/** Adds one to status.usage.turns, as a controller does: read, decide, write if no other write came in between. */
export async function increment(store: TaskStore, key: Key): Promise<number> {
  for (;;) {
    const old = await store.get('AgenticSession', key);
    const turns = (old?.status?.usage?.turns ?? 0) + 1;
    try {
      await store.patchStatus(
        'AgenticSession',
        key,
        { usage: { turns } },
        {
          resourceVersion: old?.metadata.resourceVersion,
        },
      );
      return turns;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'Conflict')) throw error;
    }
  }
}
