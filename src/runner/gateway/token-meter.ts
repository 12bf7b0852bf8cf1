import type { Usage } from '../../api/types.ts';
import { brief } from '../agents/cli.ts';
import { costOf } from './prices.ts';
import { inputOf, laterOf, NO_TOKENS, type Tokens } from './tokens.ts';

export interface TokenMeterOptions {
  /** US dollars that may be spent; undefined without a budget. */
  budgetUSD?: number;
  log: (line: string) => void;
  /** Called once, when the answers so far cost more than the budget. */
  onSpent?: () => void;
}

/** What the answers of the model cost, as the answers themselves say it. */
export class TokenMeter {
  readonly #options: TokenMeterOptions;
  #input = 0;
  #output = 0;
  #cost = 0;
  #isPriced = false;
  #isSpent = false;
  #model: string | undefined;
  readonly #unpriced = new Set<string>();

  constructor(options: TokenMeterOptions) {
    this.#options = options;
  }

  /** True once the budget is used up. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** What was counted so far; a cost only where a price is known. */
  get usage(): Usage {
    return {
      inputTokens: this.#input,
      outputTokens: this.#output,
      ...(this.#isPriced && { costUSD: Math.round(this.#cost * 1e6) / 1e6 }),
      ...(this.#model !== undefined && { model: this.#model }),
    };
  }

  /** Begins one answer. What comes back takes what each of its events says. */
  answer(): (tokens: Tokens) => void {
    let before = NO_TOKENS;
    return (tokens) => {
      const after = laterOf(before, tokens);
      this.#count(before, after);
      before = after;
    };
  }

  #count(before: Tokens, after: Tokens): void {
    this.#input += inputOf(after) - inputOf(before);
    this.#output += after.output - before.output;
    this.#model ??= after.model;
    const cost = costOf(after);
    if (cost === undefined) return this.#sayUnpriced(after.model ?? 'without a name');
    this.#isPriced = true;
    this.#cost += cost - (costOf({ ...before, model: after.model }) ?? 0);
    const { budgetUSD, onSpent } = this.#options;
    if (this.#isSpent || budgetUSD === undefined || this.#cost <= budgetUSD) return;
    this.#isSpent = true;
    onSpent?.();
  }

  #sayUnpriced(model: string): void {
    const { budgetUSD, log } = this.#options;
    if (budgetUSD === undefined || this.#unpriced.has(model) || this.#unpriced.size >= 10) return;
    this.#unpriced.add(model);
    log(
      `The price of the model ${brief(model)} is not known here: the gateway does not hold agent.maxBudgetUSD against it.`,
    );
  }
}
