/** Why a task is in its phase. CamelCase, as conditions' reasons are. */
export const REASONS = [
  'ConcurrencyLimit',
  'RepositoryBusy',
  'InvalidTask',
  'EnvironmentNotReady',
  'CheckNotRunnable',
  'ImagePullFailed',
  'Unschedulable',
  'NeverScheduled',
  'CloneFailed',
  'AgentFailed',
  'AgentBudget',
  'AgentSilent',
  'ModelUnavailable',
  'ValidationFailed',
  'NoChanges',
  'ProtectedPath',
  'MergeConflict',
  'PushDenied',
  'PullRequestFailed',
  'OutOfMemory',
  'Evicted',
  'RunnerLost',
  'StateUnwritable',
  'DeadlineExceeded',
  'Cancelled',
] as const;
export type Reason = (typeof REASONS)[number];

/** True for a word that REASONS has; what a stage claims is checked with it. */
export const isReason = (word: unknown): word is Reason => (REASONS as readonly unknown[]).includes(word);

/** A failure of a stage that ends the task: a reason, and a sentence with the cause and the next step. */
export class StageError extends Error {
  override name = 'StageError';
  readonly reason: Reason;
  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The model cannot be used now: its limit is reached, or its API is overloaded. Later it can. */
export class ModelUnavailableError extends StageError {
  override name = 'ModelUnavailableError';
  /** When the provider says that the limit ends; undefined when it did not say. */
  readonly until: Date | undefined;
  constructor(message: string, until?: Date, options?: ErrorOptions) {
    super('ModelUnavailable', message, options);
    this.until = until;
  }
}
