import type { RepoFiles } from '../check.ts';
import { HOLE, ROOT, ShellValues } from '../shell-values.ts';
import { subRepo } from '../repo-files.ts';
import { ruleFor } from '../tools/table.ts';
import { shellSteps, type ShellStep } from '../shell.ts';
import { usefulVariables } from './environment.ts';
import { SELECTS, type Variables } from './github-env.ts';
import type { JobTrail, TrailLine } from './job-trail.ts';
import { joinDir, wayToRoot } from './places.ts';
import { sessionsOf } from './sessions.ts';
import { needsBash, withoutIdioms } from './shell-idioms.ts';
import { powerShellLines, scriptFile, scriptText, type RepoScript } from './repo-script.ts';
import {
  withoutDefaults,
  withoutHoles,
  withoutShards,
  withoutUploads,
  withThisPython,
} from './word-holes.ts';

/** The limit of Check.run. */
const MAX_RUN = 1_024;
/** Scripts that call scripts are followed up to here. */
const MAX_SCRIPTS = 3;
const ANYWHERE = new Set(['HOME', 'PWD', 'PATH', 'TMPDIR', 'CI', 'USER']);
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Where a block of shell runs. */
export interface BlockPlace {
  /** The file and line of the block's line (from 0), e.g. `.github/workflows/ci.yml:23`. */
  source: (line: number) => string;
  /** Relative to the root, empty for the root itself. */
  dir: string;
  step: string | undefined;
  /** Variables that CI sets. */
  variables: Variables;
  isPowerShell?: boolean;
}

/**
 * Takes the commands of a shell block that could be run elsewhere: variables that CI sets are filled in, scripts of the repository
 * are read. Left out are those whose failure is swallowed, that hang on a condition, or that need what only a run of CI knows.
 */
export function readBlock(script: string, place: BlockPlace, trail: JobTrail): void {
  readLines(script, { ...place, trail, block: trail.openBlock(), depth: 0, wrapper: '' });
}

interface Block extends BlockPlace {
  trail: JobTrail;
  block: number;
  depth: number;
  wrapper: string;
}

function readLines(script: string, block: Block): void {
  const env = [...block.variables.env, ...block.trail.env];
  const values = new ShellValues(
    [...VALUES, ...env],
    env.map(([name]) => name),
  );
  if (block.isPowerShell) {
    for (const { line, run } of powerShellLines(script)) readBlockLine(run, line, block, values);
    return;
  }
  for (const step of shellSteps(withoutIdioms(script), values)) readStep(step, block);
}

/** What GitHub and others set on each machine. */
const VALUES: readonly (readonly [string, string])[] = [
  ['GITHUB_WORKSPACE', ROOT],
  ['RUNNER_WORKSPACE', ROOT],
  ['CI_PROJECT_DIR', ROOT],
  ['RUNNER_TEMP', '${TMPDIR:-/tmp}'],
  ['RUNNER_OS', 'Linux'],
  ['RUNNER_ARCH', 'X64'],
  ['OSTYPE', 'linux-gnu'],
  ['GITHUB_EVENT_NAME', 'pull_request'],
  ['GITHUB_ACTIONS', 'true'],
];

function readBlockLine(run: string, line: number, block: Block, values: ShellValues): void {
  for (const step of shellSteps(run, values)) readStep({ ...step, line: line + step.line }, block);
}

function readStep(step: ShellStep, block: Block): void {
  const { trail } = block;
  if (step.words.length === 0 || /^(export|readonly|declare|local)$/.test(step.words[0] ?? '')) return;
  if (setsForLater(step, trail)) return;
  readSessions(step, block);
  const placed = placeOf(step, block);
  if (placed === undefined) return trail.skip(step.text);
  const { run, dir, words } = placed;
  const script = step.inner.length === 0 ? scriptFile(words, dir, trail.facts.files) : undefined;
  if (script && block.depth < MAX_SCRIPTS && readScript(script, dir, step, block)) return;
  const isWrapped = block.wrapper === '' || run.startsWith(`${block.wrapper} `);
  trail.add({ ...lineOf(step, block), run: isWrapped ? run : `${block.wrapper} ${run}`, dir });
}

const lineOf = (step: ShellStep, block: Block): Omit<TrailLine, 'run' | 'dir'> => ({
  source: block.source(step.line),
  step: block.step,
  env: variablesFor(step, block),
  block: block.block,
});

/** What a line stands for, as lines of their own. */
function readSessions(step: ShellStep, block: Block): void {
  const dir = step.swallowed || step.conditional ? undefined : folderOf(step, block.dir);
  const { files } = block.trail.facts;
  if (dir === undefined) return;
  for (const run of sessionsOf(step.text, dir === '' ? files : subRepo(files, dir)))
    block.trail.add({ ...lineOf(step, block), run, dir });
}

