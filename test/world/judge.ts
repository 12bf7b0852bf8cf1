import { type ByHand, type HandStep, isRed } from './by-hand.ts';
import type { ByTask } from './by-task.ts';
import type { Chore, Repository } from './repositories.ts';

/** What a judge knows of one chore. */
export interface Case {
  repository: Repository;
  chore: Chore;
  hand: ByHand;
  task: ByTask;
}

/** `claim`: a pull request that says more than was proved. `data`: the data file is wrong, not the product. */
export interface Fault {
  kind: 'end' | 'names' | 'commands' | 'claim' | 'data';
  text: string;
}

const ENVIRONMENT = ['EnvironmentNotReady', 'CheckNotRunnable'];
const UNPROVEN = ['NothingProven', 'TestsRemoved', 'BaselineFailing'];

const validated = ({ status }: ByTask) => status.conditions?.find(({ type }) => type === 'Validated');

/** How a task ended, in the words of the data file; the phase and reason where it has no word. */
export function endOf(task: ByTask): string {
  const { phase = 'Pending', reason = '' } = task.status;
  if (phase === 'Failed' && ENVIRONMENT.includes(reason)) return 'environment';
  if (phase === 'Failed' && reason === 'ValidationFailed') return 'broken';
  if (phase !== 'Completed' || !task.pullRequest) return `${phase} ${reason}`.trim();
  return validated(task)?.status === 'True' ? 'proven' : 'unproven';
}

/** What is wrong with how a task ended, beside what a plain script found; empty when all is right. */
export const judge = (found: Case): Fault[] =>
  RULES.flatMap(([kind, rule]) => rule(found).map((text) => ({ kind, text })));

const handChecks = ({ hand, chore }: Case): HandStep[] =>
  hand.chores.find(({ kind }) => kind === chore.kind)?.checks ?? [];

/** The expected end must be what a person saw. */
function dataFaults(found: Case): string[] {
  const { chore, hand, repository } = found;
  const checks = handChecks(found);
  const red = checks.filter(isRed);
  if (chore.end === 'environment') return [];
  if (hand.notReady) return [`by hand, the install fails: ${lastLine(hand.notReady.output)}`];
  if (chore.end === 'broken') {
    const output = checks.map((step) => step.output).join('\n');
    const absent = [...chore.names, ...chore.logged].filter((name) => !output.includes(name));
    return [
      ...(red.length === 0 ? ['by hand, every check passes'] : []),
      ...absent.map((name) => `by hand, no check names ${JSON.stringify(name)}`),
    ];
  }
  const green = checks.length - red.length;
  return chore.end === 'proven' && repository.checks.length > 0 && green === 0
    ? [
        `by hand, no check passes: ${red.map(({ command, exitCode }) => `${command} exits with ${exitCode}`).join(', ')}`,
      ]
    : [];
}

function endFaults({ chore, task }: Case): string[] {
  const end = endOf(task);
  if (end === chore.end) return [];
  const why = task.status.error ?? validated(task)?.message ?? '';
  return [`ended ${end}, not ${chore.end}${why ? `: ${why.split('\n')[0]}` : ''}`];
}

function reasonFaults({ chore, task }: Case): string[] {
  if (endOf(task) !== chore.end || chore.reasons.length === 0) return [];
  const reason = task.status.phase === 'Completed' ? validated(task)?.reason : task.status.reason;
  return chore.reasons.includes(reason ?? '')
    ? []
    : [`the reason is ${reason ?? 'absent'}, not ${chore.reasons.join(' or ')}`];
}

/** What failed must be said: in the error, or in the new failures of a check. */
function nameFaults({ chore, task }: Case): string[] {
  if (endOf(task) !== chore.end) return [];
  const said = [
    task.status.error ?? '',
    JSON.stringify(task.status.checks ?? []),
    validated(task)?.message ?? '',
  ];
  const absent = chore.names.filter((name) => !said.some((text) => text.includes(name)));
  const unlogged = chore.logged.filter((name) => !(task.status.logs ?? '').includes(name));
  return [...absent, ...unlogged].map((name) => `${JSON.stringify(name)} is not named`);
}

/** What a person runs must have been run; a task that ended before its checks has none. */
function commandFaults({ repository, task }: Case): string[] {
  const end = endOf(task);
  if (end !== 'proven' && end !== 'unproven' && end !== 'broken') return [];
  const commands = (task.status.checks ?? []).map(({ command, name }) => command ?? name);
  return repository.checks
    .map(({ run, task: wanted = run }) => wanted)
    .filter((wanted) => !commands.some((command) => command.includes(wanted)))
    .map((wanted) => `${wanted} was not run; run were: ${commands.join(', ') || 'no checks'}`);
}

/** A pull request may not say more than was proved. */
function claimFaults(found: Case): string[] {
  const { hand, task } = found;
  if (!task.pullRequest) return [];
  const condition = validated(task);
  const passed = (task.status.checks ?? []).filter(({ result }) => result === 'passed');
  const red = handChecks(found).filter(isRed);
  const wasGreen = (step: HandStep): boolean =>
    hand.base?.find(({ command }) => command === step.command)?.exitCode === 0;
  const first = task.pullRequest.trimStart().split('\n')[0] ?? '';
  return [
    ...(condition?.status === 'True' && passed.length === 0
      ? ['Validated is True though no check passed']
      : []),
    ...(condition?.status === 'True' && UNPROVEN.includes(condition.reason ?? '')
      ? [`Validated is True with ${condition.reason}`]
      : []),
    ...(condition?.status !== 'True' && !/prove|draft/i.test(task.pullRequest)
      ? [`the pull request does not say that it is unproven: ${first}`]
      : []),
    ...red
      .filter(wasGreen)
      .map(
        ({ command }) =>
          `a pull request, though by hand ${command} passes before the change and fails after it`,
      ),
  ];
}

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? '';

const RULES: readonly (readonly [Fault['kind'], (found: Case) => string[]])[] = [
  ['data', dataFaults],
  ['end', endFaults],
  ['end', reasonFaults],
  ['names', nameFaults],
  ['commands', commandFaults],
  ['claim', claimFaults],
];
