import type { Hook } from '@hono/zod-openapi';
import type { Engine } from '../engine/engine.ts';
import type { ErrorBody } from './api-error.ts';
import type { ProjectWatches } from './project-watches.ts';

/** What a request carries on its way. */
export interface ServerEnv {
  Variables: {
    /** The caller's own. */
    engine: Engine;
    /** Names the caller: equal for requests with the same token, of which it says nothing. */
    caller: string;
    /** The projects that callers look at. */
    watches: ProjectWatches;
    now: () => Date;
    /** Aborts when the caller has gone, or the server ends. */
    gone: AbortSignal;
    /** Told of what failed when the answer was under way already. */
    failed: (error: unknown) => void;
  };
}

interface Issue {
  code?: string;
  path: readonly PropertyKey[];
  message: string;
  keys?: readonly string[];
}

/** `parameters[0].name`, as the rest of bgtask writes paths. */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at > 0 ? '.' : ''}${String(part)}`))
    .join('');

function sentence(issue: Issue): string {
  const where = pathText(issue.path);
  if (issue.code === 'unrecognized_keys')
    return `${pathText([...issue.path, issue.keys?.[0] ?? ''])}: unknown field`;
  return where ? `${where}: ${issue.message}` : issue.message;
}

/** Issues that one answer names; a body with a thousand faults is not worth a thousand sentences. */
const NAMED = 10;

/** Answers 400, naming each field, when a request does not have the shape that its route asks for. */
export const refuseShape: Hook<unknown, ServerEnv, string, unknown> = (result, context) => {
  if (result.success) return undefined;
  const issues = result.error.issues as readonly Issue[];
  const refusal: ErrorBody = {
    error: 'Invalid request',
    message: issues.slice(0, NAMED).map(sentence).join('; '),
  };
  return context.json(refusal, 400);
};
