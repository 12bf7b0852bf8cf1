import type { AgenticSession } from '../../api/types.ts';
import type { Size } from './lines.ts';
import type { Log } from './log.ts';
import type { StepTimes } from './step-times.ts';

/** One task as it is shown. */
export interface TaskView {
  task: AgenticSession;
  times: StepTimes;
  log: Log;
  /** The first line of the log on the screen, counted from its beginning; absent: the end, and what comes after it. */
  top?: number;
  size: Size;
  /** In ms since 1970. */
  now: number;
  /** True below a list of tasks, to which Escape returns. */
  inside: boolean;
  /** What waits for a yes. */
  question?: 'cancel';
  /** What is being asked of the engine. */
  busy?: 'cancel' | 'retry';
  help: boolean;
  /** What the last key came to, until the next. */
  notice?: string;
}
