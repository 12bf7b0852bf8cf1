import { chmod, copyFile, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { StageError } from '../domain/reasons.ts';

/**
 * Copies this runner, the bundle and the Node that runs it, to a folder that the work stage of a task with an image of its own mounts read-only: it is started there
 * as `<folder>/node <folder>/main.js`. Throws CloneFailed when the volume does not take it.
 */
export async function handTools(folder: string): Promise<void> {
  const root = packageRoot();
  try {
    await mkdir(folder, { recursive: true });
    await copyFile(process.execPath, join(folder, 'node'));
    await chmod(join(folder, 'node'), 0o755);
    await cp(join(root, 'dist'), folder, { recursive: true, dereference: true });
    await writeFile(
      join(folder, 'package.json'),
      `${JSON.stringify({ name: 'kubectl-bgtask', type: 'module' })}\n`,
    );
  } catch (error) {
    throw new StageError(
      'CloneFailed',
      `The runner could not be copied for the task's own image: ${String(error)}`,
      { cause: error },
    );
  }
}
