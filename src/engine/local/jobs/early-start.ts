import type { Stage } from '../../../domain/report.ts';
import { type StageLauncher, type StageProcess, type StageStart, spawnStage } from './stage-process.ts';

/** Stages whose process is started while another runs. Never publish: a program that will hold a credential does not run beside untrusted ones. */
const NEXT: Partial<Record<Stage, Stage>> = { clone: 'work' };

/** Starts the process of the next stage while a stage runs, so that loading its program costs no time of its own. */
export class EarlyStart {
  readonly #launcher: StageLauncher;
  #waiting: { stage: Stage; process: Promise<StageProcess | undefined> } | undefined;

  constructor(launcher: StageLauncher) {
    this.#launcher = launcher;
  }

  /** A stage has begun: starts the process of the next one, which waits. One that cannot be started is started again in its turn. */
  after(start: StageStart): void {
    const stage = NEXT[start.stage];
    if (!stage || this.#waiting) return;
    const process = spawnStage(this.#launcher, { ...start, stage, attempt: 0 }).catch(() => undefined);
    this.#waiting = { stage, process };
  }

  /** The process of a stage's first attempt: the waiting one, or a new one. Rejects when it cannot be started. */
  async process(start: StageStart): Promise<StageProcess> {
    const waiting = this.#waiting;
    if (waiting?.stage === start.stage && start.attempt === 0) {
      this.#waiting = undefined;
      const early = await waiting.process;
      if (early && early.exitCode === undefined) return early;
    }
    return spawnStage(this.#launcher, start);
  }

  /** Tells a process that still waits to end. It carries the Job's cookie, so it is ended with the Job's other processes. */
  async dismiss(): Promise<void> {
    const early = await this.#waiting?.process;
    this.#waiting = undefined;
    early?.dismiss();
  }
}
