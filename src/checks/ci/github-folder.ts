import { posix } from 'node:path';
import { ROOT } from '../shell-values.ts';
import { fillIn, type Contexts } from './expression.ts';
import { joinDir } from './places.ts';
import type { YamlView } from './yaml-view.ts';

const ROOT_AT_START = new RegExp(`^(${ROOT}|\\$GITHUB_WORKSPACE)/?`);

/** A folder as it is written: known expressions are filled in, unknown ones stay, the workspace's own name is left out. */
const written = (text: string, contexts: Contexts): string =>
  posix
    .normalize(fillIn(text, contexts, (hole) => hole.replace(/\s/g, '')).replace(ROOT_AT_START, './'))
    .replace(/\/$/, '');

export const isCheckout = (step: YamlView): boolean => /(^|\/)checkout@/.test(step.textAt('uses') ?? '');

/** True for a checkout of another repository than the one that the workflow stands in. */
function namesRepository(step: YamlView): boolean {
  const other = step.textAt('with', 'repository') ?? '';
  return other !== '' && !/github\.(repository|event\.pull_request\.head\.repo\.full_name)\b/.test(other);
}

/** The folder that a checkout fills with another repository; undefined for any other checkout. */
export function foreignFolder(step: YamlView, contexts: Contexts, home: string): string | undefined {
  const path = step.textAt('with', 'path');
  return path === undefined || !namesRepository(step) ? undefined : folderOf(path, contexts, home);
}

/**
 * Where a job checks its repository out, relative to the workspace: the `path` of its first checkout without another repository.
 * Empty for the workspace itself. Expressions that only a run of CI knows stay as they are: folders may be written with the same ones.
 */
export function homeOf(steps: readonly YamlView[], contexts: Contexts): string {
  const own = steps.find((step) => isCheckout(step) && !namesRepository(step));
  const path = written(own?.textAt('with', 'path') ?? '', contexts);
  return path === '.' ? '' : path;
}

/** A working folder below the repository's root (empty: the root); undefined when only a run of CI knows it. */
export function folderOf(text: string, contexts: Contexts, home: string): string | undefined {
  const path = written(text, contexts);
  if (home !== '' && path === home) return '';
  return joinDir('', home !== '' && path.startsWith(`${home}/`) ? path.slice(home.length + 1) : path);
}
