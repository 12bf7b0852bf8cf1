import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants as files, fstatSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Stage } from '../../../domain/report.ts';
import { ATTEMPT_ENV, JOB_DIR_ENV } from './claim.ts';
import { COOKIE_ENV } from '../../../domain/process-cookie.ts';
import { stageCookie } from './cookie.ts';
import { SAFE_OPEN } from './durable-file.ts';
import { type JobRecord, logFile } from './job-folder.ts';

/** How stages are started. */
export interface StageLauncher {
  /** The program and its first arguments; `runner <stage>` follows. */
  command: readonly string[];
  /** The stage's whole environment but for BGTASK_JOB_*: nothing is inherited. Holds no secret. */
  stageEnv(stage: Stage, session: JobRecord['session']): Record<string, string>;
  /** Credentials for the stage, minted now: written to its input as JSON, and nowhere else. */
  stageSecrets(stage: Stage, session: JobRecord['session']): Promise<object>;
}

/** A stage's process that this process started. */
export interface StageProcess {
  pid: number;
  /** Absent while it runs. */
  exitCode?: number;
  /** Resolves when it has ended. */
  exited: Promise<void>;
  /** Gives it its credentials, which is its sign to begin. Until then it has claimed nothing, and it ends when this process does. */
  begin(secrets: object): void;
  /** Ends one that has not begun. */
  dismiss(): void;
}

/** Which attempt at which stage of which Job. */
export interface StageStart {
  dir: string;
  record: JobRecord;
  stage: Stage;
  attempt: number;
}

const APPEND = files.O_WRONLY | files.O_APPEND | files.O_CREAT | SAFE_OPEN;

/** Opens a stage's log. Throws where something else is in its place: an earlier stage runs code that may put it there. */
function openLog(path: string): number {
  const fd = openSync(path, APPEND, 0o600);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new Error(`${path} is not a file`);
}

/**
 * Starts a stage's process in a session of its own, its output appended to the stage's log. It waits for `begin`, and outlives this process
 * from then on. Rejects with the system's error when it cannot be started.
 */
export async function spawnStage(launcher: StageLauncher, start: StageStart): Promise<StageProcess> {
  const { dir, record, stage, attempt } = start;
  const [program, ...args] = launcher.command;
  const log = openLog(join(dir, logFile(stage)));
  try {
    const child = spawn(program ?? '', [...args, 'runner', stage], {
      cwd: dir,
      detached: true,
      stdio: ['pipe', log, log],
      env: {
        ...launcher.stageEnv(stage, record.session),
        [JOB_DIR_ENV]: dir,
        [ATTEMPT_ENV]: String(attempt),
        [COOKIE_ENV]: stageCookie(record.cookie, stage, attempt),
      },
    });
    // A child that ends without reading breaks the pipe; its exit says all there is to say.
    child.stdin?.on('error', () => undefined);
    const exited = new Promise<void>((resolve) => {
      child.once('exit', (code, signal) => {
        started.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
        resolve();
      });
    });
    const started: StageProcess = {
      pid: 0,
      exited,
      begin: (secrets) => void child.stdin?.end(JSON.stringify(secrets)),
      dismiss: () => void child.stdin?.end(),
    };
    await once(child, 'spawn');
    started.pid = child.pid ?? 0;
    return started;
  } finally {
    closeSync(log);
  }
}
