import type { Finding } from '../finding.ts';
import { examineSandbox } from './sandbox.ts';
import { examineAgents, examineForge } from './credentials.ts';
import { examineChecks } from './checks.ts';
import type { Examine } from './examine.ts';
import { examineSettings, examineState, examineSupervisor } from './folders.ts';
import { examineGit } from './git.ts';

/** What tasks on this machine need, in the order of the report. */
const EXAMINATIONS: readonly Examine[] = [
  examineGit,
  examineState,
  examineSettings,
  examineSupervisor,
  examineSandbox,
  examineForge,
];

/** What is there and what is missing for tasks on this machine. Changes nothing but makes the state folder. */
export async function machineFindings(env: NodeJS.ProcessEnv, folder?: string): Promise<Finding[]> {
  const [machine, programs] = await Promise.all([
    Promise.all(EXAMINATIONS.map((examine) => examine(env))),
    examineAgents(env),
  ]);
  const checks = folder === undefined ? undefined : examineChecks(folder, env);
  return [...machine, ...programs, checks].filter((finding) => finding !== undefined);
}
