import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../../domain/errors.ts';
import type { Stage } from '../../../domain/report.ts';
import { identify, type ProcessIdentity } from '../process-identity.ts';
import { NOT_BEGUN } from './claim.ts';
import { stageCookie } from './cookie.ts';
import { createExclusive, writeAtomic } from '../../atomic-file.ts';
import {
  LOCAL_STAGES,
  claimFile,
  FILE,
  hasMarker,
  type JobRecord,
  logFile,
  readRecord,
} from './job-folder.ts';
import { EarlyStart } from './early-start.ts';
import { endProcesses } from './job-processes.ts';
import type { StageLauncher, StageProcess, StageStart } from './stage-process.ts';
import { type Claim, lastSign, nextAttempt, readStage, writeExit } from './stage-state.ts';
import { Wake } from './wake.ts';

/** Times, in milliseconds. */
export interface LoopTimes {
  /** From SIGTERM to SIGKILL. */
  killAfter: number;
  /** For a started process to claim its stage. */
  claim: number;
  /** Between two looks at a stage that runs: how soon an adopted one's end is seen, and how often changes of its log are told. */
  poll: number;
  /** Between two tries at what the disk refuses. */
  retry: number;
}

/** How often a stage whose process could not be started, or died before it began, is tried. */
const STARTS = 3;
/** Milliseconds between two looks for a claim: a stage's program takes some tens of them to get there. */
const CLAIM_POLL = 20;

const unbegun = (exitCode: number): string =>
  exitCode === NOT_BEGUN
    ? 'its input was cut off'
    : `it ended with code ${exitCode} before it began; its log says more`;

type Verdict = 'passed' | 'over' | 'left';

/**
 * Takes one Job through its stages: the writing side of a Job's folder. All it knows is in the folder, so it may be killed at any moment and
 * begun again by another process; two at once do no harm, because each stage's process claims its stage itself.
 */
export class JobLoop {
  readonly #dir: string;
  readonly #record: JobRecord;
  readonly #launcher: StageLauncher;
  readonly #times: LoopTimes;
  readonly #changed: () => void;
  readonly #wake = new Wake();
  /** Stages' processes that were seen alive: only of these the sessions are known to be theirs. */
  readonly #leaders: ProcessIdentity[] = [];
  readonly #early: EarlyStart;
  #child: StageProcess | undefined;
  #stopAsked = false;
  #left = false;

  constructor(
    job: { dir: string; record: JobRecord },
    launcher: StageLauncher,
    times: LoopTimes,
    changed: () => void,
  ) {
    this.#dir = job.dir;
    this.#record = job.record;
    this.#launcher = launcher;
    this.#times = times;
    this.#changed = changed;
    this.#early = new EarlyStart(launcher);
  }

  /** Ends the Job at once; the stop marker is the caller's to write. */
  stop(): void {
    this.#stopAsked = true;
    this.#wake.wake();
  }

  /** Lets go of the Job without touching its processes. */
  leave(): void {
    this.#left = true;
    this.#wake.wake();
  }

  /** Resolves when the Job has finished, or was left. Rejects when the disk refuses something; it may be run again then. */
  async run(): Promise<void> {
    try {
      await this.#runStages();
    } finally {
      await this.#early.dismiss();
    }
  }

