import type { Check, CheckKind, CiCommand, RepoFiles } from '../check.ts';
import { choose, labelOf, withoutParts, type Candidate } from '../candidate.ts';
import { kindOfName, kindOfVerb } from '../kind-of-name.ts';
import { ecosystemsIn } from '../plugs.ts';
import { RepoFacts } from '../ci/repo-facts.ts';
import { scriptFile } from '../ci/repo-script.ts';
import { readPythonProject, type PythonProject } from '../ecosystems/python/project.ts';
import { inEnvironment } from '../ecosystems/python/runner.ts';
import { isForOtherMachine } from '../other-machine.ts';
import { isInCi } from '../prefer-ci.ts';
import { readCommand, type Reading } from '../read-command.ts';
import { scriptCalls } from '../script-calls.ts';
import { shellSteps } from '../shell.ts';
import { unwrap } from '../unwrap.ts';
import { targetRunners } from './target-files.ts';

/** Jobs and steps that prove something else than the source, whatever else their name says. */
const OTHER_PURPOSE =
  /\b(upload|install|set-?up|publish|deploy|docs?|documentation|e2e|end-to-end|integration|docker|images?|containers?|browsers?|bench(marks?)?|fuzz\w*|release|cache|summary|results?|report|annotat\w+|comment|coverage|codecov|prepare|download|build|changelog|backport|nightly|smoke|perf(ormance)?|debug|logs?|artifacts?|licen[cs]es?|commit|messages?|titles?|pr)\b/i;
/** Steps whose commands need another machine, a browser or much time, whatever the command is called. */
const SPECIAL =
  /\b(e2e|end-to-end|integration|external|smoke|nightly|browsers?|docker|bench(marks?)?|fuzz\w*|perf(ormance)?|deploy|publish|release|upload|install)\b/i;
/** Words of a command that makes something or prepares, rather than judges. */
const PREPARES =
  /^(.*[/:_-])?(build|install|setup|download|fetch|generate|gen|compile|deploy|publish|release|upload|start|serve|docs?|clean|bench(mark)?s?|login|configure|init|prepare|bootstrap|migrate|seed|cache|update|upgrade|sync|restore|e2e|integration|external|network|docker|deps|autogen|autoreconf|coverage)([.:_-].*)?$/i;
/** Programs that move files, fetch or report: never a check by the name of their job. */
const NEVER =
  /^(type|command|chmod|chown|mv|cp|ln|rm|mkdir|touch|sed|awk|tee|twine|sleep|curl|wget|git|gh|hub|tar|unzip|zip|gpg|openssl|brew|choco|conda|mamba|micromamba|pip|pip3|uv|npm|pnpm|yarn|bun|corepack|nvm|rustup|pyenv|rbenv|asdf|mise|sdk|find|xargs|jq|yq|envsubst|df|free|nproc|codecov|coveralls|goveralls|cc-test-reporter|cmake|meson|ninja|configure|cc|gcc|clang|rustc|javac|kotlinc|scalac|elixirc|erlc|ghc|ocamlc|opam|stack|cabal|ghcup|nix|nix-shell|source|\.|python|python3|node|perl|ruby|java|pod|bundle|gem|composer|go|cargo|mvn|gradle|dotnet|mix|dart|flutter|swift|deno)$/;
