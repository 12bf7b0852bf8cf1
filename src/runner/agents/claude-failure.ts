import { ModelUnavailableError, type Reason, StageError } from '../../domain/reasons.ts';
import type { ClaudeResult } from './claude-stream.ts';
import { brief } from './cli.ts';
import { resetTime } from './reset-time.ts';

/** A run that ended with a result that is an error. */
export interface FailedRun {
  result: ClaudeResult;
  /** The class of the last error of the model API, e.g. `rate_limit`. */
  error?: string;
  /** The variable that the key came from, when there was one. */
  keyName?: string;
  model?: string;
  maxTurns?: number;
  budgetLeftUSD?: number;
  /** When the account's limit ends, as far as the stream said. */
  limitUntil?: Date;
}

interface Rule {
  when(run: FailedRun): boolean;
  reason: Reason;
  say(run: FailedRun): string;
}

const said = (run: FailedRun): string => brief(run.result.text) || 'no more was said';
const status = (run: FailedRun, ...codes: number[]): boolean => codes.includes(run.result.status ?? 0);
const key = (run: FailedRun): string => (run.keyName ? `the key in ${run.keyName}` : 'the key');
const code = (run: FailedRun): string => (run.result.status === undefined ? '' : ` (${run.result.status})`);
const KEYS = 'ANTHROPIC_API_KEY, CLAUDE_CODE_OAUTH_TOKEN or ANTHROPIC_AUTH_TOKEN';

/** First rule that fits. The classes of errors are those that Claude Code 2.1 names in its messages. */
const RULES: readonly Rule[] = [
  {
    when: ({ result }) => result.subtype === 'error_max_turns',
    reason: 'AgentBudget',
    say: ({ maxTurns }) =>
      `Claude Code used its ${maxTurns ?? 'allowed'} turns without finishing. Raise agent.maxTurns, or ask for less in one task.`,
  },
  {
    when: ({ result }) => result.subtype === 'error_max_budget_usd',
    reason: 'AgentBudget',
    say: ({ budgetLeftUSD }) => budgetSentence(budgetLeftUSD),
  },
  {
    when: ({ result, error, keyName }) =>
      error === 'authentication_failed' && result.status === undefined && keyName === undefined,
    reason: 'AgentFailed',
    say: () => `Claude Code has no key for the model API. Put one in the task's credentials, as ${KEYS}.`,
  },
  {
    when: (run) => status(run, 403) || run.error === 'oauth_org_not_allowed',
    reason: 'AgentFailed',
    say: (run) =>
      `The model API does not let ${key(run)} do this${code(run)}: ${said(run)}. Use a key with access to the model.`,
  },
  {
    when: (run) => status(run, 401) || run.error === 'authentication_failed',
    reason: 'AgentFailed',
    say: (run) =>
      `The model API refused ${key(run)}${code(run)}: ${said(run)}. Check that it is whole and not revoked, then retry.`,
  },
  {
    when: ({ error }) => error === 'billing_error' || error === 'account_on_hold',
    reason: 'AgentFailed',
    say: (run) =>
      `The account of ${key(run)} cannot pay for the model: ${said(run)}. Add credit, then retry.`,
  },
  {
    when: ({ result }) => result.stopReason === 'refusal',
    reason: 'AgentFailed',
    say: (run) =>
      `The model refused the task: ${said(run)}. Reword the instructions, or choose another model.`,
  },
  {
    when: (run) => status(run, 429) || run.error === 'rate_limit',
    reason: 'ModelUnavailable',
    say: (run) =>
      `The model API's rate limit was reached and stayed so${code(run)}: ${said(run)}. Retry the task later.`,
  },
  {
    when: ({ result, error }) =>
      (result.status ?? 0) >= 500 || error === 'overloaded' || error === 'server_error',
    reason: 'ModelUnavailable',
    say: (run) => `The model API is overloaded or failing${code(run)}: ${said(run)}. Retry the task later.`,
  },
  {
    when: (run) => status(run, 404) || run.error === 'model_not_found',
    reason: 'AgentFailed',
    say: (run) =>
      `The model API has no model ${run.model ?? 'of that name'} for ${key(run)}. Check agent.model.`,
  },
];

/** Why a run that ended with an error result failed: a sentence for each kind of failure. */
export function claudeFailure(run: FailedRun): StageError {
  const rule = RULES.find((candidate) => candidate.when(run));
  if (rule?.reason === 'ModelUnavailable')
    return new ModelUnavailableError(rule.say(run), run.limitUntil ?? resetTime(run.result.text));
  if (rule) return new StageError(rule.reason, rule.say(run));
  const kind = run.result.subtype === 'success' ? '' : ` (${run.result.subtype})`;
  return new StageError(
    'AgentFailed',
    `Claude Code ended with an error${kind}: ${said(run)}. The log has its output.`,
  );
}

/** The sentence for a budget that is used up. @param left US dollars that were left at the start of the run. */
export const budgetSentence = (left: number | undefined): string =>
  left !== undefined && left <= 0
    ? "The task's budget is used up. Raise agent.maxBudgetUSD, or ask for less in one task."
    : `The agent used up what was left of the task's budget${left === undefined ? '' : ` ($${left.toFixed(2)})`}. ` +
      'Raise agent.maxBudgetUSD, or ask for less in one task.';