  async #runStages(): Promise<void> {
    for (const stage of LOCAL_STAGES) {
      const verdict = await this.#runStage(stage);
      if (verdict === 'left') return this.#takeLeave();
      if (verdict === 'over') break;
    }
    await this.#early.dismiss();
    await this.#finish();
  }

  /** Another supervisor may have ended the Job; ours is to tell. What runs on of a Job whose folder was taken away is not found by its folder any more. */
  async #takeLeave(): Promise<void> {
    if (!this.#left && !hasMarker(this.#dir, 'finished')) await this.#end(this.#record.cookie, undefined, 0);
    this.#changed();
  }

  get #stopping(): boolean {
    return this.#stopAsked || hasMarker(this.#dir, 'stop');
  }

  get #gone(): boolean {
    if (this.#left || hasMarker(this.#dir, 'finished')) return true;
    return readRecord(this.#dir)?.cookie !== this.#record.cookie;
  }

  async #runStage(stage: Stage): Promise<Verdict> {
    for (let failures = 0; ;) {
      if (this.#gone) return 'left';
      const seen = readStage(this.#dir, stage);
      if (seen.state === 'running') {
        await this.#follow(stage, seen.claim);
        continue;
      }
      if (seen.state !== 'unclaimed') await this.#settle(stage, seen.claim);
      if (seen.state === 'ended') return seen.report.ok ? 'passed' : 'over';
      const attempt = seen.state === 'lost' ? nextAttempt(stage, seen.claim.attempt) : 0;
      if (attempt === undefined || this.#stopping) return 'over';
      const problem = await this.#launch({ dir: this.#dir, record: this.#record, stage, attempt });
      if (problem === undefined || this.#stopping) continue;
      failures += 1;
      if (failures < STARTS) await this.#wake.wait(this.#times.poll * failures);
      else if (this.#despair(`The ${stage} stage could not be started: ${problem}`)) return 'over';
    }
  }

  /** Keeps what kept a stage from starting; false when a stage did start elsewhere by now. */
  #despair(message: string): boolean {
    if (LOCAL_STAGES.some((stage) => readStage(this.#dir, stage).state === 'running')) return false;
    writeAtomic(join(this.#dir, FILE.fate), JSON.stringify({ reason: 'RunnerLost', message }));
    return true;
  }

  /** Starts a stage's process and waits for its claim; a sentence about what went wrong when none comes. */
  async #launch(start: StageStart): Promise<string | undefined> {
    const { stage, attempt } = start;
    const claimed = (): boolean => existsSync(join(this.#dir, claimFile(stage, attempt)));
    let child: StageProcess;
    try {
      const secrets = await this.#unlessStopped(this.#launcher.stageSecrets(stage, this.#record.session));
      if (!secrets || this.#gone || this.#stopping) return 'the Job was stopped';
      child = await this.#early.process(start);
      child.begin(secrets);
    } catch (error) {
      return messageOf(error);
    }
    this.#child = child;
    void child.exited.then(() => this.#wake.wake());
    const until = performance.now() + this.#times.claim;
    while (!claimed()) {
      if (child.exitCode !== undefined) return claimed() ? undefined : unbegun(child.exitCode);
      if (this.#left) return 'the supervisor ends';
      if (this.#stopping || performance.now() >= until) {
        await this.#end(stageCookie(this.#record.cookie, stage, attempt), identify(child.pid), 0);
        return claimed() ? undefined : `it did not begin within ${this.#times.claim / 1000} seconds`;
      }
      await this.#wake.wait(CLAIM_POLL);
    }
    this.#early.after(start);
    this.#changed();
    return undefined;
  }

  /** The secrets, unless the Job is stopped or left before they are there. */
  async #unlessStopped(secrets: Promise<object>): Promise<object | undefined> {
    const answer = { there: false };
    const arrived = (): void => {
      answer.there = true;
      this.#wake.wake();
    };
    secrets.then(arrived, arrived);
    while (!answer.there && !this.#left && !this.#stopping) await this.#wake.wait(this.#times.poll);
    return answer.there ? secrets : undefined;
  }

  /** Waits for the end of a stage's process, ours or an earlier supervisor's; ends it when the Job is stopped. */
  async #follow(stage: Stage, claim: Claim): Promise<void> {
    this.#leaders.push(claim);
    const log = join(this.#dir, logFile(stage));
    const size = (): number => statSync(log, { throwIfNoEntry: false })?.size ?? 0;
    let told = size();
    while (readStage(this.#dir, stage).state === 'running' && !this.#gone) {
      if (this.#stopping) await this.#end(this.#cookieOf(stage, claim), claim, this.#times.killAfter);
      else await this.#wake.wait(this.#times.poll);
      if (size() !== told) this.#changed();
      told = size();
    }
    if (this.#gone) return;
    await this.#keepExit(stage, claim, new Date().toISOString());
  }

  /** A stage has ended: what it left running ends too, as a container's processes do. */
  async #settle(stage: Stage, claim: Claim): Promise<void> {
    await this.#keepExit(stage, claim, lastSign(this.#dir, stage, claim));
    await this.#end(this.#cookieOf(stage, claim), undefined, 0);
    this.#changed();
  }

  async #keepExit(stage: Stage, claim: Claim, finishedAt: string): Promise<void> {
    const ours = this.#child?.pid === claim.pid ? this.#child : undefined;
    await ours?.exited;
    writeExit(this.#dir, stage, { attempt: claim.attempt, exitCode: ours?.exitCode, finishedAt });
  }

  readonly #cookieOf = (stage: Stage, claim: Claim): string =>
    stageCookie(this.#record.cookie, stage, claim.attempt);

  async #end(cookie: string, leader: ProcessIdentity | undefined, graceMs: number): Promise<void> {
    await endProcesses({ cookie, leaders: leader ? [...this.#leaders, leader] : this.#leaders }, graceMs);
  }

  /** No stage begins from here on; then nothing of the Job is left; then it has finished. */
  async #finish(): Promise<void> {
    createExclusive(join(this.#dir, FILE.closed), '');
    for (const stage of LOCAL_STAGES) {
      const seen = readStage(this.#dir, stage);
      if (seen.state === 'running') this.#leaders.push(seen.claim);
    }
    await this.#end(this.#record.cookie, undefined, this.#stopping ? this.#times.killAfter : 0);
    createExclusive(join(this.#dir, FILE.finished), new Date().toISOString());
    this.#changed();
  }
}