/** A command and its folder as they can be run elsewhere; undefined where they cannot. */
function placeOf(step: ShellStep, block: Block): { run: string; dir: string; words: string[] } | undefined {
  const dir = folderOf(step, block.dir);
  if (step.swallowed || step.conditional || dir === undefined) return undefined;
  const run = plainText(step, dir);
  const words = run === undefined ? [] : (shellSteps(run)[0]?.words ?? []);
  if (run === undefined || isUnselected(words, block.variables)) return undefined;
  const fetched = fetchedProgram(words, dir, block.trail.facts.files);
  if (fetched === undefined) return { run, dir, words };
  return { run: run.replace(words[0] ?? '', fetched), dir, words: [fetched, ...words.slice(1)] };
}

/** A known program that CI fetched into the checkout: here it is the one on the PATH. */
function fetchedProgram([first = '', ...args]: string[], dir: string, files: RepoFiles): string | undefined {
  const name = /^(?:\.\/(?:bin\/)?|bin\/)([\w-]+)$/.exec(first)?.[1];
  const isKnown = name !== undefined && ruleFor(name, args)?.kind !== undefined;
  return isKnown && !files.has(joinDir(dir, first) ?? '') ? name : undefined;
}

/** The variables that CI sets for a command, without those that its text holds already. */
function variablesFor(step: ShellStep, { variables, trail }: Block): [string, string][] {
  const set = new Map([...variables.env, ...trail.env, ...step.values.exported()]);
  return usefulVariables(
    [...set].filter(([name]) => !step.variables.includes(name) && !variables.versions.has(name)),
  );
}

/** True for tox and nox without the variable that CI selects with: they would run all they know. */
const isUnselected = (words: readonly string[], { open }: Variables): boolean =>
  words.some((word) => /^(tox|nox)$/.test(word)) && [...open].some((name) => SELECTS.test(name));

function folderOf({ dir }: ShellStep, base: string): string | undefined {
  if (dir === undefined) return undefined;
  return dir.startsWith(ROOT) ? joinDir('', `.${dir.slice(ROOT.length)}`) : joinDir(base, dir);
}

/** Where CI's machine keeps its programs: here they are on the PATH. */
const TOOL_FOLDER =
  /^((?:\w+=\S* )*)(?:~|\/|"?\$\{?(?:HOME|GOPATH)\b\}?|"?\$\(go env GOPATH\))"?[\w./-]*\/bin\/(?=[\w.-]+(?:\s|$))/;

/** The command with its variables filled in; undefined when something is left that only CI knows. */
function plainText({ text, values }: ShellStep, dir: string): string | undefined {
  const line = text
    .replace(/(?<!\s)(?:\s*\\\n)+\s*/g, ' ')
    .trim()
    .replace(TOOL_FOLDER, '$1');
  const filled = values.fill(withThisPython(line, values));
  // A program whose name the shell makes is in a place that only CI's machine has.
  if (filled.open.some((name) => !ANYWHERE.has(name)) || /^"?\$\(/.test(line)) return undefined;
  const run = withoutHoles(withoutDefaults(withoutUploads(withoutShards(filled.text))), HOLE)
    ?.replaceAll(ROOT, wayToRoot(dir))
    .trim()
    // `exec` is a shell builtin. Behind a wrapper such as `uv run` it cannot be run as a program.
    .replace(/^exec (?!-)/, '');
  if (run === undefined || run === '' || run.length > MAX_RUN || CONTROL.test(run)) return undefined;
  return needsBash(run) ? undefined : run;
}

/** `echo "A=1" >> $GITHUB_ENV` sets a variable for the steps after it. */
function setsForLater({ text, values }: ShellStep, { env }: JobTrail): boolean {
  const match = /^echo\s+["']?(\w+)=(.*?)["']?\s*>>\s*"?\$\{?GITHUB_ENV\b/.exec(text);
  if (!match) return false;
  const { text: value, open } = values.fill(match[2] ?? '');
  if (open.length === 0 && !/[$`]/.test(value) && !value.includes(HOLE)) env.set(match[1] ?? '', value);
  return true;
}

/** A script that moves files away and back, or edits them, is one command. */
const MOVES_FILES = /^[ \t]*(mv|sed -i\S*|git (stash|apply)) /m;

/** Reads a script of the repository in place of its call; false when nothing in it is known to prove anything. */
function readScript(script: RepoScript, dir: string, step: ShellStep, block: Block): boolean {
  const inner: Block = {
    ...block,
    source: (line) => `${script.path}:${line + 1} of ${block.source(step.line)}`,
    dir,
    variables: { ...block.variables, env: [...block.variables.env, ...step.values.exported()] },
    isPowerShell: script.isPowerShell,
    depth: block.depth + 1,
    wrapper: [block.wrapper, script.wrapper].filter(Boolean).join(' '),
  };
  if (MOVES_FILES.test(script.text)) return false;
  const trial = block.trail.fork();
  readLines(scriptText(script, dir), { ...inner, trail: trial });
  if (!trial.isProving) return false;
  readLines(scriptText(script, dir), inner);
  return true;
}
