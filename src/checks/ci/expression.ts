import { data, Evaluator, Lexer, Parser, type Expr } from '@actions/expressions';
import type { Binary, ContextAccess, FunctionCall, Logical, Unary } from '@actions/expressions/ast';
import { falsy, truthy } from '@actions/expressions/result';
import { TokenType } from '@actions/expressions/lexer';

/** A value of GitHub's expression language. */
export type Value = data.ExpressionData;

/** A mapping of which only some keys are known here: any other one is unknown, not absent. */
export class OpenDictionary extends data.Dictionary {
  override get(key: string): Value | undefined {
    return super.get(key) ?? UNKNOWN;
  }
}

/** What only a run of CI can tell. Its parts are unknown too; it counts as true, because it may be. */
export const UNKNOWN: Value = new OpenDictionary();

/** The contexts that an expression may read, by name, e.g. `matrix`. */
export type Contexts = ReadonlyMap<string, Value>;

const truth = (value: boolean): Value => new data.BooleanData(value);
/** What a step asks about the steps before it: all went well. */
const STATUS: Record<string, () => Value> = {
  always: () => truth(true),
  success: () => truth(true),
  failure: () => truth(false),
  cancelled: () => truth(false),
  hashfiles: () => UNKNOWN,
};
const FUNCTIONS = Object.entries(STATUS).map(([name, call]) => ({
  name,
  description: '',
  minArgs: 0,
  maxArgs: 255,
  call,
}));
const CALLS = new Map(FUNCTIONS.map((info) => [info.name, info]));
const NAMES = 'github env vars job jobs steps runner secrets strategy matrix needs inputs'.split(' ');

/** GitHub takes texts in single quotes too. In a literal they stand twice, and the lexer leaves them so. */
function fromJson(text: string): Value {
  const plain = text.includes('"') ? text : text.replace(/''?/g, '"');
  return JSON.parse(plain, data.reviver) as Value;
}

/** GitHub's evaluator with a third truth value: what is made from something unknown is unknown, unless the rest decides. */
class MaybeEvaluator extends Evaluator {
  private readonly contexts: Contexts;
  /** Each part is evaluated once: a hostile nesting costs no more than its length. */
  private readonly known = new Map<Expr, Value>();

  constructor(expression: Expr, contexts: Contexts) {
    super(expression, new data.Dictionary(), CALLS);
    this.contexts = contexts;
  }

  protected override eval(part: Expr): Value {
    const value = this.known.get(part) ?? super.eval(part);
    this.known.set(part, value);
    return value;
  }

  override visitContextAccess(access: ContextAccess): Value {
    return this.contexts.get(access.name.lexeme.toLowerCase()) ?? UNKNOWN;
  }

  override visitUnary(unary: Unary): Value {
    return this.eval(unary.expr) === UNKNOWN ? UNKNOWN : super.visitUnary(unary);
  }

  override visitBinary(binary: Binary): Value {
    const isOpen = [binary.left, binary.right].some((side) => this.eval(side) === UNKNOWN);
    return isOpen ? UNKNOWN : super.visitBinary(binary);
  }

  override visitLogical({ operator, args }: Logical): Value {
    const decides = operator.type === TokenType.AND ? falsy : truthy;
    let isOpen = false;
    let last = UNKNOWN;
    for (const arg of args) {
      last = this.eval(arg);
      if (last === UNKNOWN) isOpen = true;
      else if (decides(last)) return operator.type === TokenType.AND || !isOpen ? last : UNKNOWN;
    }
    return isOpen ? UNKNOWN : last;
  }

  override visitFunctionCall(call: FunctionCall): Value {
    const values = call.args.map((arg) => this.eval(arg));
    if (values.includes(UNKNOWN)) return UNKNOWN;
    const isJson = call.functionName.lexeme.toLowerCase() === 'fromjson';
    return isJson ? fromJson(values[0]?.coerceString() ?? '') : super.visitFunctionCall(call);
  }
}

/** The value of an expression without its `${{ }}`; UNKNOWN for one that cannot be read. Never throws. */
export function evaluate(text: string, contexts: Contexts): Value {
  try {
    const { tokens } = new Lexer(text).lex();
    const tree: Expr | undefined = new Parser(tokens, NAMES, FUNCTIONS).parse();
    return tree === undefined ? UNKNOWN : new MaybeEvaluator(tree, contexts).evaluate();
  } catch {
    return UNKNOWN;
  }
}

/** True when an `if:` holds or may hold. An absent one holds. */
export function mayHold(condition: string | undefined, contexts: Contexts): boolean {
  if (condition === undefined) return true;
  return truthy(evaluate(condition.replaceAll('${{', ' ').replaceAll('}}', ' '), contexts));
}

const EXPRESSION = /\$\{\{((?:'(?:[^']|'')*'|(?!\}\})[^'])*)\}\}/g;

/** A text with its expressions replaced; `hole` makes what stands for an unknown one. */
export function fillIn(text: string, contexts: Contexts, hole: (source: string) => string): string {
  return text.replace(EXPRESSION, (source, expression: string) => {
    const value = evaluate(expression, contexts);
    return value === UNKNOWN || !value.primitive ? hole(source) : value.coerceString();
  });
}

/** A text with its expressions replaced; undefined when one of them is unknown. */
export function textOf(text: string, contexts: Contexts): string | undefined {
  let isKnown = true;
  const filled = fillIn(text, contexts, () => {
    isKnown = false;
    return '';
  });
  return isKnown ? filled : undefined;
}

/** A plain value as the expression language has it. */
export const toValue = (plain: unknown): Value =>
  plain === undefined ? UNKNOWN : (JSON.parse(JSON.stringify(plain), data.reviver) as Value);
