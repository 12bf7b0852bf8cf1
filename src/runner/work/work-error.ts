import type { CheckResult, Usage } from '../../api/types.ts';
import { messageOf } from '../../domain/errors.ts';
import { StageError } from '../../domain/reasons.ts';
import type { Verdict } from '../../domain/verdict.ts';

/** A failure of the work stage with what was used, and what was checked, until then. */
export class WorkError extends StageError {
  readonly usage: Usage;
  readonly checks: CheckResult[];
  readonly verdict?: Verdict;
  constructor(cause: unknown, { usage, checks }: { usage: Usage; checks: CheckResult[] }) {
    const reason = cause instanceof StageError ? cause.reason : 'RunnerLost';
    super(
      reason,
      cause instanceof StageError ? cause.message : `The work stage failed: ${messageOf(cause)}`,
      { cause },
    );
    this.usage = usage;
    this.checks = checks;
    if (cause instanceof UnprovenError) this.verdict = cause.verdict;
  }
}

/** A failure of the prove stage with what was checked until then. */
export class ProofError extends StageError {
  readonly checks: CheckResult[];
  readonly verdict?: Verdict;
  constructor(cause: unknown, checks: CheckResult[]) {
    const isKnown = cause instanceof StageError;
    const message = isKnown ? cause.message : `The prove stage failed: ${messageOf(cause)}`;
    super(isKnown ? cause.reason : 'RunnerLost', message, { cause });
    this.checks = checks;
    if (cause instanceof UnprovenError) this.verdict = cause.verdict;
  }
}

/** A change that the checks do not prove, where the settings demand a proof. */
export class UnprovenError extends StageError {
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super(
      'ValidationFailed',
      `${verdict.message} The settings demand a proof (proof: required), so no pull request is opened.`,
    );
    this.verdict = verdict;
  }
}
