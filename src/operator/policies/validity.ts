import picomatch from 'picomatch';
import { canonicalRepo } from '../../api/names.ts';
import type { AgenticSession } from '../../api/types.ts';
import type { Settings } from '../../domain/settings.ts';
import { agentOf, repositoryOf, timeoutOf } from '../../domain/task.ts';
import type { Policy } from '../plan.ts';

type Rule = (session: AgenticSession, settings: Settings) => string | undefined;

const matches = (text: string, globs: readonly string[]): boolean =>
  globs.some((glob) => picomatch.isMatch(text, glob, { dot: true }));

const RULES: readonly Rule[] = [
  (session, { allowed }) => {
    const type = agentOf(session).type;
    return allowed.agents.length > 0 && !allowed.agents.includes(type)
      ? `Agent "${type}" is not allowed here; allowed are: ${allowed.agents.join(', ')}.`
      : undefined;
  },
  (session, { allowed }) => {
    const repository = canonicalRepo(repositoryOf(session));
    return allowed.repositories.length > 0 && !matches(repository, allowed.repositories)
      ? `Repository ${repository} is not allowed here; allowed are: ${allowed.repositories.slice(0, 10).join(', ')}.`
      : undefined;
  },
  (session, { allowed }) =>
    session.spec.image && !matches(session.spec.image, allowed.images)
      ? `Image "${session.spec.image}" is not allowed here. Ask whoever runs bgtask to add it to allowed.images of the settings.`
      : undefined,
  (session, { deadline }) => {
    const timeout = timeoutOf(session);
    return timeout < deadline.min || timeout > deadline.max
      ? `Timeout ${timeout} is not allowed here: it must be from ${deadline.min} to ${deadline.max} seconds.`
      : undefined;
  },
];

/** What the settings allow; the schema and its CEL rules were checked when the object was stored. */
export const validity: Policy = ({ session, settings, now }) => {
  const problem = RULES.map((rule) => rule(session, settings)).find((sentence) => sentence !== undefined);
  if (!problem) return undefined;
  return {
    rule: 'invalid',
    actions: [],
    status: {
      phase: 'Failed',
      reason: 'InvalidTask',
      error: problem,
      completionTime: now.toISOString(),
      conditions: [{ type: 'Admitted', status: 'False', reason: 'InvalidTask', message: problem }],
    },
  };
};
