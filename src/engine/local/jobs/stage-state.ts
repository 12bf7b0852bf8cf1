import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseReport, type Stage, type StageReport } from '../../../domain/report.ts';
import type { StageObservation } from '../../engine.ts';
import { isAlive, type ProcessIdentity } from '../process-identity.ts';
import { writeAtomic } from '../../atomic-file.ts';
import { isThere, readObject, readText } from './durable-file.ts';
import { claimFile, exitFile, hasMarker, isClosing, logFile, reportFile } from './job-folder.ts';

/** A process that took an attempt at a stage. */
export interface Claim extends ProcessIdentity {
  attempt: number;
  /** RFC 3339. */
  claimedAt: string;
}

/** What the files and the process table say of a stage. */
export type StageState =
  | { state: 'unclaimed' }
  | { state: 'running'; claim: Claim }
  | { state: 'ended'; claim: Claim; report: StageReport }
  /** Its process is gone and left no report. */
  | { state: 'lost'; claim: Claim };

/** How often a stage is started again when its process vanished. The agent's work costs money and has effects: never twice. */
const RESTARTS: Record<Stage, number> = { clone: 2, work: 0, prove: 0, publish: 2 };

/** The attempt that follows one whose process vanished; undefined when there is none. */
export const nextAttempt = (stage: Stage, attempt: number): number | undefined =>
  attempt < RESTARTS[stage] ? attempt + 1 : undefined;

function readClaim(dir: string, stage: Stage, attempt: number): Claim | undefined {
  const path = join(dir, claimFile(stage, attempt));
  const raw = readObject(path);
  if (!raw && !isThere(path)) return undefined;
  const claimedAt = String(raw?.['claimedAt']);
  return {
    // A claim that was damaged is a process that cannot be named, so it counts as gone: the stage was begun.
    pid: Number(raw?.['pid'] ?? 0),
    startTime: String(raw?.['startTime']),
    claimedAt: Number.isNaN(Date.parse(claimedAt)) ? new Date(0).toISOString() : claimedAt,
    attempt,
  };
}

/** The newest claim to a stage. */
function newestClaim(dir: string, stage: Stage): Claim | undefined {
  let newest: Claim | undefined;
  for (let attempt: number | undefined = 0; attempt !== undefined; attempt = nextAttempt(stage, attempt)) {
    const claim = readClaim(dir, stage, attempt);
    if (!claim) break;
    newest = claim;
  }
  return newest;
}

/** How a stage stands. A report counts once its process is gone, as a container's termination message does. */
export function readStage(dir: string, stage: Stage): StageState {
  const claim = newestClaim(dir, stage);
  if (!claim) return { state: 'unclaimed' };
  if (isAlive(claim)) return { state: 'running', claim };
  const report = parseReport(stage, readText(join(dir, reportFile(stage))));
  return report ? { state: 'ended', claim, report } : { state: 'lost', claim };
}

/** How a stage's process ended, as far as it was seen. */
export interface StageExit {
  attempt: number;
  /** 128 and the signal's number for a killed process, as shells have it. Only its parent learns it. */
  exitCode?: number;
  /** RFC 3339. */
  finishedAt: string;
}

function readExit(dir: string, stage: Stage, attempt: number): StageExit | undefined {
  const raw = readObject(join(dir, exitFile(stage)));
  if (raw?.['attempt'] !== attempt) return undefined;
  const exitCode = raw['exitCode'];
  return {
    attempt,
    exitCode: typeof exitCode === 'number' ? exitCode : undefined,
    finishedAt: String(raw['finishedAt']),
  };
}

/** Keeps how an attempt ended; what is known already stays. */
export function writeExit(dir: string, stage: Stage, exit: StageExit): void {
  if (!readExit(dir, stage, exit.attempt)) writeAtomic(join(dir, exitFile(stage)), JSON.stringify(exit));
}

/** When a stage that ended unseen gave its last sign of life. */
export function lastSign(dir: string, stage: Stage, claim: Claim): string {
  const times = [reportFile(stage), logFile(stage)].flatMap((file) => {
    const stat = statSync(join(dir, file), { throwIfNoEntry: false });
    return stat ? [stat.mtimeMs] : [];
  });
  return new Date(Math.max(Date.parse(claim.claimedAt), ...times)).toISOString();
}

/** The stage as the port shows it. A vanished stage that will be started again is waiting. */
export function observeStage(dir: string, stage: Stage): StageObservation {
  const seen = readStage(dir, stage);
  if (seen.state === 'unclaimed') return { state: 'waiting' };
  const { claim } = seen;
  if (seen.state === 'running') return { state: 'running', startedAt: claim.claimedAt };
  const exit = readExit(dir, stage, claim.attempt);
  const ended: StageObservation = {
    state: 'ended',
    startedAt: claim.claimedAt,
    finishedAt: exit?.finishedAt ?? lastSign(dir, stage, claim),
    exitCode: exit?.exitCode,
  };
  if (seen.state === 'ended') return { ...ended, report: seen.report };
  const again =
    nextAttempt(stage, claim.attempt) !== undefined && !isClosing(dir) && !hasMarker(dir, 'finished');
  return again ? { state: 'waiting' } : ended;
}
