import assert from 'node:assert/strict';
import type { Usage } from '../../src/api/types.ts';
import { addUsage } from '../../src/runner/usage.ts';

describe('The usage of two runs of an agent', () => {
  const CASES: [string, Usage, Usage, Usage][] = [
    ['nothing and nothing is nothing', {}, {}, {}],
    [
      'is the sum of every number',
      { turns: 1, inputTokens: 10, outputTokens: 100, costUSD: 0.25, model: 'a' },
      { turns: 2, inputTokens: 20, outputTokens: 200, costUSD: 0.5, model: 'a' },
      { turns: 3, inputTokens: 30, outputTokens: 300, costUSD: 0.75, model: 'a' },
    ],
    ['has what only the first one told', { turns: 3, model: 'a' }, {}, { turns: 3, model: 'a' }],
    ['has what only the second one told', {}, { costUSD: 1, model: 'b' }, { costUSD: 1, model: 'b' }],
    [
      'says nothing of what neither told, and 0 where one did',
      { turns: 0 },
      { inputTokens: 0 },
      { turns: 0, inputTokens: 0 },
    ],
    ['names the later model', { model: 'a' }, { model: 'b' }, { model: 'b' }],
    ['takes an undefined field for an absent one', { turns: undefined }, { model: undefined }, {}],
  ];
  for (const [name, before, run, total] of CASES)
    it(name, () => {
      const sum = addUsage(Object.freeze(before), Object.freeze(run));
      assert.deepEqual(sum, total);
      assert.deepEqual(Object.keys(sum).sort(), Object.keys(total).sort());
    });
});
