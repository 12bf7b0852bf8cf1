import { join } from 'node:path';
import type { StageEvent } from '../../../domain/progress.ts';
import { type Stage, STAGES } from '../../../domain/report.ts';
import { tailBytes } from '../../../domain/text.ts';
import { logFile } from './job-folder.ts';
import { LogFile } from './log-file.ts';

/** Bytes of the log's end that an observation holds. */
const TAIL = 10_240;

/** The newest values of two events; progress never falls. */
function merge(before: StageEvent, after: StageEvent): StageEvent {
  const merged: StageEvent = { ...before, ...after };
  if (before.progress !== undefined) merged.progress = Math.max(before.progress, after.progress ?? 0);
  if (before.usage && after.usage) merged.usage = { ...before.usage, ...after.usage };
  return merged;
}

const joinLines = (before: string, after: string): string =>
  before && after && !before.endsWith('\n') ? `${before}\n${after}` : before + after;

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
      if (text) this.tail = tailBytes(this.tail + text, TAIL);
      for (const event of events) this.events = merge(this.events, event);
    }
  }
}

/** What a Job's stages said so far. Reads only what came since the last time. */
export class LiveLog {
  readonly #logs: Record<Stage, StageLog>;
  #reading: Promise<void> = Promise.resolve();

  constructor(dir: string) {
    const log = (stage: Stage): StageLog => new StageLog(join(dir, logFile(stage)));
    this.#logs = { clone: log('clone'), work: log('work'), publish: log('publish') };
  }

  /** Calls at the same time wait for each other: bytes are counted once. */
  async read(): Promise<StageEvent & { logTail: string }> {
    const update = async (): Promise<void> => {
      for (const stage of STAGES) await this.#logs[stage].update();
    };
    this.#reading = this.#reading.then(update, update);
    await this.#reading;
    const logs = STAGES.map((stage) => this.#logs[stage]);
    const logTail = tailBytes(logs.map(({ tail }) => tail).reduce(joinLines, ''), TAIL);
    return { ...logs.map(({ events }) => events).reduce(merge, {}), logTail };
  }
}
