import type { AgentSpec, CheckSpec, PullRequestSpec } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { DEFAULT_AGENT } from '../domain/task.ts';
import type { TaskRequest } from '../service/task-object.ts';
import type { TaskFlags } from './create-flags.ts';
import { parseDuration } from './duration.ts';
import { absoluteRepository } from './repository.ts';

const usage = (message: string, hint?: string): BgtaskError => new BgtaskError('Usage', message, { hint });

/** Decimal digits alone: `0x10`, `1e3` and `Infinity` are mistakes in a count or an amount. */
export function number(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,9}(\.\d{1,6})?$/.test(text))
    throw usage(`invalid ${option} ${JSON.stringify(text)}: must be a number.`);
  return Number(text);
}

/** `-p name=value`, each name once. Throws Usage. */
export function parseParameters(pairs: readonly string[] | undefined): Record<string, string> | undefined {
  if (!pairs) return undefined;
  const parameters = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at <= 0)
      throw usage(
        `invalid -p ${JSON.stringify(pair)}: must be name=value.`,
        'For example: -p version=4.17.21',
      );
    const name = pair.slice(0, at);
    if (parameters.has(name)) throw usage(`-p: ${name} is given twice.`);
    parameters.set(name, pair.slice(at + 1));
  }
  return Object.fromEntries(parameters);
}

/**
 * `--check 'npm test'` or `--check 'unit=npm test'`. A name begins with a small letter and has no spaces, so that `CI=1 npm test` and
 * `npm test --grep=x` stay commands.
 */
export function parseChecks(texts: readonly string[] | undefined): CheckSpec[] | undefined {
  return texts?.map((text, at) => {
    const [, name, run] = /^([a-z][\w.-]{0,63})=(.+)$/s.exec(text) ?? [];
    if (name !== undefined && run !== undefined) return { name, run };
    return { name: texts.length === 1 ? 'check' : `check ${at + 1}`, run: text };
  });
}

/** The fields that have a value. */
export const present = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

function agentOf(flags: TaskFlags): AgentSpec | undefined {
  const type = flags.agent ?? (flags.run === undefined ? undefined : 'command');
  const rest = {
    model: flags.model,
    maxTurns: number(flags.maxTurns, '--max-turns'),
    maxBudgetUSD: number(flags.maxBudget, '--max-budget'),
    run: flags.run,
  };
  if (flags.run !== undefined && type !== 'command')
    throw usage(`--run is for --agent command, not for ${type}.`);
  if (type === 'command' && !flags.run && !flags.template)
    throw usage('--agent command needs --run: the shell command that makes the change.');
  if (type === undefined && Object.values(rest).every((value) => value === undefined)) return undefined;
  return present({ type: type ?? DEFAULT_AGENT, ...rest });
}

function pullRequestOf(flags: TaskFlags): PullRequestSpec | undefined {
  const { title, draft, label: labels, reviewer: reviewers, assignee: assignees } = flags;
  const fields = present({ title, draft, labels, reviewers, assignees });
  return Object.keys(fields).length > 0 ? fields : undefined;
}

/** The limits of crds/: a session is refused beyond them. */
const TIMEOUT = { min: 60, max: 3600 };

/** Seconds that the task may take. Throws Usage. */
export function timeoutOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Math.round(parseDuration(text, '--timeout') / 1000);
  if (seconds >= TIMEOUT.min && seconds <= TIMEOUT.max) return seconds;
  throw usage(`--timeout: ${text} is not from 60s to 1h.`, 'For example: --timeout 30m');
}

/** What the agent is to do; without instructions, the command of --run says it. */
const instructionsOf = ({ instructions, template, run }: TaskFlags): string | undefined =>
  instructions ?? (run && !template ? `Run: ${run}` : undefined);

/** The request that the flags describe. Throws Usage. */
export function requestOf(name: string, project: string, flags: TaskFlags, cwd: string): TaskRequest {
  if (!flags.repo)
    throw usage(
      '--repo is missing: the repository that the change is for.',
      'Give a URL, or in a clone: --repo .',
    );
  const { template: templateId, queue, allowPath: allowedPaths, image, timeout } = flags;
  return present({
    name,
    project,
    instructions: instructionsOf(flags),
    templateId,
    parameters: parseParameters(flags.param),
    repository: present({ url: absoluteRepository(flags.repo, cwd), branch: flags.branch }),
    agent: agentOf(flags),
    checks: parseChecks(flags.check),
    pullRequest: pullRequestOf(flags),
    timeout: timeoutOf(timeout),
    repairs: number(flags.repairs, '--repairs'),
    queue,
    allowedPaths,
    image,
  });
}
