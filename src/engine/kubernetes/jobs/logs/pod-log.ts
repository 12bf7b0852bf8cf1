import { join } from 'node:path';
import { mergeEvents, type StageEvent } from '../../../../domain/progress.ts';
import { type Stage, STAGES } from '../../../../domain/report.ts';
import { joinLines, LOG_TAIL_BYTES, tailBytes } from '../../../../domain/text.ts';
import { type LogPiece, LogText } from '../../../local/jobs/log-text.ts';
import type { Live } from '../job-seen.ts';
import { HandedChange } from './handed-change.ts';
import { Spool, spoolBase, type SpoolLimits, type SpoolSpace } from './spool.ts';

interface StageLog {
  text: LogText;
  tail: string;
  spool: Spool;
}

/** What a piece of log brought: a new step, or only more text. */
export type News = 'step' | 'text' | undefined;

export interface SpoolOptions {
  folder: string;
  limits: SpoolLimits;
  space: SpoolSpace;
}

/** The log of one pod's stages: its newest events and its end at hand, all of it on disk. */
export class PodLog {
  readonly #stages: Record<Stage, StageLog>;
  #event: StageEvent = {};
  #bytes = 0;
  readonly #change: HandedChange;

  constructor(podUid: string, { folder, limits, space }: SpoolOptions) {
    const stage = (name: Stage): StageLog => ({
      text: new LogText(),
      tail: '',
      spool: new Spool(spoolBase(folder, podUid, name), limits, space),
    });
    this.#change = new HandedChange(join(folder, `${podUid}.change`), space);
    this.#stages = {
      clone: stage('clone'),
      work: stage('work'),
      prove: stage('prove'),
      publish: stage('publish'),
    };
  }

  get live(): Live {
    const tails = STAGES.map((stage) => this.#stages[stage].tail);
    return { ...this.#event, logTail: tailBytes(tails.reduce(joinLines, ''), LOG_TAIL_BYTES) };
  }

  /** Bytes of text that the stages wrote, those that the disk has no room for counted too. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The change that the work stage handed over, compressed; undefined when it handed none over. */
  get change(): Buffer | undefined {
    return this.#change.read();
  }

  push(stage: Stage, bytes: Buffer): News {
    return this.#take(stage, this.#stages[stage].text.push(bytes));
  }

  /** Nothing more comes of this stage. */
  end(stage: Stage): void {
    const log = this.#stages[stage];
    this.#take(stage, log.text.end());
    if (log.tail !== '' && !log.tail.endsWith('\n')) this.#take(stage, { text: '\n', events: [] });
  }

  /** The whole log without events, stage after stage. */
  async *read(): AsyncGenerator<Buffer> {
    for (const stage of STAGES) yield* this.#stages[stage].spool.read();
  }

  remove(): void {
    for (const stage of STAGES) this.#stages[stage].spool.remove();
    this.#change.remove();
  }

  #take(stage: Stage, { text, events }: LogPiece): News {
    const log = this.#stages[stage];
    if (text !== '') {
      log.tail = tailBytes(log.tail + text, LOG_TAIL_BYTES);
      const bytes = Buffer.from(text);
      this.#bytes += bytes.length;
      log.spool.write(bytes);
    }
    // The stage that has the agent's checkout; what the others say of a change is forged.
    if (stage === 'work') for (const { change } of events) if (change) this.#change.push(change);
    const { phase, progress } = this.#event;
    this.#event = events.reduce(mergeEvents, this.#event);
    if (this.#event.phase !== phase || this.#event.progress !== progress) return 'step';
    return text !== '' || events.length > 0 ? 'text' : undefined;
  }
}
