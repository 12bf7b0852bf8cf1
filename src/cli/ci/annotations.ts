import type { AgenticSession, CheckResult } from '../../api/types.ts';
import { placesIn } from '../../checks/results/places.ts';
import { checkFailure, checkTitle } from '../../domain/check-words.ts';
import { phaseOf, taskName, unprovenWords } from '../../domain/task.ts';
import { isWorse } from '../../domain/verdict.ts';
import { failuresOf, folderOf } from '../failed-checks.ts';
import { endWords } from '../end-words.ts';
import type { Annotation } from './system.ts';

/** Lines of a check's output in a note that names no file. */
const SHOWN = 8;

/** What the failing lines of a check say, a note for each line of a file; one note without a file where they name none. */
function ofCheck(check: CheckResult, log: readonly string[]): Annotation[] {
  const failures = failuresOf(check, log);
  const title = checkTitle(check.name);
  const places = placesIn(failures, folderOf(check));
  if (places.length > 0) return places.map((place) => ({ level: 'error', title, ...place }));
  const { name, command = '', exitCode, seconds, tests } = check;
  const names = tests?.newFailures ?? [];
  const lines = names.length > 0 ? names : failures;
  const message = [checkFailure(name, command, exitCode, seconds), ...lines.slice(0, SHOWN)].join('\n');
  return [{ level: 'error', title, message }];
}

/** The first of each list, then the second of each: a linter with many findings does not hide the tests. */
function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const most = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: most }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

/** What a CI system is told of a task that ended: the failures of its checks, or why it ended without success. */
export function annotationsOf(task: AgenticSession, log: readonly string[]): Annotation[] {
  const title = `Task ${taskName(task)}`;
  const unproven = unprovenWords(task);
  if (unproven) return [{ level: 'warning', title, message: unproven }];
  if (phaseOf(task) === 'Completed') return [];
  const failed = (task.status?.checks ?? []).filter(isWorse);
  if (failed.length > 0) return inTurns(failed.map((check) => ofCheck(check, log)));
  return [{ level: 'error', title, message: endWords(task) }];
}

/** `host/owner/name` of the URL of a repository; undefined for a folder. */
function repositoryKey(url: string): string | undefined {
  const [, host, path] =
    /^(?:https?|ssh):\/\/(?:[^/@]*@)?([^/:]+)(?::\d+)?\/(.+)$/.exec(url) ??
    /^[^/@]+@([^/:]+):(.+)$/.exec(url) ??
    [];
  return host && path ? `${host}/${path.replace(/\/$|(?:\.git)?\/?$/, '')}`.toLowerCase() : undefined;
}

/** Notes without a file where the files of the CI system's job are those of another repository. What is said of it names the file. */
export function inRepository(
  annotations: readonly Annotation[],
  own: string | undefined,
  url: string,
): Annotation[] {
  const [here, there] = [own && repositoryKey(own), repositoryKey(url)];
  if (!here || !there || here === there) return [...annotations];
  return annotations.map(({ level, title, message, path, line }) => ({
    level,
    title,
    message: path ? `${path}:${line}: ${message}` : message,
  }));
}
