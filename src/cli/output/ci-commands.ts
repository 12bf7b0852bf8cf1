/** Variables by which a CI says that it runs us, and reads what we print for commands. */
const CI_VARIABLES = ['CI', 'GITHUB_ACTIONS', 'TF_BUILD', 'TEAMCITY_VERSION'];

/** True where what is printed is read by a CI. Its variables have other values than `false` and `0` there. */
const isCi = (env: NodeJS.ProcessEnv): boolean =>
  CI_VARIABLES.some((name) => !['', '0', 'false'].includes((env[name] ?? '').toLowerCase()));

/**
 * Where a command begins. GitHub's runner: `::` after white space at a line's beginning (ActionCommand.TryParseV2), and `##[` anywhere in a line (TryParse).
 * Azure's agent: `##vso[` anywhere in a line (Command.TryParse), and `##[` for formats. TeamCity: `##teamcity[`, taken for one anywhere in a line.
 */
const LINE_COMMAND = /^([^\S\n]*):(?=:)/gm;
const COMMAND = /##(?=\[|vso\[|teamcity\[)/gi;

/**
 * A text of which no CI takes a line for a command: a space breaks what would begin one. Invisible characters are to be out of the text before: .NET's search
 * passes over them. The text is as it was outside of CI.
 */
export const withoutCiCommands = (text: string, env: NodeJS.ProcessEnv): string =>
  isCi(env) ? text.replace(LINE_COMMAND, '$1: ').replace(COMMAND, '## ') : text;
