import type { AgenticSession } from '../api/types.ts';
import type { Verdict } from '../domain/admission.ts';
import type { JobFacts } from '../domain/job-facts.ts';
import type { StatusChange } from '../domain/lifecycle.ts';
import type { Settings } from '../domain/settings.ts';

/** Everything a pass knows of one task. Time is an argument. */
export interface Observed {
  session: AgenticSession;
  job: JobFacts | undefined;
  /** Whether the task could start now; worked out only when a policy asks. */
  admission: () => Verdict;
  settings: Settings;
  now: Date;
}

/** Deeds of a pass, in this order, all harmless to repeat. */
export type Action =
  'countTemplate' | 'start' | 'stop' | 'extend' | 'keepLog' | 'archive' | 'removeJob' | 'delete';

/** What a policy wants done. */
export interface Plan {
  /** Machine-readable: which rule spoke, for logs and metrics. */
  rule: string;
  actions: Action[];
  status?: StatusChange;
  /** Milliseconds until the task is looked at again even if nothing happens. */
  requeueAfter?: number;
}

/** One rule: a plan, or nothing when it does not apply. Pure. */
export type Policy = (observed: Observed) => Plan | undefined;
