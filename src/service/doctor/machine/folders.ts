import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../../domain/errors.ts';
import { loadSettings } from '../../../engine/local/local-settings.ts';
import { localPaths } from '../../../engine/local/paths.ts';
import { SupervisorLease } from '../../../engine/local/lease.ts';
import type { Examine } from './examine.ts';

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

/** Whether somebody reconciles. */
export const examineSupervisor: Examine = async (env) => {
  const { lease, state } = localPaths(env);
  try {
    const holder = new SupervisorLease(lease).holder();
    return {
      level: 'ok',
      subject: 'supervisor',
      message: holder
        ? `runs as process ${holder.pid}; its log is ${state}/supervisor.log`
        : 'does not run; the next task starts it',
    };
  } catch (error) {
    return {
      level: 'warning',
      subject: 'supervisor',
      message: `nobody can say whether it runs: ${messageOf(error)}`,
      fix: 'Correct the state folder first.',
    };
  }
};
