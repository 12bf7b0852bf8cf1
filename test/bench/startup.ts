import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileStore } from '../../src/engine/local/store/file-store.ts';
import { validateBySchema } from '../../src/engine/local/store/validate.ts';
import { taskObject } from '../../src/service/task-object.ts';
import { command, type Figure, pair } from './pair.ts';

const bgtask = fileURLToPath(new URL('../../bin/bgtask', import.meta.url));
const bareNode = command('node -e 0', process.execPath, ['-e', '0']);

/** A state folder with finished tasks, each with a status as tasks have it. */
async function stateWith(tasks: number): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'bgtask-bench-'));
  const store = new FileStore({ root, validate: validateBySchema });
  for (let at = 0; at < tasks; at++) {
    const name = `task-${String(at).padStart(5, '0')}`;
    const spec = {
      mode: 'background' as const,
      prompt: 'Upgrade lodash to version 4.17.21.',
      repos: [{ input: { url: 'https://github.com/example-org/app' } }],
      autoPushOnComplete: true,
      userContext: { userId: 'user@example.com' },
    };
    const { metadata } = await store.create('AgenticSession', taskObject('default', name, spec));
    const status = {
      phase: 'Completed',
      progress: 100,
      currentPhase: 'Pull request created',
      logs: 'a line of log\n'.repeat(300),
      completionTime: new Date().toISOString(),
    };
    await store.patchStatus('AgenticSession', metadata, status);
  }
  return root;
}

/** What a person waits for at the prompt, beside a Node that does nothing. */
export async function startup(): Promise<Figure[]> {
  const state = await stateWith(1000);
  try {
    return [
      pair('start-up', command('bgtask version', bgtask, ['version']), bareNode, 15),
      pair(
        'list of 1,000 tasks',
        command('bgtask list', bgtask, ['list'], { BGTASK_STATE: state }),
        bareNode,
        11,
      ),
    ];
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}
