import type { SessionSpec } from '../api/types.ts';
import type { Settings } from '../domain/settings.ts';
import type { Moment } from './running-time.ts';

/** Everything the three stages are told. Holds no secret: it lies in a file or an annotation. */
export interface RunnerInput {
  task: {
    name: string;
    project: string;
    /** The session object's name. */
    session: string;
    uid: string;
    createdAt: string;
    creator: string;
    retryCount: number;
    /** The first task of the lineage, for a retry. */
    retryOf?: string;
  };
  spec: SessionSpec;
  /** The earlier task whose kept change this one goes on with. */
  continues?: {
    /** Its name. */
    task: string;
    reason?: string;
    error?: string;
    /** True where its change was made and checked and could not be published, and nothing else is asked for now: the agent is not paid again. */
    isMade: boolean;
  };
  /** RFC 3339: when the Job's time is over. Stages end their own work a little earlier. */
  deadline: string;
  /** When its time began, on a machine of which the stages share the clock: the deadline is counted from here then. */
  began?: Moment;
  limits: {
    /** Seconds one check may take. */
    checkSeconds: number;
    /** Bytes of one file of the change. */
    fileBytes: number;
    /** Bytes of one stage's log; the rest is dropped with a line that says so. */
    logBytes: number;
    /** Seconds that the task waits for a model that is not available, all waits together; not at all when absent. */
    modelWaitSeconds?: number;
    /** Seconds that the agent's program may print nothing; no limit when absent. */
    silenceSeconds?: number;
  };
  /** `required` fails a task whose checks do not prove its change; `preferred`, and absent, opens a draft pull request. */
  proof?: 'preferred' | 'required';
  /** Whether the repository's programs run in a sandbox on this machine; absent is off. In a pod the container is the room. */
  sandbox?: 'required' | 'preferred' | 'off';
  /** gitignore-style globs of paths that a change must not touch unless the task names them. */
  protectedPaths: string[];
  /** Who commits; bgtask itself when absent. */
  author?: { name: string; email: string; signOff?: boolean };
  /** Names of further environment variables that the agent and the checks may see. */
  passEnv: string[];
  /** What programs in a room may reach; absent in the input of an older supervisor. */
  network?: Settings['network'];
  /** The task's page, for the pull request. */
  pageUrl?: string;
}
