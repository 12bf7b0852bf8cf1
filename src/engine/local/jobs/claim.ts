import { join } from 'node:path';
import { REPORT_MAX_BYTES, type Stage } from '../../../domain/report.ts';
import { identify } from '../process-identity.ts';
import { codeOf, createExclusive, writeAtomic } from '../../atomic-file.ts';
import { claimFile, isClosing, reportFile } from './job-folder.ts';

/** What a stage's process exits with when it has done nothing: another has the stage, or it may not begin. EX_TEMPFAIL of sysexits.h. */
export const NOT_BEGUN = 75;
/** Tells a stage's process which attempt at the stage it is, from 0. */
export const ATTEMPT_ENV = 'BGTASK_JOB_ATTEMPT';
/** Tells a stage's process its Job's folder. */
export const JOB_DIR_ENV = 'BGTASK_JOB_DIR';

/**
 * True for the one process that may run this attempt at a stage. It writes the claim first and checks the stop markers then. A process that
 * stops the Job writes the marker first and looks for claims then, so one of the two sees the other.
 */
export function tryClaim(jobDir: string, stage: Stage, attempt: number): boolean {
  if (isClosing(jobDir)) return false;
  const self = identify(process.pid);
  const claim = JSON.stringify({ ...self, claimedAt: new Date().toISOString() });
  try {
    return createExclusive(join(jobDir, claimFile(stage, attempt)), claim) && !isClosing(jobDir);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/**
 * The first act of a stage's process that leaves a trace: claims the stage, or ends the process with NOT_BEGUN. Ends it here and now because
 * a caller that went on by mistake would run a stage twice. Call `readSecrets` before it.
 */
export function claimStage(jobDir: string, stage: Stage): void {
  if (!tryClaim(jobDir, stage, Number(process.env[ATTEMPT_ENV] ?? 0))) process.exit(NOT_BEGUN);
}

/**
 * The secrets that the supervisor writes to the stage's input: one JSON object. Ends the process with NOT_BEGUN when it is cut off because the
 * supervisor died over it: nothing is claimed yet, so the next supervisor starts the stage afresh.
 */
export async function readSecrets(
  input: AsyncIterable<Uint8Array | string> = process.stdin,
): Promise<object> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  try {
    const secrets: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof secrets === 'object' && secrets !== null) return secrets;
  } catch {
    // Falls through: half an object is as good as none.
  }
  return process.exit(NOT_BEGUN);
}

/** Keeps a stage's termination message (`formatReport`); its last act. At most REPORT_MAX_BYTES. */
export function writeReport(jobDir: string, stage: Stage, message: string): void {
  if (Buffer.byteLength(message) > REPORT_MAX_BYTES)
    throw new RangeError(`a report of more than ${REPORT_MAX_BYTES} bytes`);
  writeAtomic(join(jobDir, reportFile(stage)), message);
}
