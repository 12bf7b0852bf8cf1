import type { AgentSpec, CheckSpec, SessionSpec } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { checkBranch } from '../domain/input.ts';
import { characters, PROMPT_MAX } from '../domain/prompt.ts';
import { agentOf } from '../domain/task.ts';

/** What a retry does otherwise than the task before it. A field left out stays as it was. */
export interface RetryChanges {
  /** Added to the instructions. */
  instructions?: string;
  /** Of another type than before, the agent keeps nothing of the one before; else only the named fields change. */
  agent?: Partial<AgentSpec>;
  /** Seconds. */
  timeout?: number;
  /** In the place of the task's own. */
  checks?: CheckSpec[];
  repairs?: number;
  image?: string;
  /** Added to the task's own. */
  allowedPaths?: string[];
  /** The base branch. */
  branch?: string;
  queue?: boolean;
}

const usage = (sentence: string, hint?: string): BgtaskError => new BgtaskError('Usage', sentence, { hint });

function agentAfter(spec: SessionSpec, change: Partial<AgentSpec> | undefined): AgentSpec | undefined {
  if (!change || Object.keys(change).length === 0) return spec.agent;
  const before = agentOf({ spec });
  const type = change.type ?? before.type;
  const agent = type === before.type ? { ...before, ...change } : { ...change, type };
  if (agent.run !== undefined && type !== 'command')
    throw usage(
      `agent.run (--run) is for the agent command, and this task has ${type}.`,
      'Change the agent too: --agent command.',
    );
  if (type === 'command' && !agent.run)
    throw usage('The agent command needs agent.run (--run): the shell command that makes the change.');
  return agent;
}

function promptAfter({ prompt = '' }: SessionSpec, added: string | undefined): string {
  const more = added?.trim();
  if (!more) return prompt;
  const after = `${prompt.trimEnd()}\n\n${more}`;
  const length = characters(after);
  if (length <= PROMPT_MAX) return after;
  throw new BgtaskError(
    'Invalid',
    `instructions: at most ${PROMPT_MAX} characters fit, and with the added ones these have ${length}.`,
    { hint: 'Add less, or create a new task.' },
  );
}

/** The spec of a task with what a retry changes of it. Throws Usage and Invalid, naming the option or the field. */
export function withChanges(spec: SessionSpec, changes: RetryChanges): SessionSpec {
  const { timeout, checks, repairs, image, queue, branch, allowedPaths = [] } = changes;
  if (branch !== undefined) checkBranch(branch);
  const [repo, ...others] = spec.repos ?? [];
  const agent = agentAfter(spec, changes.agent);
  const paths = [...new Set([...(spec.allowedPaths ?? []), ...allowedPaths])];
  return {
    ...spec,
    prompt: promptAfter(spec, changes.instructions),
    ...(agent && { agent }),
    ...(timeout !== undefined && { timeout }),
    ...(checks && { checks }),
    ...(repairs !== undefined && { repairs }),
    ...(image !== undefined && { image }),
    ...(queue !== undefined && { queue }),
    ...(paths.length > 0 && { allowedPaths: paths }),
    ...(branch !== undefined &&
      repo?.input && { repos: [{ ...repo, input: { ...repo.input, branch } }, ...others] }),
  };
}
