import type { CheckResult, SessionSpec, Usage } from '../api/types.ts';
import { taskTitle, withoutCiSwitches } from './commit-message.ts';
import { checkSection } from './check-section.ts';
import type { RoomKind } from './report.ts';
import { block, cell, line, words } from './markdown.ts';
import { READ_FIRST_WORDS, type ReadFirst, type ReadFirstWhy } from './read-first.ts';
import { agentOf } from './task.ts';
import { clip } from './text.ts';
import { isProven, type Verdict } from './verdict.ts';

/** All that a pull request tells of its task. Texts may come from hostile places: they are made harmless here. */
export interface PullRequestFacts {
  name: string;
  project: string;
  creator: string;
  createdAt: string;
  spec: SessionSpec;
  checks: readonly CheckResult[];
  /** What the checks together prove. */
  verdict: Verdict;
  /** The commit that the checks ran on, and the one the change now stands on when the base moved meanwhile. */
  checkedBase: string;
  base: string;
  /** What kept the repository's programs apart from what judges them. */
  room: RoomKind;
  diff: { files: number; added: number; removed: number };
  usage?: Usage;
  summary?: string;
  retry?: { count: number; of: string };
  pageUrl?: string;
  /** Files of the change that a reviewer reads before others. */
  readFirst?: ReadFirst;
  /** The repository's template of pull requests, as its base has it. */
  template?: string;
}

/** The first sentence or line of the instructions, as a summary of at most 72 characters. */
function summaryOf(spec: SessionSpec): string {
  const text = spec.pullRequest?.title ?? (spec.prompt ?? '').trim().split(/\n|(?<=[.!?])\s/)[0] ?? '';
  return clip(line(text).replace(/[.]$/, ''), spec.pullRequest?.title ? 200 : 72);
}

/** `[Background Task] <name>: <summary>`, or a conventional title in front of the marker; at most 256 characters. */
export function pullRequestTitle(facts: Pick<PullRequestFacts, 'name' | 'spec'>): string {
  // A squash makes it the commit's message.
  return withoutCiSwitches(
    taskTitle(facts.name, summaryOf(facts.spec), 256, facts.spec.pullRequest?.title !== undefined),
  );
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function usageLine(usage: Usage | undefined): string | undefined {
  if (!usage || usage.turns === undefined) return undefined;
  const tokens = `${usage.inputTokens ?? 0} input and ${usage.outputTokens ?? 0} output tokens`;
  const cost = usage.costUSD === undefined ? '' : `, $${usage.costUSD.toFixed(4)}`;
  return `${counted(usage.turns, 'turn')}, ${tokens}${cost}${usage.model ? `, ${cell(usage.model)}` : ''}`;
}

/** What the reader of a pull request is told of the sandbox. */
const SANDBOX: Record<RoomKind, string> = {
  bwrap: 'bubblewrap; the checks ran in a room of their own, on a fresh checkout of the change',
  seatbelt: 'Seatbelt; the checks ran on a fresh checkout of the change',
  container: "the pod's container; the checks ran on a fresh checkout of the change",
  none: 'none: proved without a sandbox. A hostile repository or agent can forge these results',
};

function auditRows(facts: PullRequestFacts): [string, string | undefined][] {
  const parameters = Object.entries(facts.spec.parameters ?? {}).map(([name, value]) =>
    cell(`${name}=${value}`),
  );
  return [
    ['Task', cell(facts.name)],
    ['Project', cell(facts.project)],
    ['Creator', cell(facts.creator)],
    ['Created', facts.createdAt],
    ['Agent', cell(agentOf(facts).type)],
    ['Command', facts.spec.agent?.run ? cell(facts.spec.agent.run) : undefined],
    ['Template', facts.spec.templateId ? cell(facts.spec.templateId) : undefined],
    ['Parameters', parameters.length > 0 ? parameters.join(', ') : undefined],
    ['Diff', `${counted(facts.diff.files, 'file')}, +${facts.diff.added} −${facts.diff.removed}`],
    ['Usage', usageLine(facts.usage)],
    ['Retry', facts.retry ? `${facts.retry.count} of ${cell(facts.retry.of)}` : undefined],
    ['Checked on', facts.base === facts.checkedBase ? cell(facts.base.slice(0, 12)) : movedBase(facts)],
    ['Sandbox', SANDBOX[facts.room]],
    ['Task page', facts.pageUrl ? `<${facts.pageUrl}>` : undefined],
  ];
}

const movedBase = (facts: PullRequestFacts): string =>
  `${cell(facts.checkedBase.slice(0, 12))}; the base moved to ${cell(facts.base.slice(0, 12))} afterwards and the change was rebased cleanly, without running the checks again`;

/** Files of one reason that are named. */
const NAMED = 20;

function readFirstSection(files: ReadFirst | undefined): string[] {
  const rows = Object.entries(files ?? {}).flatMap(([why, paths]) => {
    if (paths.length === 0) return [];
    const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
    return [
      `- ${READ_FIRST_WORDS[why as ReadFirstWhy]}: ${paths.slice(0, NAMED).map(cell).join(', ')}${more}`,
    ];
  });
  return rows.length > 0 ? ['## Read these files first', '', ...rows, ''] : [];
}

/** The pull request's text, Markdown. */
export function pullRequestBody(facts: PullRequestFacts): string {
  const audit = auditRows(facts).flatMap(([name, value]) => (value ? [`| ${name} | ${value} |`] : []));
  return [
    ...(isProven(facts.verdict)
      ? []
      : [`⚠️ **This change is not proved.** ${words(line(facts.verdict.message))}`, '']),
    ...(facts.template ? [facts.template.trim(), '', '---', ''] : []),
    'Automated changes from background task',
    '',
    '## Validation results',
    '',
    checkSection(facts.checks, facts.verdict),
    '',
    ...readFirstSection(facts.readFirst),
    '## Instructions',
    '',
    block(facts.spec.prompt ?? ''),
    '',
    ...(facts.summary ? ["## The agent's summary", '', block(facts.summary), ''] : []),
    '## Audit trail',
    '',
    '| | |',
    '|---|---|',
    ...audit,
    '',
  ].join('\n');
}
