import type { Usage } from '../api/types.ts';

/** The usage that an agent's program reported, with the counted figures where they are higher: its output is not to be trusted. */
export function atLeast(reported: Usage, counted: Usage): Usage {
  const { inputTokens = 0, outputTokens = 0, costUSD, model } = counted;
  if (inputTokens + outputTokens === 0) return reported;
  const cost = Math.max(reported.costUSD ?? 0, costUSD ?? 0);
  return {
    ...reported,
    inputTokens: Math.max(reported.inputTokens ?? 0, inputTokens),
    outputTokens: Math.max(reported.outputTokens ?? 0, outputTokens),
    ...((reported.costUSD ?? costUSD) !== undefined && { costUSD: cost }),
    ...((reported.model ?? model) !== undefined && { model: reported.model ?? model }),
  };
}
