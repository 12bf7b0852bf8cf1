import type { RepoFiles } from '../check.ts';
import { HOLE } from '../shell-values.ts';

/** More sessions of one file are not taken. */
const MAX_SESSIONS = 10;
/** A function that nox runs: its decorators, the last of which stands directly above it. */
const NOX_SESSION = /^@(?:nox\.)?session\b([^\n]*)\n(?:[@ \t)\]][^\n]*\n|\n)*?def (\w+)\(/gm;
/** What builds, releases, measures or writes rather than judges. */
const NO_PROOF =
  /(^|[-_:])(docs?|build|release|publish|bench\w*|coverage|cov|cover|requirements|lock|update|dev|serve|fix|fmt|format|clean|changelog|audit|secrets|security|license\w*)($|[-_:])/i;
/** Sessions that are called after what they prove. */
const PROOF =
  /(^|[-_])(tests?|unit|lint\w*|style|flake8|ruff|typ(es?|ing|echeck)|type-?check|mypy|pyright|check)($|[-_])/i;
/** An environment of tox that judges the source without running the tests. */
const TOX_JUDGE =
  /^\[(?:testenv|env):([\w-]*(?:lint|style|flake8|typing|types|typecheck|mypy|pyright)[\w-]*)\]((?:\n(?!\[).*)*)/gm;

/** The sessions of a noxfile that run by default and are called after what they prove. */
function noxSessions(files: RepoFiles): string[] {
  const text = files.read('noxfile.py') ?? '';
  const names = [...text.matchAll(NOX_SESSION)].flatMap(([, options = '', name = '']) =>
    /\bdefault\s*=\s*False/.test(options)
      ? []
      : [/\bname\s*=\s*["']([\w.-]+)["']/.exec(options)?.[1] ?? name],
  );
  return [...new Set(names)]
    .filter((name) => PROOF.test(name) && !NO_PROOF.test(name))
    .slice(0, MAX_SESSIONS);
}

/** The environments of tox.ini that judge the source; not those that call pre-commit, which is asked for by itself. */
function toxJudges(files: RepoFiles): string[] {
  const text = files.read('tox.ini') ?? '';
  const listed = /^env_?list\s*=((?:.*\n)(?:[ \t]+.*\n)*)/m.exec(text)?.[1] ?? '';
  return [...text.matchAll(TOX_JUDGE)].flatMap(([, name = '', body = '']) =>
    new RegExp(`(^|[\\s,])${name}($|[\\s,])`).test(listed) && !/\bpre-commit\b/.test(body) ? [name] : [],
  );
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
