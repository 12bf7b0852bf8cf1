import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '../api/record.ts';
import type { Stage } from '../domain/report.ts';
import { type Moment, momentNow } from '../engine/running-time.ts';
import type { StagePaths } from './stage-context.ts';

/** Holds the moment at which the pod's first stage began, from which the task's time is counted. */
const FILE = '.began';

/** Where a stage looks: in a volume that no untrusted program has written to when the stage begins. */
const places: Record<Stage, (paths: StagePaths) => string> = {
  clone: ({ workspace }) => workspace,
  work: ({ workspace }) => workspace,
  prove: ({ workspace }) => workspace,
  publish: ({ pristine }) => pristine,
};

/**
 * The moment at which a pod's time began: when its clone stage did, however long the Job had waited for the pod. The clone stage writes it into the volumes
 * of the others. Undefined when it is not there, as in the pod of a Job of an earlier release.
 */
export async function podBegan(stage: Stage, paths: StagePaths): Promise<Moment | undefined> {
  if (stage === 'clone') {
    const now = momentNow();
    const folders = [paths.workspace, paths.pristine, ...(paths.proof ? [paths.proof] : [])];
    await Promise.all(folders.map((folder) => writeFile(join(folder, FILE), JSON.stringify(now))));
    return now;
  }
  try {
    return momentIn(JSON.parse(await readFile(join(places[stage](paths), FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

const momentIn = (read: unknown): Moment | undefined =>
  isRecord(read) && typeof read['boot'] === 'string' && typeof read['ms'] === 'number'
    ? { boot: read['boot'], ms: read['ms'] }
    : undefined;
