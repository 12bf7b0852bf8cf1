import type { Check, RepoFiles } from './check.ts';
import { targetRunners } from './common/target-files.ts';
import { parseJsonObject, stringMap } from './ecosystems/node/package.ts';
import { plugs } from './plugs.ts';
import { folderOf } from './programs.ts';
import { subRepo } from './repo-files.ts';
import { scriptCalls, type Scripts } from './script-calls.ts';
import { shellSteps } from './shell.ts';
import { MAX_LINE, ruleFor } from './tools/table.ts';
import { unwrap } from './unwrap.ts';

/** At most so many scripts are followed: a check that people write calls fewer. */
const MAX_SCRIPTS = 100;

/**
 * Returns what marks a check, and what runs before it, that downloads what it needs while it runs: Maven, Gradle, tox, `pip install`.
 * It has to reach the registries even where no install step precedes it. Scripts of package.json and targets of make, just and Task
 * are followed. Pure; takes linear time.
 */
export function downloadMarks(files: RepoFiles): (check: Check) => Check {
  const known = new Map<string, Scripts[]>();
  const sourcesIn = (dir: string): Scripts[] => {
    const found = known.get(dir) ?? scriptSources(dir === '' ? files : subRepo(files, dir));
    known.set(dir, found);
    return found;
  };
  const mark = <T extends { run: string }>(step: T): T & { downloads?: true } =>
    downloads(step.run, sourcesIn(folderOf(step.run))) ? { ...step, downloads: true } : step;
  return (check) =>
    check.kind === 'install'
      ? check
      : { ...mark(check), ...(check.before && { before: check.before.map(mark) }) };
}

const scriptSources = (files: RepoFiles): Scripts[] => [
  stringMap(parseJsonObject(files.read('package.json'))?.['scripts']),
  ...targetRunners(files).map(({ targets }) => targets),
];

function downloads(run: string, sources: readonly Scripts[]): boolean {
  const seen = new Set([run]);
  for (const text of seen) {
    if (seen.size > MAX_SCRIPTS) return false;
    for (const words of shellSteps(text.slice(0, MAX_LINE)).flatMap((step) => [step.words, ...step.inner])) {
      if (isDownload(words)) return true;
      for (const called of sources.flatMap((scripts) => calledBy(words, scripts))) seen.add(called);
    }
  }
  return false;
}

function calledBy(words: readonly string[], scripts: Scripts): string[] {
  const calls = scriptCalls(unassigned(words), scripts);
  return calls ? [...calls.names.flatMap((name) => scripts.get(name) ?? []), ...calls.commands] : [];
}

/** Without the variables that stand before a command. */
function unassigned(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => !/^\w+=/.test(word));
  return at < 0 ? [] : words.slice(at);
}

const isListed = (name: string, args: readonly string[]): boolean =>
  plugs().downloads.some(
    ([program, pattern]) =>
      program === name && (pattern?.test(` ${args.join(' ')} `.slice(0, MAX_LINE)) ?? true),
  );

function isDownload(words: readonly string[]): boolean {
  const [first = '', ...rest] = unassigned(words);
  const { tool, args } = unwrap([first, ...rest]);
  return (
    ruleFor(tool, args)?.kind === 'install' ||
    isListed(tool, args) ||
    isListed(first.slice(first.lastIndexOf('/') + 1), rest)
  );
}
