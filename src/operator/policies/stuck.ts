import type { Policy } from '../plan.ts';
import { STOP_POLL } from './cancellation.ts';

/** The Job cannot recover by itself from what happened to it (no image, no place, out of memory): it is ended now, not at its deadline. */
export const stuck: Policy = ({ job }) =>
  job?.fate && !job.finished ? { rule: 'stuck', actions: ['stop'], requeueAfter: STOP_POLL } : undefined;
