import { writeSync } from 'node:fs';
import { END_LINE, eventLine, STEP, type StageEvent, type Step } from '../domain/progress.ts';
import { redactor } from '../domain/redact.ts';
import { clip, plainText } from '../domain/text.ts';

/** Characters of one line of log; longer ones are cut. */
const LINE_MAX = 4096;

/** A stage's output: log lines, cleaned of secrets and terminal escapes, and events. */
export interface StageLog {
  line(text: string): void;
  /** Announces a step, with more words after the step's own when given. */
  step(step: Step, detail?: string): void;
  event(event: StageEvent): void;
  /** Says that nothing follows. */
  end(): void;
  /** Text as a log line would show it, for reports and pull requests. */
  clean(text: string): string;
  /** Keeps one more secret out of all that comes. */
  hide(secret: string): void;
}

/**
 * A log on a file descriptor. Writes are synchronous, so that nothing is lost when the process is killed; what exceeds `maxBytes` is dropped
 * after one line that says so; events are never dropped.
 */
export function stageLog(secrets: readonly string[], maxBytes: number, fd = 1): StageLog {
  const hidden = [...secrets];
  let redact = redactor(hidden);
  const clean = (text: string): string => redact(plainText(text));
  let left = maxBytes;
  const put = (text: string): void => {
    let bytes = Buffer.from(`${text}\n`);
    while (bytes.length > 0) {
      try {
        bytes = bytes.subarray(writeSync(fd, bytes));
      } catch (error) {
        // A full pipe is tried again; a full disk or a closed pipe must not end the work.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      }
    }
  };
  const line = (text: string): void => {
    for (const part of clean(text).split('\n')) {
      if (left <= 0) return;
      // A log line that looks like an event is a forgery of an untrusted program: a space in front makes it plain text.
      const safe = clip(part.startsWith('##') ? ` ${part}` : part, LINE_MAX);
      left -= Buffer.byteLength(safe) + 1;
      put(left > 0 ? safe : `[log cut: this stage wrote more than ${maxBytes} bytes]`);
    }
  };
  const event = (what: StageEvent): void => put(eventLine(what));
  return {
    line,
    event,
    end: () => put(END_LINE),
    clean,
    hide(secret) {
      hidden.push(secret);
      redact = redactor(hidden);
    },
    step(step, detail) {
      const { progress, phase } = STEP[step];
      event({ progress, phase });
      line(detail ? `${phase}: ${detail}` : phase);
    },
  };
}
