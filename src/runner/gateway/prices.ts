import { inputOf, type Tokens } from './tokens.ts';

/** US dollars for a million tokens. */
interface Price {
  input: number;
  output: number;
  cacheWrite: number;
  cacheWriteHour: number;
  cacheRead: number;
}

/** US dollars for one search of the web. */
const SEARCH = 0.01;

/** A price list by its input and output; what goes into the cache costs 1.25 times the input, and twice the input for an hour. */
const price = (input: number, output: number, cacheRead = input / 10): Price => ({
  input,
  output,
  cacheWrite: input * 1.25,
  cacheWriteHour: input * 2,
  cacheRead,
});

/** Haiku 5.5 costs more for a longer prompt: tokens, and the price above them. */
const LONG_HAIKU = { above: 100_000, price: price(0.5, 2.5) };

/**
 * The list prices of Anthropic's models, as the model catalog in Claude Code 2.1.330 has them. Surcharges (fast mode, a region) are left out, so a cost is
 * at least what this says.
 */
const CLAUDE: readonly (readonly [name: RegExp, price: Price])[] = [
  [/^(3-[57]-sonnet|sonnet-4(-[056])?)$/, price(3, 15)],
  [/^sonnet-5$/, price(2, 10)],
  [/^sonnet-5-5$/, price(2, 10, 0.1)],
  [/^opus-4(-[01])?$/, price(15, 75)],
  [/^(opus-4-[5-8]|opus-5)$/, price(5, 25)],
  [/^opus-5-5$/, price(4, 20, 0.2)],
  [/^(fable|mythos)-5$/, price(10, 50)],
  [/^(fable|mythos)-5-1$/, price(10, 50, 0.25)],
  [/^(fable|mythos)-5-2$/, price(8, 40, 0.2)],
  [/^3-5-haiku$/, price(0.8, 4)],
  [/^haiku-4-5$/, price(1, 5)],
  [/^haiku-5-5$/, price(0.1, 0.5)],
];

/** A model's name as clouds and gateways write it: `us.anthropic.claude-x-20250101-v1:0`, `anthropic/claude-x-1.5`, `claude-x@20250101`. */
const NAME = /^(?:[a-z]+[./])*claude-([a-z0-9.-]+?)(?:[-@]\d{8}|-latest)?(?:-v\d+(?::\d+)?)?$/;

function priceOf(tokens: Tokens): Price | undefined {
  const name = (NAME.exec(tokens.model?.toLowerCase() ?? '')?.[1] ?? '').replaceAll('.', '-');
  if (name === 'haiku-5-5' && inputOf(tokens) > LONG_HAIKU.above) return LONG_HAIKU.price;
  return CLAUDE.find(([pattern]) => pattern.test(name))?.[1];
}

/** What an answer cost at least, in US dollars; undefined where the price of its model is not known. */
export function costOf(tokens: Tokens): number | undefined {
  const list = priceOf(tokens);
  if (!list) return undefined;
  const hour = Math.min(tokens.cacheWrite, tokens.cacheWriteHour);
  const million =
    tokens.input * list.input +
    tokens.output * list.output +
    tokens.cacheRead * list.cacheRead +
    (tokens.cacheWrite - hour) * list.cacheWrite +
    hour * list.cacheWriteHour;
  return million / 1e6 + tokens.searches * SEARCH;
}
