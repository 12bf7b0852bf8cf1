import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore, type FileStoreOptions } from '../../../../src/engine/local/store/file-store.ts';
import { kindFolder } from '../../../../src/engine/local/store/layout.ts';
import { validateBySchema } from '../../../../src/engine/local/store/validate.ts';

export const NAMESPACE = 'my-project';
export const KIND = 'AgenticSession';

/** A new state folder, for one test. */
export const stateFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'bgtask-store-'));
export const removeFolder = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

export const openStore = (root: string, options: Partial<FileStoreOptions> = {}): FileStore =>
  new FileStore({ root, validate: validateBySchema, ...options });

/** Where the sessions of NAMESPACE are. */
export const sessionsFolder = (root: string): string => kindFolder(root, NAMESPACE, KIND);
export const keyOf = (name: string) => ({ namespace: NAMESPACE, name });
