import { userInfo } from 'node:os';
import type { AgenticSession } from '../../api/types.ts';
import { BgtaskError } from '../../domain/errors.ts';
import type { Engine, Identity, JobEngine } from '../engine.ts';
import { LocalStore } from './archives.ts';
import { handOver } from './handover.ts';
import type { JobFiles } from './jobs/job-files.ts';
import { SupervisorLease } from './lease.ts';
import { isOnPath } from '../on-path.ts';
import { type LocalPaths, localPaths } from './paths.ts';
import { validateBySchema } from './store/validate.ts';
import { SupervisorCare } from './supervisor-care.ts';
import type { SupervisorOptions } from './start-supervisor.ts';

/** Tasks on this machine: objects are files, Jobs are child processes of a supervisor in the background. */
export function localEngine(options: SupervisorOptions): Engine & { paths: LocalPaths } {
  const paths = localPaths(options.env);
  const care = new SupervisorCare(paths, options);
  const store = new LocalStore(paths, { validate: validateBySchema, onProblem: options.onProblem });
  return {
    kind: 'local',
    paths,
    store,
    jobs: readingJobs(paths),
    defaultProject: 'default',
    whoAmI: () => Promise.resolve(identity(options.env)),
    offer: (session) => offer(options.env, paths, session),
    ensureController: (active) => care.ensure(active),
    controllerTrouble: () => care.trouble,
  };
}

const refuse = (): Promise<never> =>
  Promise.reject(new BgtaskError('Forbidden', 'Only the supervisor starts and ends Jobs.'));

/** Jobs as every process may read them; starting, stopping and clearing away is the supervisor's alone. Loaded when they are asked for. */
function readingJobs(paths: LocalPaths): JobEngine {
  let files: Promise<JobFiles> | undefined;
  const read = (): Promise<JobFiles> =>
    (files ??= import('./jobs/job-files.ts').then((module) => new module.JobFiles(paths)));
  return {
    start: refuse,
    stop: refuse,
    remove: refuse,
    keepLog: refuse,
    archive: refuse,
    keepChange: refuse,
    patch: async (key) => (await read()).patch(key),
    observe: async (key) => (await read()).observe(key),
    list: async () => (await read()).list(),
    async *logs(key, options) {
      yield* (await read()).logs(key, options);
    },
    // Told to those who run the Jobs.
    async *changes() {},
  };
}

function identity(env: NodeJS.ProcessEnv): Identity {
  try {
    return { userId: userInfo().username };
  } catch {
    return { userId: env['USER'] ?? 'local' };
  }
}

async function offer(env: NodeJS.ProcessEnv, paths: LocalPaths, { metadata }: AgenticSession): Promise<void> {
  // Every stage needs it: a task that is made without it would only fail.
  if (!isOnPath('git', { dir: '/', path: env['PATH'] ?? '' }))
    throw new BgtaskError('Unavailable', 'git is not installed, or not in a folder of PATH.', {
      hint: 'Install git 2.39.4 or newer. See what else is missing: bgtask doctor',
    });
  if (!new SupervisorLease(paths.lease).holder()) return;
  const own = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  await handOver(paths, { key: `${metadata.namespace}/${metadata.name}`, env: own });
}
