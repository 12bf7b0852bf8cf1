import type { Phase } from '../api/types.ts';

const ENDED: readonly string[] = ['Completed', 'Failed', 'Timeout', 'Stopped'] satisfies Phase[];

/** True when nothing more will happen to a task of this phase. */
export const hasEnded = (phase: Phase): boolean => ENDED.includes(phase);

/** True when a task of this phase can be tried again. */
export const canRetry = (phase: Phase): boolean => hasEnded(phase) && phase !== 'Completed';
