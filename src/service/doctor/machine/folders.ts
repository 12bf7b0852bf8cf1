import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../../domain/errors.ts';
import { loadSettings } from '../../../engine/local/local-settings.ts';
import { pingSupervisor } from '../../../engine/local/handover.ts';
import { type LocalPaths, localPaths } from '../../../engine/local/paths.ts';
import { isStopped, type ProcessIdentity } from '../../../engine/local/process-identity.ts';
import { lastLogLine, supervisorLog } from '../../../engine/local/start-supervisor.ts';
import type { Finding } from '../finding.ts';
import { SupervisorLease } from '../../../engine/local/lease.ts';
import type { Examine } from './examine.ts';

/** The message that a supervisor which ends by itself leaves last. */
const ENDED = 'ended';

/** Bytes that a task's objects and log take at the least. */
const PROBE_BYTES = 65_536;

/** Whether the state folder can be written; makes it. */
export const examineState: Examine = async (env) => {
  const { state } = localPaths(env);
  try {
    await mkdir(state, { recursive: true, mode: 0o700 });
    // A real write: root may write everywhere, and a full disk takes none.
    const probe = join(state, `.doctor-${process.pid}`);
    try {
      await writeFile(probe, 'x'.repeat(PROBE_BYTES));
    } finally {
      await rm(probe, { force: true });
    }
    return { level: 'ok', subject: 'state', message: state };
  } catch (error) {
    return {
      level: 'problem',
      subject: 'state',
      message: `${state} cannot be written: ${messageOf(error)}`,
      fix: 'Make it yours, free some space, or name another folder in BGTASK_STATE.',
    };
  }
};

/** Whether the settings are good. */
export const examineSettings: Examine = async (env) => {
  const { config } = localPaths(env);
  try {
    loadSettings(config);
    return {
      level: 'ok',
      subject: 'settings',
      message: `${config}/config.yaml, or the defaults where there is none`,
    };
  } catch (error) {
    return {
      level: 'problem',
      subject: 'settings',
      message: messageOf(error),
      fix: `Correct ${config}/config.yaml: no task starts before that.`,
    };
  }
};

const subject = 'supervisor';

/** What is said of a supervisor that runs: whether it answers. */
async function examineHolder(holder: ProcessIdentity, paths: LocalPaths): Promise<Finding> {
  const { pid } = holder;
  const runs = `runs as process ${pid}; its log is ${supervisorLog(paths)}`;
  if ((await pingSupervisor(paths)) !== 'silent') return { level: 'ok', subject, message: runs };
  if (isStopped(holder))
    return {
      level: 'problem',
      subject,
      message: `process ${pid} was stopped by a signal: no task goes on.`,
      fix: 'Let it go on',
      command: `kill -CONT ${pid}`,
    };
  return {
    level: 'problem',
    subject,
    message: `process ${pid} does not answer: no task goes on. Its log ends with: ${lastLogLine(paths)}`,
    fix: 'End it; the next command starts another one, which takes its tasks up',
    command: `kill -9 ${pid}`,
  };
}

/** What is said where none runs: whether the last one ended by itself. */
function examineAbsent(paths: LocalPaths): Finding {
  const last = lastLogLine(paths);
  if (last === '' || last === ENDED)
    return { level: 'ok', subject, message: 'does not run; the next task starts it' };
  return {
    level: 'warning',
    subject,
    message: `does not run, and the last one did not end by itself. Its log ends with: ${last}`,
    fix: `Read ${supervisorLog(paths)}; the next command starts it again.`,
  };
}

/** Whether a supervisor reconciles, and answers. */
export const examineSupervisor: Examine = async (env) => {
  const paths = localPaths(env);
  try {
    const holder = new SupervisorLease(paths.lease).holder();
    return holder ? await examineHolder(holder, paths) : examineAbsent(paths);
  } catch (error) {
    return {
      level: 'warning',
      subject,
      message: `it cannot be said whether it runs: ${messageOf(error)}`,
      fix: 'Correct the state folder first.',
    };
  }
};
