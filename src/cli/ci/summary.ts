import type { AgenticSession, CheckResult } from '../../api/types.ts';
import { checkSection } from '../../domain/check-section.ts';
import { checkTitle } from '../../domain/check-words.ts';
import { block, cell, line, words } from '../../domain/markdown.ts';
import { phaseOf, prUrlOf, repositoryOf, taskName, validationOf } from '../../domain/task.ts';
import { clip } from '../../domain/text.ts';
import { isWorse, NO_VERDICT, type Verdict, VERDICT_REASONS } from '../../domain/verdict.ts';
import { failuresOf } from '../failed-checks.ts';
import { endWords } from '../end-words.ts';

/** Checks whose failing lines are shown, and characters of a cell. */
const SHOWN = 10;
const MAX_CELL = 500;

const SIGN: Partial<Record<string, string>> = { Completed: '✅', Failed: '❌', Timeout: '❌' };

/** A link that Markdown cannot read in another way; as text where that is not sure. */
const link = (url: string): string =>
  /^https:\/\/[\w.-]+(?::\d+)?\/[\w./~+-]*$/.test(url) ? `<${url}>` : cell(clip(url, MAX_CELL));

function verdictOf(task: AgenticSession): Verdict {
  const { reason, message } = validationOf(task) ?? {};
  const known = VERDICT_REASONS.find((each) => each === reason);
  return known ? { reason: known, message: message ?? '' } : NO_VERDICT;
}

function facts(task: AgenticSession): string[] {
  const [repo] = task.status?.repos ?? [];
  const url = prUrlOf(task);
  const rows: [string, string | undefined][] = [
    ['Pull request', url && link(url)],
    ['Project', cell(task.metadata.namespace)],
    ['Repository', cell(clip(repositoryOf(task), MAX_CELL))],
    ['Commit', repo?.commit && cell(repo.commit)],
  ];
  return [
    '| | |',
    '|---|---|',
    ...rows.flatMap(([name, value]) => (value ? [`| ${name} | ${value} |`] : [])),
  ];
}

function failures(check: CheckResult, log: readonly string[]): string[] {
  const lines = failuresOf(check, log);
  return lines.length === 0
    ? []
    : ['', `**${words(line(checkTitle(check.name)))}**`, '', block(lines.join('\n'))];
}

/** The summary of a task that ended, for a job's page: its checks as the pull request shows them, and why what failed failed. Markdown, at most about 300 kB. */
export function summaryOf(task: AgenticSession, log: readonly string[]): string {
  const { checks = [] } = task.status ?? {};
  const phase = phaseOf(task);
  const verdict = verdictOf(task);
  const unproven = phase === 'Completed' && validationOf(task)?.proven === false;
  const failed = checks.filter(isWorse);
  const left = failed.length - SHOWN;
  return [
    `### ${SIGN[unproven ? '' : phase] ?? '⚠️'} Background task ${words(line(taskName(task)))}: ${phase}`,
    '',
    ...(phase === 'Completed' ? [] : [words(line(endWords(task))), '']),
    ...(unproven ? [`⚠️ **This change is not proved.** ${words(line(verdict.message))}`, ''] : []),
    ...facts(task),
    '',
    checks.length === 0 && phase !== 'Completed' ? 'No check ran.' : checksText(task, verdict),
    ...failed.slice(0, SHOWN).flatMap((check) => failures(check, log)),
    ...(left > 0 ? ['', `The failing lines of ${left} more checks are in the log.`] : []),
    '',
    '',
  ]
    .join('\n')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

const checksText = (task: AgenticSession, verdict: Verdict): string =>
  task.status?.reason === 'NoChanges' && !task.status.checks?.length
    ? 'No changes were needed, so no check ran.'
    : checkSection(task.status?.checks ?? [], verdict);
