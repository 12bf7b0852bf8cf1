import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgenticSession, SessionStatus } from '../../src/api/types.ts';
import { SupervisorLease } from '../../src/engine/local/lease.ts';
import { localPaths } from '../../src/engine/local/paths.ts';
import { FileStore } from '../../src/engine/local/store/file-store.ts';
import { validateBySchema } from '../../src/engine/local/store/validate.ts';
import { taskObject } from '../../src/service/task-object.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The program as it is built, on the PATH, with a state folder of its own. */
export interface Installed {
  /** The launcher's path. */
  command: string;
  folder: string;
  env: Record<string, string>;
  /** A task with a long prompt, and the status that it is to have. */
  task(name: string, status?: Partial<SessionStatus>): Promise<AgenticSession>;
  tasks(): Promise<AgenticSession[]>;
  close(): Promise<void>;
}

/** An object of a task that asks for nothing special. */
export const plainTask = (name: string): AgenticSession =>
  taskObject('default', name, {
    mode: 'background',
    prompt: 'x'.repeat(10_000),
    repos: [{ input: { url: 'https://example.com/example-org/app' } }],
    interactive: false,
    autoPushOnComplete: true,
  });

/** This process holds the supervisor's lease until the end: commands start none, and tasks stay as the test has them. */
export async function install(): Promise<Installed> {
  if (!existsSync(join(root, 'dist/main.js')))
    throw new Error('dist/ is missing: run npm ci, or npm run prepare');
  const folder = mkdtempSync(join(tmpdir(), 'bgtask-program-'));
  const env = {
    PATH: `${root}bin:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    BGTASK_STATE: join(folder, 'state'),
    BGTASK_CONFIG: join(folder, 'config'),
    BGTASK_ENGINE: 'local',
  };
  const paths = localPaths(env);
  const lease = new SupervisorLease(paths.lease);
  await lease.acquire();
  const store = new FileStore({ root: paths.state, validate: validateBySchema });
  return {
    command: join(root, 'bin/bgtask'),
    folder,
    env,
    task: async (name, status = {}) => {
      const { metadata } = await store.create('AgenticSession', plainTask(name));
      return store.patchStatus('AgenticSession', metadata, status);
    },
    tasks: () => store.list('AgenticSession'),
    close: async () => {
      await lease.release();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
