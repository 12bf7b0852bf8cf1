import type { Usage } from '../api/types.ts';

const sum = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);

/** What two runs of an agent used together; the later one names the model. */
export function addUsage(before: Usage, run: Usage): Usage {
  const total: Usage = {
    turns: sum(before.turns, run.turns),
    inputTokens: sum(before.inputTokens, run.inputTokens),
    outputTokens: sum(before.outputTokens, run.outputTokens),
    costUSD: sum(before.costUSD, run.costUSD),
    model: run.model ?? before.model,
  };
  return Object.fromEntries(Object.entries(total).filter(([, value]) => value !== undefined));
}
