import type { Check, RepoFiles } from '../../checks/check.ts';
import { parseJsonObject, stringMap } from '../../checks/ecosystems/node/package.ts';
import { readCommand } from '../../checks/read-command.ts';
import { shellSteps } from '../../checks/shell.ts';

/** Words that a shell answers itself (POSIX 2.14 and 2.9.1.1, and bash's `source`). */
const BUILTINS = new Set(
  (
    ': . [ alias bg break cd command continue echo eval exec exit export false fg getopts hash jobs kill local printf pwd ' +
    'read readonly return set shift source test times trap true type ulimit umask unalias unset wait'
  ).split(' '),
);
/** Calls that another folder's package.json, or the runner's own flags, decide. */
const ELSEWHERE =
  /(^|\s)(cd|-C|-w|-F|-r|--(dir|cwd|prefix|workspaces?|filter|recursive|if-present))([\s=]|$)/;
const RUNS_SCRIPT = /^(?:npm|pnpm|bun|yarn) run(?:-script)? ([\w:.-]+)/;

/** What a check needs that is not there, as a sentence; undefined when all is there. */
export interface ScriptNeeds {
  files: RepoFiles;
  /** True when a shell finds the program, `node_modules/.bin` counted. */
  isInstalled: (program: string) => boolean;
}

/**
 * Follows a check through the scripts of package.json and says what stops it from starting: a script that does not exist, or a script's program that
 * is not installed. Call it after dependencies are installed. Pure but for `isInstalled`.
 */
export function missingInScripts(check: Check, { files, isInstalled }: ScriptNeeds): string | undefined {
  if (ELSEWHERE.test(check.run)) return undefined;
  const manifest = parseJsonObject(files.read('package.json'));
  if (!manifest) return undefined;
  const scripts = stringMap(manifest['scripts']);
  const named = RUNS_SCRIPT.exec(check.run)?.[1];
  if (named !== undefined && !scripts.has(named))
    return `package.json has no script ${JSON.stringify(named)}, which ${check.run} runs`;
  for (const name of readCommand(check.run, scripts).calls) {
    const program = programsIn(scripts.get(name) ?? '').find((each) => !isInstalled(each));
    if (program !== undefined)
      return `${program} is not installed, which the script ${JSON.stringify(name)} of package.json runs`;
  }
  return undefined;
}

/** The programs that a script starts itself, by name: unconditionally, in its own folder. */
function programsIn(script: string): string[] {
  return shellSteps(script).flatMap(({ words: [program = ''], conditional, swallowed, dir }) =>
    conditional || swallowed || dir !== '' || !/^[\w@][\w.@+-]*$/.test(program) || BUILTINS.has(program)
      ? []
      : [program],
  );
}
