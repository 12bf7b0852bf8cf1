import type { Link } from './links.ts';

export interface Snapshot {
  commit: string;
  /** Paths that differ from the base, as gitPaths has them, sorted as git sorts them. */
  paths: string[];
  /** Repositories inside the checkout, edited submodules among them: no part of the change. */
  nested: string[];
  /** Ignored files that the agent added by itself, with git's --force: part of the change. */
  forced: string[];
  /** Lock files that the install command created. They are left out of the change. */
  locks: string[];
  /** Submodules that the agent put at another commit: part of the change. */
  moved: Link[];
  /** Files that belong into Git LFS, of which the commit has the pointers. */
  large: Set<string>;
  /** Files over the limit, without which a change is kept that is not published. */
  leftOut: string[];
}

/** What differs from the base. */
export interface Survey extends Omit<Snapshot, 'commit' | 'paths'> {
  /** Files to take as they are now. */
  added: string[];
  /** Tracked paths to leave out. */
  gone: string[];
}

/** A survey that found nothing. */
export const emptySurvey = (): Survey => ({
  added: [],
  gone: [],
  nested: [],
  forced: [],
  locks: [],
  moved: [],
  large: new Set(),
  leftOut: [],
});
