import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StageReport } from '../../../src/domain/report.ts';
import { Job, type JobOptions } from './job.ts';
import { type Content, makeRemote, tempFolder } from './remote.ts';

const run = promisify(execFile);

export interface Prepared {
  job: Job;
  /** The job's own repository. */
  remote: string;
}

const templates = new Map<string, Promise<string>>();

/** A folder with a repository and a job that came so far; made once for the same files and agent, and copied from then on. */
function template(files: Record<string, Content>, agent?: string): Promise<string> {
  const key = JSON.stringify([files, agent]);
  let made = templates.get(key);
  if (!made) {
    made = (async () => {
      const dir = tempFolder();
      const remote = await makeRemote(files, { path: join(dir, 'remote.git') });
      const job = new Job({ remote, dir, agent });
      await job.run('clone');
      if (agent !== undefined) await job.run('work');
      return dir;
    })();
    templates.set(key, made);
  }
  return made;
}

async function copied(from: string, options: Omit<JobOptions, 'remote' | 'dir'>): Promise<Prepared> {
  const dir = tempFolder();
  await run('cp', ['-a', `${from}/.`, dir]);
  const remote = join(dir, 'remote.git');
  const job = new Job({ ...options, remote, dir });
  // The checkout borrows its objects from the repository beside it, by an absolute path.
  await writeFile(
    join(job.place.checkout, '.git/objects/info/alternates'),
    `${join(job.place.base, 'objects')}\n`,
  );
  await writeFile(join(dir, 'log'), '');
  return { job, remote };
}

/** A job that has been through clone, with a repository of its own. */
export const cloned = async (
  files: Record<string, Content>,
  options: Omit<JobOptions, 'remote' | 'dir'> = {},
): Promise<Prepared> => copied(await template(files), options);

/** A job that has been through clone and work, with a repository of its own. */
export async function worked(
  files: Record<string, Content>,
  agent: string,
  options: Omit<JobOptions, 'remote' | 'dir' | 'agent'> = {},
): Promise<Prepared & { work: StageReport }> {
  const made = await copied(await template(files, agent), { ...options, agent });
  return { ...made, work: JSON.parse(await readFile(made.job.place.report, 'utf8')) as StageReport };
}
