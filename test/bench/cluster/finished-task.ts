/** A task as it is kept after its end: its log is most of it. */
export const FINISHED = {
  prompt: 'Upgrade lodash to version 4.17.21, and make the tests pass. '.repeat(10),
  status: {
    phase: 'Completed',
    progress: 100,
    currentPhase: 'Pull request created',
    logs: 'npm run lint: a line as logs have them, of some length\n'.repeat(180),
    completionTime: new Date().toISOString(),
    observedGeneration: 1,
  },
};
