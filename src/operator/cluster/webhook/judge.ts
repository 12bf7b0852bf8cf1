import { messageOf } from '../../../domain/errors.ts';
import type { AdmissionRules } from '../../../engine/kubernetes/install/admission-rules.ts';
import { asCel, compile, type Expression } from './kubernetes-cel.ts';

/** What the API server asks of a webhook: the fields of an AdmissionRequest that rules may name. */
export interface AdmissionRequest {
  uid: string;
  operation: string;
  object?: unknown;
  oldObject?: unknown;
  [field: string]: unknown;
}

/** Undefined lets the request pass. */
export type Refusal = { code: number; reason: string; message: string } | undefined;

const CODES = { Forbidden: 403, Invalid: 422 } as const;

/** Values by name, each worked out when it is first asked for, as the API server does it. */
function lazily(
  all: readonly { name: string; value: Expression }[],
  scope: () => Record<string, unknown>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, value } of all)
    Object.defineProperty(values, name, {
      enumerable: true,
      configurable: true,
      get: () => {
        const found = value(scope());
        Object.defineProperty(values, name, { value: found, enumerable: true });
        return found;
      },
    });
  return values;
}

function scopeOf(
  request: AdmissionRequest,
  variables: readonly { name: string; value: Expression }[],
): Record<string, unknown> {
  const { object = null, oldObject = null, ...rest } = request;
  const scope: Record<string, unknown> = {
    request: asCel(rest),
    object: asCel(object),
    oldObject: asCel(oldObject),
  };
  scope['variables'] = lazily(variables, () => scope);
  return scope;
}

/** Evaluates the rules of a policy as the API server does; what cannot be evaluated is refused (failurePolicy Fail). */
export function judgeOf({ matchConditions, variables = [], validations }: AdmissionRules) {
  const conditions = matchConditions.map(({ expression }) => compile(expression));
  const named = variables.map(({ name, expression }) => ({ name, value: compile(expression) }));
  const checks = validations.map(({ expression, messageExpression, message, reason }) => ({
    holds: compile(expression),
    words: messageExpression === undefined ? undefined : compile(messageExpression),
    message,
    reason,
  }));
  const wordsOf = ({ words, message }: (typeof checks)[number], scope: Record<string, unknown>): string => {
    try {
      const said = words?.(scope);
      return typeof said === 'string' && said !== '' ? said : message;
    } catch {
      return message;
    }
  };
  return (request: AdmissionRequest): Refusal => {
    try {
      const scope = scopeOf(request, named);
      if (!conditions.every((holds) => holds(scope) === true)) return undefined;
      const broken = checks.find(({ holds }) => holds(scope) !== true);
      if (!broken) return undefined;
      return { code: CODES[broken.reason], reason: broken.reason, message: wordsOf(broken, scope) };
    } catch (error) {
      const because = messageOf(error).split('\n')[0] ?? '';
      return { code: 500, reason: 'InternalError', message: `a rule cannot be evaluated: ${because}` };
    }
  };
}
