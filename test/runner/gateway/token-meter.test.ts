import assert from 'node:assert/strict';
import { atLeast } from '../../../src/domain/usage.ts';
import { TokenMeter } from '../../../src/runner/gateway/token-meter.ts';
import { costOf } from '../../../src/runner/gateway/prices.ts';
import { NO_TOKENS } from '../../../src/runner/gateway/tokens.ts';

const MILLION = 1_000_000;

describe('the price of an answer', () => {
  const cases: [model: string, tokens: object, cost: number | undefined][] = [
    ['claude-sonnet-4-5-20250929', { input: MILLION }, 3],
    ['claude-sonnet-4-5', { output: MILLION }, 15],
    ['claude-opus-4-1-20250805', { input: MILLION, output: MILLION }, 90],
    ['claude-opus-4-20250514', { output: MILLION }, 75],
    ['claude-opus-4-8', { output: MILLION }, 25],
    ['claude-3-5-haiku-latest', { input: MILLION }, 0.8],
    ['claude-sonnet-5', { cacheRead: MILLION }, 0.2],
    ['claude-sonnet-5', { cacheWrite: MILLION }, 2.5],
    ['claude-sonnet-5', { cacheWrite: MILLION, cacheWriteHour: MILLION }, 4],
    ['claude-sonnet-5', { searches: 3 }, 0.03],
    ['claude-haiku-5-5', { input: 100_000 }, 0.01],
    ['claude-haiku-5-5', { input: 200_000 }, 0.1],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', { input: MILLION }, 3],
    ['anthropic/claude-sonnet-4.5', { input: MILLION }, 3],
    ['claude-sonnet-4-5@20250929', { input: MILLION }, 3],
    ['claude-sonnet-99', { input: MILLION }, undefined],
    ['my-claude-sonnet-4-5-copy', { input: MILLION }, undefined],
    ['gpt-5', { input: MILLION }, undefined],
    ['', { input: MILLION }, undefined],
  ];
  for (const [model, tokens, cost] of cases)
    it(`of ${model || 'no model'}, ${JSON.stringify(tokens)}: ${cost ?? 'not known'}`, () => {
      const found = costOf({ ...NO_TOKENS, ...tokens, model });
      assert.equal(found === undefined ? undefined : Math.round(found * 1e9) / 1e9, cost);
    });
});

describe('the meter of the gateway', () => {
  it('says once that the budget is used up, and only when it is', () => {
    let spent = 0;
    const meter = new TokenMeter({ budgetUSD: 3, log: assert.fail, onSpent: () => (spent += 1) });
    const sonnet = { ...NO_TOKENS, model: 'claude-sonnet-4-5' };
    const answer = meter.answer();
    answer({ ...sonnet, input: MILLION });
    assert.deepEqual([meter.isSpent, spent], [false, 0]);
    answer({ ...sonnet, output: 1 });
    meter.answer()({ ...sonnet, output: 1 });
    assert.deepEqual([meter.isSpent, spent], [true, 1]);
    assert.equal(meter.usage.costUSD, 3.00003);
  });

  it('holds no budget against a model without a known price, and says so once for each', () => {
    const log: string[] = [];
    const meter = new TokenMeter({ budgetUSD: 0.01, log: (line) => log.push(line) });
    for (const model of ['gpt-5', 'gpt-5', 'gpt\n5'])
      meter.answer()({ ...NO_TOKENS, model, output: MILLION });
    assert.equal(meter.isSpent, false);
    assert.deepEqual(log, [
      'The price of the model gpt-5 is not known here: the gateway does not hold agent.maxBudgetUSD against it.',
      'The price of the model gpt 5 is not known here: the gateway does not hold agent.maxBudgetUSD against it.',
    ]);
  });

  it('is silent about prices where no budget is asked for', () => {
    const meter = new TokenMeter({ log: assert.fail });
    meter.answer()({ ...NO_TOKENS, model: 'gpt-5', output: 1 });
    assert.equal(meter.usage.costUSD, undefined);
  });
});

describe('the usage of a run', () => {
  const cases: [name: string, reported: object, counted: object, total: object][] = [
    [
      'the agent says less than was counted',
      { turns: 2, inputTokens: 1 },
      { inputTokens: 9, outputTokens: 5 },
      { turns: 2, inputTokens: 9, outputTokens: 5 },
    ],
    [
      'the agent says more',
      { inputTokens: 10, outputTokens: 6, costUSD: 1 },
      { inputTokens: 9, outputTokens: 5, costUSD: 0.5 },
      { inputTokens: 10, outputTokens: 6, costUSD: 1 },
    ],
    [
      'the agent says that it was for free',
      { inputTokens: 9, outputTokens: 5, costUSD: 0 },
      { inputTokens: 9, outputTokens: 5, costUSD: 0.5 },
      { inputTokens: 9, outputTokens: 5, costUSD: 0.5 },
    ],
    [
      'the agent says nothing',
      {},
      { inputTokens: 9, outputTokens: 5, costUSD: 0.5, model: 'm' },
      { inputTokens: 9, outputTokens: 5, costUSD: 0.5, model: 'm' },
    ],
    [
      'nothing was counted',
      { turns: 1, inputTokens: 3 },
      { inputTokens: 0, outputTokens: 0 },
      { turns: 1, inputTokens: 3 },
    ],
    ['the key was in reach', { turns: 1 }, {}, { turns: 1 }],
  ];
  for (const [name, reported, counted, total] of cases)
    it(`is the higher figure of each where ${name}`, () =>
      assert.deepEqual(atLeast(reported, counted), total));
});
