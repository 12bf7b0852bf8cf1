import { join } from 'node:path';
import { mergeEvents, type StageEvent } from '../../../domain/progress.ts';
import type { Stage } from '../../../domain/report.ts';
import { joinLines, LOG_TAIL_BYTES, tailBytes } from '../../../domain/text.ts';
import { LOCAL_STAGES, logFile } from './job-folder.ts';
import { LogFile } from './log-file.ts';

/** One stage's log, boiled down to what an observation shows. */
class StageLog {
  readonly #file: LogFile;
  tail = '';
  events: StageEvent = {};

  constructor(path: string) {
    this.#file = new LogFile(path);
  }

  async update(): Promise<void> {
    for await (const { text, events } of this.#file.read()) {
      if (text) this.tail = tailBytes(this.tail + text, LOG_TAIL_BYTES);
      for (const event of events) this.events = mergeEvents(this.events, event);
    }
  }
}

/** What a Job's stages said so far. Reads only what came since the last time. */
export class LiveLog {
  readonly #logs: Record<(typeof LOCAL_STAGES)[number], StageLog>;
  #reading: Promise<void> = Promise.resolve();

  constructor(dir: string) {
    const log = (stage: Stage): StageLog => new StageLog(join(dir, logFile(stage)));
    this.#logs = { clone: log('clone'), work: log('work'), publish: log('publish') };
  }

  /** Calls at the same time wait for each other: bytes are counted once. */
  async read(): Promise<StageEvent & { logTail: string }> {
    const update = async (): Promise<void> => {
      for (const stage of LOCAL_STAGES) await this.#logs[stage].update();
    };
    this.#reading = this.#reading.then(update, update);
    await this.#reading;
    const logs = LOCAL_STAGES.map((stage) => this.#logs[stage]);
    const logTail = tailBytes(logs.map(({ tail }) => tail).reduce(joinLines, ''), LOG_TAIL_BYTES);
    return { ...logs.map(({ events }) => events).reduce(mergeEvents, {}), logTail };
  }
}
