import type { RepoFiles } from '../check.ts';
import { noxFunctions, toxEnvironments } from '../common/tox-nox.ts';
import { HOLE } from '../shell-values.ts';

/** More sessions of one file are not taken. */
const MAX_SESSIONS = 10;
/** What builds, releases, measures or writes rather than judges. */
const NO_PROOF =
  /(^|[-_:])(docs?|build|release|publish|bench\w*|coverage|cov|cover|requirements|lock|update|dev|serve|fix|fmt|format|clean|changelog|audit|secrets|security|license\w*)($|[-_:])/i;
/** Sessions that are called after what they prove. */
const PROOF =
  /(^|[-_])(tests?|unit|lint\w*|style|flake8|ruff|typ(es?|ing|echeck)|type-?check|mypy|pyright|check)($|[-_])/i;
/** What environments of tox that judge the source without running the tests are called. */
const TOX_JUDGE = /lint|style|flake8|typing|types|typecheck|mypy|pyright/;

/** The sessions of a noxfile that run by default and are called after what they prove. */
function noxSessions(files: RepoFiles): string[] {
  const names = noxFunctions(files.read('noxfile.py') ?? '').flatMap(({ name, session }) =>
    session === undefined || /\bdefault\s*=\s*False/.test(session)
      ? []
      : [/\bname\s*=\s*["']([\w.-]+)["']/.exec(session)?.[1] ?? name],
  );
  return [...new Set(names)]
    .filter((name) => PROOF.test(name) && !NO_PROOF.test(name))
    .slice(0, MAX_SESSIONS);
}

/** The environments of tox.ini that judge the source; not those that call pre-commit, which is asked for by itself. */
function toxJudges(files: RepoFiles): string[] {
  const text = files.read('tox.ini') ?? '';
  const listed = new Set((/^env_?list\s*=((?:.*\n)(?:[ \t]+.*\n)*)/m.exec(text)?.[1] ?? '').split(/[\s,]+/));
  return toxEnvironments(text)
    .filter(({ name, body }) => listed.has(name) && TOX_JUDGE.test(name) && !/\bpre-commit\b/.test(body))
    .map(({ name }) => name);
}

const CHOSEN_BY_CI = new RegExp(
  `^((?:[\\w./-]+ )*)nox(?: -[\\w-]+)*? (?:-s|-e|--sessions?)[ =]["']?[^\\s"']*${HOLE}`,
);
const ALL_OF_TOX =
  /^((?:\w+ (?:run |-m )?)?)tox(?: run(?:-parallel)?| r| p)?(?: (?!-[efm]\b)-{1,2}[\w=-]+)*$/;

/**
 * What a line that leaves the choice to CI or to the file stands for: the sessions of nox where CI computes their names, and beside
 * the whole of tox its environments that lint or check types. Empty for any other line.
 */
export function sessionsOf(line: string, files: RepoFiles): string[] {
  const nox = CHOSEN_BY_CI.exec(line);
  if (nox) return noxSessions(files).map((name) => `${nox[1] ?? ''}nox -s ${name}`);
  const tox = ALL_OF_TOX.exec(line);
  return tox ? toxJudges(files).map((name) => `${tox[1] ?? ''}tox -e ${name}`) : [];
}
