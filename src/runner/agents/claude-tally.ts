import type { Usage } from '../../api/types.ts';
import type { ClaudeEvent, ClaudeResult, Figures } from './claude-stream.ts';

/** What is known of a run so far. */
export interface ClaudeTally {
  /** Takes one event; true when the usage changed. */
  add(event: ClaudeEvent): boolean;
  usage(): Usage;
  session?: string;
  /** The last result; undefined before the first, and when the run went on after one. */
  result?: ClaudeResult;
  /** The class of the last error of the model API. */
  error?: string;
  /** When the account's limit ends, as far as the stream said. */
  limitUntil?: Date;
}

/** Returns true for an error that Claude Code reports after it succeeded: github.com/anthropics/claude-code/issues/16768. */
const isErrorAfterSuccess = (result: ClaudeResult, before: ClaudeResult | undefined): boolean =>
  result.subtype === 'error_during_execution' && before !== undefined && !before.isError;

/** The tokens of results, and of answers whose result is still to come. */
function withRunning(settled: Required<Figures>, running: Iterable<Figures>): Required<Figures> {
  const sum = { ...settled };
  for (const { inputTokens, outputTokens } of running) {
    sum.inputTokens += inputTokens;
    sum.outputTokens += outputTokens;
  }
  return sum;
}

/** Collects one run's events. Figures of answers are first reports and grow a little with the result's, which replace them. */
export function tallyClaude(): ClaudeTally {
  const turns = new Set<string>();
  const running = new Map<string, Figures>();
  const settled: Required<Figures> = { inputTokens: 0, outputTokens: 0, costUSD: 0 };
  let model: string | undefined;
  let costKnown = false;

  function settle(result: ClaudeResult): void {
    if (!result.figures) return;
    const { inputTokens, outputTokens, costUSD } = result.figures;
    if (inputTokens > 0 || running.size === 0) {
      settled.inputTokens += inputTokens;
      settled.outputTokens += outputTokens;
      running.clear();
    }
    if (costUSD !== undefined) {
      settled.costUSD += costUSD;
      costKnown = true;
    }
  }

  const tally: ClaudeTally = {
    add(event) {
      if (event.kind === 'log' || event.kind === 'refused') return false;
      switch (event.kind) {
        case 'started':
          tally.session = event.session;
          model = event.model;
          return false;
        case 'answer':
          if (event.main) turns.add(event.id);
          running.set(event.id, event.figures);
          tally.result = undefined;
          return true;
        case 'limit':
          tally.limitUntil = event.until;
          return false;
        case 'ended':
          if (!isErrorAfterSuccess(event.result, tally.result)) tally.result = event.result;
          tally.session = event.result.session ?? tally.session;
          settle(event.result);
          return true;
        case 'error':
          tally.error = event.name;
          return false;
      }
    },
    usage() {
      const sum = withRunning(settled, running.values());
      return {
        turns: turns.size,
        inputTokens: sum.inputTokens,
        outputTokens: sum.outputTokens,
        ...(costKnown ? { costUSD: Math.round(sum.costUSD * 1e6) / 1e6 } : {}),
        ...(model === undefined ? {} : { model }),
      };
    },
  };
  return tally;
}
