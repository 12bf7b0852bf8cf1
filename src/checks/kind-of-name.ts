import type { CheckKind } from './check.ts';

const part = (words: string): RegExp => new RegExp(`(^|[:._-])(${words})($|[:._-])`, 'i');
const JUDGES_FORMAT = new RegExp(
  '(^|[:._-])((format|fmt|formatting|prettier|prettify|style)[:._-]?(check|verify|lint|ci)|(check|verify|lint)[:._-]?(format|fmt|formatting|prettier|style))($|[:._-])',
  'i',
);
const TYPE_NAMES =
  'type[:._-]?checks?|types?|typing|check[:._-]?types?|test[:._-]types?|tsc|mypy|pyright|phpstan|psalm|dialyzer';
const LINT_NAMES =
  'lint|lints|linters?|linting|eslint|stylelint|clippy|vet|rubocop|flake8|ruff|phpcs|checkstyle|style|analyze';

const TABLE: readonly (readonly [RegExp, CheckKind])[] = [
  [JUDGES_FORMAT, 'lint'],
  [part(TYPE_NAMES), 'typecheck'],
  [part(LINT_NAMES), 'lint'],
  [part('tests?|regressions?|unit|specs?|unittests?|pytest|phpunit|jest|vitest|mocha'), 'test'],
  [part('format|fmt|prettier|prettify'), 'format'],
];

/** What a script or target is called after. Names mislead: ask only when its commands say nothing. */
export const kindOfName = (name: string): CheckKind | undefined =>
  TABLE.find(([pattern]) => pattern.test(name))?.[1];

const VERB = /^(check|verify|validate)[:._-]\S|[:._-](check|verify)$|^style$/i;
/** Names of checks that do not examine source code: links, versions, pull request texts, releases. */
const OTHER_OBJECT =
  /links?|urls?|(^|[:._-])(prs?|title|commits?|messages?|changelogs?|changesets?|news|dco|cla|labels?|releases?|publish|versions?|outdated|updates?|upgrades?|audit|sizes?|bundle|coverage|deploy|docker|images?|msrv|minver|min(imal|imum)?[-_]?versions?|semver|env|environment|health|install|installed|tools?|deps|dependencies|services?|network|status|site|website|docs?|pages)($|[:._-])/i;

/**
 * A name that says that something is checked, e.g. `check-license`: a linter, unless it says more (`check-types`). For what CI
 * runs only: CI vouches that it judges the source.
 */
export function kindOfVerb(name: string): Exclude<CheckKind, 'install' | 'format'> | undefined {
  if (!VERB.test(name) || OTHER_OBJECT.test(name)) return undefined;
  const kind = kindOfName(name);
  return kind === 'typecheck' || kind === 'test' ? kind : 'lint';
}