/** Programs above whose script may judge when the command itself is called so: `python tools/lint.py`. */
const INTERPRETER = /^(python|python3|node|perl|ruby|cargo|go|deno|java)$/;
/** What a fuzzer or a measurement is called: its target, or its job. */
const MEASURES = /fuzz|(^|[\s:/_-])(bench(mark(s|ing)?)?|stress|soak)($|[\s:/_.-])/i;
/** Build systems that fetch what they need from the network; a second one beside what proves already adds nothing. */
const OTHER_BUILD = /^(bazel|bazelisk|buck2?|pants|please|xmake|b2|bjam|scons|waf|premake\d*)$/;
/** A condition of the shell that ends the script as failed. */
const ENDS_BADLY = /\bif\b[^]*\bexit ([1-9]|"?\$\{?[a-z])/i;
/** A whole word that means a kind in a command: `./runtest`, `bazel test`, `scripts/check-format.sh`. */
const RUNS_TESTS = /^(.*[/:._-])?(run-?_?)?(all-?_?)?(unit-?_?)?tests?([.:_-].*)?$/i;

type Proof = 'lint' | 'typecheck' | 'test';
const isProof = (kind: CheckKind | undefined): kind is Proof =>
  kind === 'lint' || kind === 'typecheck' || kind === 'test';

/**
 * The last word on what CI runs: commands of programs that belong to no ecosystem of this folder, and commands that no rule
 * knows, by their own words, by the name of their step or by the name of their job. Where CI proves a kind already, the names of
 * steps and jobs add nothing to it. Pure.
 */
export function ciLines(files: RepoFiles, ci: readonly CiCommand[], known: readonly Check[]): Check[] {
  const proven = new Set(known.filter(isInCi).map(({ kind }) => kind));
  const active = new Set(ecosystemsIn(files));
  const facts = new RepoFacts(files);
  const runners = targetRunners(files).map(({ program }) => program);
  const here = ci
    .filter((command) => !isForOtherMachine(command))
    .map((command) => ({ command, reading: readCommand(command.run) }))
    .map(({ command, reading }) => ({ ...command, command, reading, kind: reading.kind }));
  const readings = withoutParts(here).filter(({ command, reading }) => {
    const isTarget = runners.some((program) => new RegExp(`^(.* )?g?${program} `).test(`${command.run} `));
    return (
      !isTarget &&
      !callsScript(command, facts) &&
      !isFetched(command, files) &&
      !reading.ecosystems.some((name) => active.has(name))
    );
  });
  const byRule = readings.flatMap(({ command, reading }) => candidateOf(command, ruleKind(reading)));
  const unknown = readings
    .filter(
      ({ reading, command }) =>
        isUnknown(reading) && !CHANGES.test(command.run) && !tellsCi(command, files) && !namesOther(command),
    )
    .map(({ command }) => command);
  const plain = unknown.filter(({ step, job, run }) => !SPECIAL.test(step ?? '') && !isMeasuring(run, job));
  const python = active.has('python') ? readPythonProject(files, ci) : undefined;
  const isInside = ({ run }: Candidate): boolean => active.size === 1 || programAndWord(run)[0] === 'python';
  const byOwnWords = plain
    .map((command) => ({ command, kind: kindOfWords(command.run) }))
    .filter(({ command, kind }) => kind === undefined || !proven.has(kind) || !isOtherBuild(command.run))
    .flatMap(({ command, kind }) => candidateOf(command, kind));
  const byWords = plain.flatMap((command) =>
    candidateOf(command, kindByTitle(command) ?? kindOfWords(command.run)),
  );
  const covered = new Set([...byRule, ...byWords].map(({ kind }) => kind));
  const byJob = lastOfJobs(unknown).flatMap((command) => {
    const kind = kindOfTitle(command.job);
    return kind !== undefined && covered.has(kind) ? [] : candidateOf(command, kind);
  });
  const guessed = [...byWords, ...byJob].filter(({ kind }) => !proven.has(kind));
  const judging = plain.flatMap((command) => candidateOf(command, kindOfVerdict(command, facts)));
  const own = [...guessed, ...byOwnWords, ...judging];
  return choose([...byRule, ...own.map((one) => (python && isInside(one) ? inside(python, one) : one))]);
}

/** Words of a command that changes what is on the machine, and a program that is told yes to all it asks. */
const CHANGES =
  /^yes \||(^|[\s:_-])(uninstall|switch|(de)?activate|destroy|purge|wipe|rollback|teardown|deploy|publish|release|login|upload)(?=\s|$)/;

/** A script that only sets outputs for later steps is not a check. */
const TELLS_CI = /\b(circleci|buildkite-agent) [a-z]|\$\{?GITHUB_(OUTPUT|ENV)\b/;

const tellsCi = ({ run }: CiCommand, files: RepoFiles): boolean =>
  TELLS_CI.test(scriptFile(shellSteps(run)[0]?.words ?? [], '', files)?.text ?? '');

/** True for a command whose first word says that it looks at no source: `tool commit-message validate`. */
const namesOther = ({ run }: CiCommand): boolean => /^commit-messages?$/.test(programAndWord(run)[1]);

const isMeasuring = (run: string, job = ''): boolean => MEASURES.test(run) || MEASURES.test(job);

const isOtherBuild = (run: string): boolean => OTHER_BUILD.test(programAndWord(run)[0]);

/** A program of a Python repository finds its packages where the project's own environment is. */
const inside = (project: PythonProject, candidate: Candidate): Candidate =>
  /\b(uv|poetry|pdm|hatch|pipenv|tox|nox) |\.venv\//.test(candidate.run)
    ? candidate
    : { ...candidate, run: inEnvironment(project, candidate.run) };

/** A script of the repository that ends with `exit 1` behind a condition judges, in a job or a step that is called so. */
function kindOfVerdict({ run, job, step }: CiCommand, { files }: RepoFacts): Proof | undefined {
  const words = shellSteps(run)[0]?.words ?? [];
  const script = scriptFile(words, '', files);
  if (script === undefined || PREPARES.test(baseOf(script.path))) return undefined;
  const judges = readCommand(script.text).unknown > 0 && ENDS_BADLY.test(script.text);
  return judges ? (kindOfTitle(step) ?? kindOfTitle(job?.replace(/^.*: /, ''))) : undefined;
}

/** A script of a manifest, which its ecosystem knows. */
const callsScript = ({ run }: CiCommand, facts: RepoFacts): boolean =>
  (scriptCalls(shellSteps(run)[0]?.words ?? [], facts.scriptsFor('', run))?.names.length ?? 0) > 0;

/** A known tool in a folder that the repository does not have: an earlier step fetched it. */
function isFetched({ run, before }: CiCommand, files: RepoFiles): boolean {
  const path = (shellSteps(run)[0]?.words[0] ?? '').replace(/^\.\//, '');
  const isThere = files.has(path) || /^(node_modules|vendor|\.venv|bin)\//.test(path);
  return path.includes('/') && !isThere && (before ?? []).length === 0;
}

const ruleKind = ({ kind, refusal, writes }: Reading): Proof | undefined =>
  isProof(kind) && refusal === undefined && !writes ? kind : undefined;

const isUnknown = ({ kind, refusal, unknown, writes }: Reading): boolean =>
  kind === undefined && refusal === undefined && unknown > 0 && !writes;

function candidateOf({ run, source }: CiCommand, kind: Proof | undefined): Candidate[] {
  if (kind === undefined) return [];
  return [{ kind, label: labelOf(run), run, evidence: `${source} runs it`, ci: true }];
}

/** By the title of the step, but for a command that says itself that it prepares. */
function kindByTitle({ run, step }: CiCommand): Proof | undefined {
  const [tool, first] = programAndWord(run);
  if (kindOfWords(run) !== undefined) return kindOfTitle(step) ?? kindOfWords(run);
  const prepares =
    /^(type|command|chmod|chown)$/.test(tool) || [tool, first].some((word) => PREPARES.test(baseOf(word)));
  return prepares ? undefined : kindOfTitle(step);
}

/** The program of a command and its first plain argument, empty where there is none. */
function programAndWord(run: string): [tool: string, first: string] {
  const { tool, args } = unwrap(shellSteps(run)[0]?.words ?? []);
  return [tool, args.find((word) => !word.startsWith('-')) ?? ''];
}

/** What a job or a step is called after, e.g. `Run unit tests`; undefined when it names something else too. */
function kindOfTitle(title: string | undefined): Proof | undefined {
  if (title === undefined || OTHER_PURPOSE.test(title)) return undefined;
  const words = title
    .trim()
    .toLowerCase()
    .replace(/[^\w]+/g, '-');
  const kind = kindOfName(words);
  if (isProof(kind)) return kind;
  return /^(checks?|ci|verify|validate)$/.test(words) ? 'test' : undefined;
}

/** The kind that the words of a command name; its program, its script or its first argument. */
function kindOfWords(run: string): Proof | undefined {
  const words = shellSteps(run)[0]?.words ?? [];
  const { tool, args } = unwrap(words);
  const isMake = /^g?make$/.test(tool);
  // A target with a path is a file that is made.
  const plain = args.filter((word) => !/^[-+]|=/.test(word) && !(isMake && /[/.]/.test(word))).slice(0, 2);
  if (NEVER.test(tool) && !INTERPRETER.test(tool)) return undefined;
  const asked = words.some((word) => word.includes('/')) && !isMake ? askedFor(args) : undefined;
  if (asked !== undefined) return asked;
  const named = [...(INTERPRETER.test(tool) ? [] : [tool]), ...plain];
  const verb = named.map((word) => kindOfVerb(baseOf(word).replace(/\.\w+$/, ''))).find(isProof);
  if (verb !== undefined) return verb;
  if (named.some((word) => PREPARES.test(baseOf(word)))) return undefined;
  if (named.some((word) => RUNS_TESTS.test(baseOf(word)))) return 'test';
  const kind = named.map((word) => kindOfName(baseOf(word).replace(/\.\w+$/, ''))).find(isProof);
  if (kind !== undefined) return kind;
  return isMake && plain.some((word) => /^check$/.test(word)) ? 'test' : undefined;
}

/** A script that does many things is told which: `./build.sh -a test`. The last such word counts. */
function askedFor(args: readonly string[]): Proof | undefined {
  const word = args.filter((one) => /^[a-z]+$/.test(one)).at(-1) ?? '';
  const kind = /^(tests?|check|lint|typecheck)$/.test(word) ? kindOfName(word) : undefined;
  return isProof(kind) ? kind : word === 'check' ? 'test' : undefined;
}

const baseOf = (word: string): string => word.slice(word.lastIndexOf('/') + 1);

/** The last command of each job that could judge: what stands before it prepares. */
function lastOfJobs(unknown: readonly CiCommand[]): CiCommand[] {
  const last = new Map<string, CiCommand>();
  for (const command of unknown) {
    const words = programAndWord(command.run);
    const [tool] = words;
    if (command.job === undefined || NEVER.test(tool) || words.some((word) => PREPARES.test(baseOf(word))))
      continue;
    if (OTHER_PURPOSE.test(command.step ?? '')) continue;
    last.set(`${command.source.replace(/:\d+$/, '')} ${command.job}`, command);
  }
  return [...last.values()];
}
