import type { AgenticSession } from '../api/types.ts';
import { LABEL } from '../api/names.ts';
import {
  agentOf,
  baseBranchOf,
  creatorOf,
  phaseOf,
  repositoryOf,
  retryCountOf,
  taskName,
  timeoutOf,
} from '../domain/task.ts';
import { isReason } from '../domain/reasons.ts';
import { span, testFigures } from '../domain/figures.ts';
import { stepLabel, stepSeconds } from '../domain/steps.ts';
import { age, humanDuration } from './output/age.ts';
import { reasonPage } from './reason-page.ts';
import { durationOf } from './task-duration.ts';

type Row = [label: string, value: string | undefined];

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map(indent)];
}

function rows(pairs: readonly Row[]): string[] {
  return pairs.flatMap(([label, value]) => (value ? [`${`${label}:`.padEnd(16)}${value}`] : []));
}

function usageText(task: AgenticSession): string | undefined {
  const { turns, inputTokens, outputTokens, costUSD, model } = task.status?.usage ?? {};
  if (turns === undefined) return undefined;
  const cost = costUSD === undefined ? '' : `, $${costUSD.toFixed(4)}`;
  return `${turns} turns, ${inputTokens ?? 0} tokens in, ${outputTokens ?? 0} out${cost}${model ? `, ${model}` : ''}`;
}

function keptText({ status }: AgenticSession): string | undefined {
  const { location, files = 0, added = 0, removed = 0, note } = status?.change ?? {};
  if (!location) return note;
  return `${files} ${files === 1 ? 'file' : 'files'}, +${added} -${removed}, ${location}${note ? `. ${note}` : ''}`;
}

function identity(task: AgenticSession, now: Date): Row[] {
  const { metadata, spec, status = {} } = task;
  const retries = retryCountOf(task);
  return [
    ['Task', taskName(task)],
    ['Project', metadata.namespace],
    ['Object', metadata.name],
    ['Phase', phaseOf(task)],
    ['Reason', status.reason],
    ['Error', status.error],
    ['Help', isReason(status.reason) ? reasonPage(status.reason) : undefined],
    ['Progress', `${status.progress ?? 0}%${status.currentPhase ? `, ${status.currentPhase}` : ''}`],
    ['Creator', creatorOf(task)],
    ['Repository', repositoryOf(task)],
    ['Base branch', baseBranchOf(task) ?? "the repository's default"],
    ['Agent', agentOf(task).type],
    ['Template', spec.templateId],
    [
      'Parameters',
      Object.entries(spec.parameters ?? {})
        .map(([name, value]) => `${name}=${value}`)
        .join(', '),
    ],
    ['Retry', retries > 0 ? `${retries} of ${metadata.labels?.[LABEL.retryOf] ?? ''}` : undefined],
    ['Created', `${metadata.creationTimestamp ?? ''} (${age(metadata.creationTimestamp, now)} ago)`],
    ['Duration', durationOf(task, now)],
    ['Time limit', humanDuration(timeoutOf(task) * 1000)],
    ['Usage', usageText(task)],
    ['Log archive', status.logArchive],
    ['Kept change', keptText(task)],
  ];
}

function published(task: AgenticSession): string[] {
  const repo = task.status?.repos?.[0];
  if (!repo) return [];
  return rows([
    ['Pull request', repo.prUrl],
    ['Opened', repo.prCreatedAt],
    ['Branch', repo.branch],
    ['Commit', repo.commit],
    [
      'Diff',
      repo.files === undefined
        ? repo.status
        : `${repo.files} ${repo.files === 1 ? 'file' : 'files'}, +${repo.added ?? 0} -${repo.removed ?? 0}`,
    ],
  ]);
}

function checks(task: AgenticSession): string[] {
  return (task.status?.checks ?? []).map((check) => {
    const seconds = check.seconds === undefined ? '' : `  ${check.seconds.toFixed(1)} s`;
    const tests = check.tests ? `  ${testFigures(check.tests)}` : '';
    return `${check.result.padEnd(8)}${check.name.padEnd(14)}  ${check.command ?? ''}${check.note ? ` (${check.note})` : ''}${tests}${seconds}`;
  });
}

/** The steps that have begun, with their times: the beginning by the clock, and how long each took. */
const steps = (task: AgenticSession): string[] =>
  (task.status?.steps ?? []).map((step) => {
    const seconds = stepSeconds(step);
    return `${stepLabel(step.name).padEnd(24)}${step.startedAt}  ${seconds === undefined ? 'under way' : span(seconds)}`;
  });

const conditions = (task: AgenticSession): string[] =>
  (task.status?.conditions ?? []).map(
    (each) =>
      `${each.type.padEnd(12)}${each.status.padEnd(8)}${(each.reason ?? '').padEnd(20)}${each.message ?? ''}`,
  );

/** Lines of the log that describe shows. */
const LOG_LINES = 10;

/** Everything about a task, for a person. Its texts still have to be made safe for a terminal. */
export function describeTask(task: AgenticSession, now: Date): string {
  const log = (task.status?.logs ?? '').trimEnd().split('\n').filter(Boolean).slice(-LOG_LINES);
  return [
    ...rows(identity(task, now)),
    ...section('Instructions', (task.spec.prompt ?? '').trim().split('\n')),
    ...section('Published', published(task)),
    ...section('Steps', steps(task)),
    ...section('Checks', checks(task)),
    ...section('Conditions', conditions(task)),
    ...section('Log (end)', log),
    '',
  ].join('\n');
}
