import type { CheckResult, SessionSpec, Usage } from '../api/types.ts';
import { withoutCiSwitches } from './commit-message.ts';
import { checkWord } from './check-words.ts';
import { clip, plainText } from './text.ts';

/** All that a pull request tells of its task. Texts may come from hostile places: they are made harmless here. */
export interface PullRequestFacts {
  name: string;
  project: string;
  creator: string;
  createdAt: string;
  spec: SessionSpec;
  checks: readonly CheckResult[];
  /** The commit that the checks ran on, and the one the change now stands on when the base moved meanwhile. */
  checkedBase: string;
  base: string;
  diff: { files: number; added: number; removed: number };
  usage?: Usage;
  summary?: string;
  retry?: { count: number; of: string };
  pageUrl?: string;
}

const line = (text: string): string => plainText(text).replace(/\s+/g, ' ').trim();

/** The first sentence or line of the instructions, as a summary of at most 72 characters. */
function summaryOf(spec: SessionSpec): string {
  const text = spec.pullRequest?.title ?? (spec.prompt ?? '').trim().split(/\n|(?<=[.!?])\s/)[0] ?? '';
  return clip(line(text).replace(/[.]$/, ''), spec.pullRequest?.title ? 200 : 72);
}

/** `[Background Task] <name>: <summary>`, at most 256 characters. */
export function pullRequestTitle(facts: Pick<PullRequestFacts, 'name' | 'spec'>): string {
  const summary = summaryOf(facts.spec);
  // A squash makes it the commit's message.
  return withoutCiSwitches(clip(`[Background Task] ${facts.name}${summary ? `: ${summary}` : ''}`, 256));
}

/** Text as a Markdown code block that it cannot leave; mentions and issue references in it stay without effect. */
function block(text: string): string {
  const clean = plainText(text).trimEnd();
  const longest = Math.max(2, ...[...clean.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${clean}\n${fence}`;
}

/** Text as inline code: what is in it stays without effect. */
function code(text: string): string {
  // Two backticks with nothing between would open a span that another's backticks close.
  const clean = line(text) || ' ';
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${clean}${pad}${fence}`;
}

/** Inline code in a table's cell. A backslash before a pipe would take the pipe's own escape away. */
const cell = (text: string): string => code(line(text).replace(/\\(?=\|)/g, '\\ ')).replaceAll('|', '\\|');

/** Words as they are; anything that Markdown or GitHub could act on as inline code. */
const words = (text: string): string => (/^[A-Za-z0-9 ,()-]+$/.test(text) ? text : code(text));

const cellWords = (text: string): string => (words(text) === text ? text : cell(text));

const MARK = { passed: '✅', failed: '❌', skipped: '⏭️' } as const;

function checkSection(checks: readonly CheckResult[]): string {
  if (checks.length === 0)
    return 'No checks were found in this repository, so none ran. Name them in `.bgtask.yaml` or with `--check`.';
  const verdicts = checks.map(
    (check) =>
      `${MARK[check.result]} ${words(checkWord(line(check.name)))} ${words(line(check.note || check.result))}`,
  );
  const rows = checks.map((check) => {
    const note = check.note ? ` (${cellWords(line(check.note))})` : '';
    const time = check.seconds === undefined ? '' : `${check.seconds.toFixed(1)} s`;
    return `| ${cell(check.name)} | ${check.command ? cell(check.command) : ''} | ${MARK[check.result]} ${check.result}${note} | ${time} |`;
  });
  return [verdicts.join(' · '), '', '| Check | Command | Result | Time |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function usageLine(usage: Usage | undefined): string | undefined {
  if (!usage || usage.turns === undefined) return undefined;
  const tokens = `${usage.inputTokens ?? 0} input and ${usage.outputTokens ?? 0} output tokens`;
  const cost = usage.costUSD === undefined ? '' : `, $${usage.costUSD.toFixed(4)}`;
  return `${counted(usage.turns, 'turn')}, ${tokens}${cost}${usage.model ? `, ${cell(usage.model)}` : ''}`;
}

function auditRows(facts: PullRequestFacts): [string, string | undefined][] {
  const parameters = Object.entries(facts.spec.parameters ?? {}).map(([name, value]) =>
    cell(`${name}=${value}`),
  );
  return [
    ['Task', cell(facts.name)],
    ['Project', cell(facts.project)],
    ['Creator', cell(facts.creator)],
    ['Created', facts.createdAt],
    ['Agent', cell(facts.spec.agent?.type ?? 'claude')],
    ['Template', facts.spec.templateId ? cell(facts.spec.templateId) : undefined],
    ['Parameters', parameters.length > 0 ? parameters.join(', ') : undefined],
    ['Diff', `${counted(facts.diff.files, 'file')}, +${facts.diff.added} −${facts.diff.removed}`],
    ['Usage', usageLine(facts.usage)],
    ['Retry', facts.retry ? `${facts.retry.count} of ${cell(facts.retry.of)}` : undefined],
    ['Checked on', facts.base === facts.checkedBase ? cell(facts.base.slice(0, 12)) : movedBase(facts)],
    ['Task page', facts.pageUrl ? `<${facts.pageUrl}>` : undefined],
  ];
}

const movedBase = (facts: PullRequestFacts): string =>
  `${cell(facts.checkedBase.slice(0, 12))}; the base moved to ${cell(facts.base.slice(0, 12))} afterwards and the change was rebased cleanly, without running the checks again`;

/** The pull request's text, Markdown. */
export function pullRequestBody(facts: PullRequestFacts): string {
  const audit = auditRows(facts).flatMap(([name, value]) => (value ? [`| ${name} | ${value} |`] : []));
  return [
    'Automated changes from background task',
    '',
    '## Validation results',
    '',
    checkSection(facts.checks),
    '',
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
