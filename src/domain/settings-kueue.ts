import { z } from 'zod';
import { glob, objectName } from './setting-values.ts';

/** Where Jobs wait on a cluster with Kueue. A project may choose among what `allowedQueues` and `allowedPriorityClasses` name. */
export const kueueSchema = z.strictObject({
  queue: objectName.optional().meta({
    description:
      'The LocalQueue of Kueue in which Jobs wait, as their label kueue.x-k8s.io/queue-name. The local engine ignores this section.',
    examples: ['agents'],
  }),
  priorityClass: objectName.optional().meta({
    description: 'The WorkloadPriorityClass of Jobs, as their label kueue.x-k8s.io/priority-class.',
    examples: ['chores'],
  }),
  allowedQueues: z
    .array(glob)
    .max(200)
    .default([])
    .describe('Queues that the settings of a project may choose. An empty list allows none.'),
  allowedPriorityClasses: z
    .array(glob)
    .max(200)
    .default([])
    .describe('Priority classes that the settings of a project may choose. An empty list allows none.'),
});
