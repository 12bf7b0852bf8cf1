import { isBeyond } from '../beyond-checkout.ts';
import type { CheckKind } from '../check.ts';
import { kindOfName, kindOfVerb } from '../kind-of-name.ts';
import type { Reading } from '../read-command.ts';
import { scriptCalls } from '../script-calls.ts';
import { shellSteps } from '../shell.ts';
import type { Refusal } from '../tools/rule.ts';
import { unwrap } from '../unwrap.ts';
import { scriptFile } from './repo-script.ts';
import type { RepoFacts } from './repo-facts.ts';

/**
 * What a line of a CI job is to the lines after it: a proof of its own, an install, a preparation that they need, a change of the
 * machine, something that leaves nothing behind, or unknown.
 */
export type Role = 'proof' | 'install' | 'prepare' | 'machine' | 'quiet' | 'unknown';

export interface LineRole {
  role: Role;
  kind: CheckKind | undefined;
  /** The ecosystems whose dependencies it installs; none for other roles. */
  installs: readonly string[];
  /** True where the lines after it may need what it leaves: an install, a preparation, or a script of package.json whose commands are unknown. */
  leaves: boolean;
  /** The known programs that it runs. */
  tools: readonly string[];
  /** Why it cannot run in a plain checkout. */
  refusal?: Refusal;
}

/** Names of scripts, targets and files that make what others need. */
const MAKES =
  /(^|[:/._-])(\w*build|builds|compile|bundle|transpile|generate|gen|codegen|protoc?|prisma|bootstrap|configure|autogen|prebuild|prepare|pretest|dist|assets|wasm|native|grammar|dll|deps|vendor|i18n|locales?)($|[:/._\d-])/i;
const NEVER_MADE =
  /(^|[:/._-])(docs?|site|website|storybook|docker|image|release|publish|deploy|bench|benchmarks?|analy[sz]e|size)($|[:/._-])/i;
const QUIET =
  /^(echo|printf|ls|cat|head|tail|which|whoami|pwd|env|printenv|date|df|du|free|nproc|uname|hostname|sleep|true|false|:|test|\[|\[\[|exit|set|export|unset|source|\.|ulimit|shopt|trap|wait|kill|diff|grep|file|tree|find|git|gh|codecov|coveralls|nyc|reviewdog|corepack|nvm|jq)$/;
const FILE_WORK = /^(cp|mkdir|touch|ln|mv)$/;
const MACHINE =
  /^(npm|pnpm|yarn) .*(\s-g|\s--global|\sglobal add)\b|^(cargo|go|gem|pipx|brew|choco|rustup|sdk|asdf|conda|mamba) |^uv (tool|python) |^(curl|wget)\b|^(chmod|chown) [^ ]* \/|^corepack /;
/** Puts what was built where the machine's programs are. */
const INSTALLS_BUILD =
  /^(cmake .*(--install\b|(--target|-t)[ =]install\b)|(ninja|meson)\b.* install\b|cargo install\b.* --path\b)/;
/** Programs whose tests build by themselves what they need. */
const BUILDS_ITSELF = /^(cargo|go|gradle|swift|zig|mix|bazel|bazelisk|rebar3|lein|sbt) /;
const BUILDERS: readonly RegExp[] = [
  /^make( -\S+| \w+=\S*)*$/,
  /^(autoreconf|configure|autogen|bootstrap|meson|ninja|cmake|qmake|scons|phpize)\b/,
  /^(protoc|buf generate|sqlc generate|mockgen|wire|templ generate|graphql-codegen|prisma generate|wasm-pack build|maturin (develop|build)|cython|tsc(?!.* --noEmit)|tsup|rollup|vite build|webpack|esbuild|gulp build|svelte-kit sync|panda codegen|nuxi prepare|nuxt prepare|lerna run build)\b/,
  /^(turbo|nx|lage|moon)\b.*\bbuild\b/,
  /^python .*(setup\.py (build|build_ext|develop)|compileall)/,
  /^go (generate|build .*-o) /,
  /^cargo build\b.*(--bin|--bins|-p|--package|--example|--examples)\b/,
  /^mvn .*\b(install|package|compile|generate-sources|generate-test-sources)\b/,
  /^dotnet (build|restore|tool restore)\b/,
  /^(dune build|opam install|stack build|cabal (build|update)|nimble build|dart pub get|flutter pub get|dart run build_runner|elm make|bundle exec rake compile|rake compile|crystal build|shards install|luarocks (make|install)|perl Makefile\.PL|perl Build\.PL|cpanm)\b/,
];

/** Finds out what a line is; `run` is the command as it stands in `dir`. */
export function lineRole(run: string, dir: string, facts: RepoFacts): LineRole {
  const words = shellSteps(run)[0]?.words ?? [];
  const { tool, args } = unwrap(words);
  const line = [tool, ...args].join(' ');
  const reading = facts.reading(dir, defaultTarget(line, dir, facts) ?? run);
  const { role, kind } = roleAndKind(reading, { run, dir, words, tool, args, line }, facts);
  const isOpaque = role === 'unknown' && kind === undefined && isOpaqueScript(words, dir, facts);
  const leaves = role === 'prepare' || role === 'install' || isOpaque;
  const isRefused = (role === 'quiet' || role === 'machine') && isBeyond(reading.refusal);
  return {
    role,
    kind,
    installs: role === 'install' ? reading.ecosystems : [],
    tools: reading.tools,
    leaves,
    ...(isRefused && { refusal: reading.refusal }),
  };
}

/** Scripts that report, serve or look at something else than the source: no test needs them. */
const NOT_NEEDED =
  /(^|[:/._-])(reports?|cov(erage)?|stats?|audit|upload|start|serve|server|dev|watch|demo|examples?|e2e|cypress|playwright|commitlint|changelog|version|licen[cs]es?|clean|info|notify|debug|links?|login)($|[:/._-])/i;

const CALLS_SCRIPTS = /^(npm|pnpm|pn|yarn|bun|npx|bunx|pnpx|run-s|npm-run-all2?)$/;

/** True for a call of scripts of package.json whose names and commands are all unknown. */
function isOpaqueScript(words: readonly string[], dir: string, facts: RepoFacts): boolean {
  const scripts = facts.scriptsFor(dir, words.join(' '));
  const names = CALLS_SCRIPTS.test(words[0] ?? '') ? scriptCalls(words, scripts)?.names : undefined;
  return (
    names !== undefined &&
    names.length > 0 &&
    names.every(
      (name) =>
        scripts.has(name) &&
        kindOfName(name) === undefined &&
        ![NEVER_MADE, NOT_NEEDED].some((pattern) => pattern.test(name)),
    )
  );
}

/** What `make` alone makes: the first target. */
function defaultTarget(line: string, dir: string, facts: RepoFacts): string | undefined {
  if (!/^make( -\S+| \w+=\S*)*$/.test(line)) return undefined;
  const [first] = facts.scriptsFor(dir, 'make').keys();
  return first === undefined ? undefined : `make ${first}`;
}

interface Line {
  run: string;
  dir: string;
  words: readonly string[];
  tool: string;
  args: readonly string[];
  line: string;
}

function roleAndKind(
  { kind, refusal }: Reading,
  { run, dir, words, tool, args, line }: Line,
  facts: RepoFacts,
): Pick<LineRole, 'role' | 'kind'> {
  if (refusal === 'deploys, publishes or changes a machine' || changesMachine(run, line))
    return { role: 'machine', kind };
  const name = calledName(words, dir, facts);
  if (kind === 'install') return installing(name, isBeyond(refusal));
  if (isBuild(line, name, args))
    return { role: isPackaging(words, dir, facts) ? 'unknown' : 'prepare', kind };
  if (kind !== undefined && !refusal) return { role: 'proof', kind };
  const role = WAITS.test(name ?? tool) || writesFile(run) ? 'quiet' : roleOfTool(tool, args);
  return role === undefined ? guessed({ kind, refusal }, name) : { role, kind };
}

/** What is called by a name says what it does where nothing else does. */
function guessed(
  { kind, refusal }: Pick<Reading, 'kind' | 'refusal'>,
  name: string | undefined,
): Pick<LineRole, 'role' | 'kind'> {
  const named = kind ?? (name === undefined ? undefined : namedKind(name));
  return { role: refusal ? 'quiet' : 'unknown', kind: named };
}

/** A target that installs first and judges then, as `test: deps` does, is a proof. */
function installing(name: string | undefined, isRefused: boolean): Pick<LineRole, 'role' | 'kind'> {
  const judged = name === undefined || /install|deps|setup/i.test(name) ? undefined : namedKind(name);
  if (judged === undefined) return { role: 'install', kind: 'install' };
  return { role: isRefused ? 'quiet' : 'proof', kind: judged };
}

/** Programs that wait for a server. */
const WAITS = /(^|\/)wait[-_]?(for|on)([-_.]|$)/;

/** True for an unknown command whose output becomes a file. */
const writesFile = (run: string): boolean => /(^|\s)>>?\s*(?!\/dev\/null|&)[\w./"$-]/.test(run);

/** True for a line that puts what was built where the machine's programs are. */
export const installsBuild = (run: string): boolean => INSTALLS_BUILD.test(run);

const changesMachine = (run: string, line: string): boolean =>
  PIPED_TO_SHELL.test(run) || INSTALLS_BUILD.test(line);

const PIPED_TO_SHELL = /\|\s*(sudo\s+)?(ba|z)?sh\b/;

/** What a program does that proves nothing; undefined where it is not known. */
function roleOfTool(tool: string, args: readonly string[]): Role | undefined {
  if (MACHINE.test([tool, ...args].join(' '))) return 'machine';
  const onlyTells = args.some((word) => /^(--?version|-V|--help)$/.test(word));
  if (QUIET.test(tool) || onlyTells || tool === '') return 'quiet';
  return FILE_WORK.test(tool) && args.every((word) => !/^[/~]|\.\.|\$/.test(word)) ? 'prepare' : undefined;
}

const namedKind = (name: string): CheckKind | undefined => {
  const kind = kindOfVerb(name) ?? kindOfName(name);
  return kind === 'format' ? undefined : kind;
};

/** The script, target or file that a line calls. */
function calledName(words: readonly string[], dir: string, facts: RepoFacts): string | undefined {
  const calls = scriptCalls(words, facts.scriptsFor(dir, words.join(' ')));
  const { tool, args } = unwrap(words);
  if (tool === 'deno' && args[0] === 'task') return args.slice(1).find((word) => !word.startsWith('-'));
  if (calls) return [...calls.names, ...calls.fanOut][0];
  if (/^(make|gmake|just|task|rake|invoke|poe|mage)$/.test(tool))
    return args.find((word) => /^[\w:./-]+$/.test(word) && !word.startsWith('-'));
  if (/^(nox|tox)$/.test(tool)) return args[args.findIndex((word) => /^(-s|-e|--sessions?)$/.test(word)) + 1];
  return scriptFile(words, dir, facts.files)?.path ?? localProgram(tool, args, dir, facts);
}

/** `node scripts/build.js` and `python tools/gen.py`. */
function localProgram(
  tool: string,
  args: readonly string[],
  dir: string,
  { files }: RepoFacts,
): string | undefined {
  if (!/^(node|python|ruby|perl|php|deno|bun|tsx|ts-node|bash|sh)$/.test(tool)) return undefined;
  return args.find((word) =>
    files.has(dir === '' ? word.replace(/^\.\//, '') : `${dir}/${word.replace(/^\.\//, '')}`),
  );
}

/** True for a script that makes what is published, or changes the machine. */
const isPackaging = (words: readonly string[], dir: string, { files }: RepoFacts): boolean =>
  /\b(twine|mkdocs|sphinx-build|docker|sudo|apt-get|brew|publish)\b|-m build\b/.test(
    scriptFile(words, dir, files)?.text ?? '',
  );

/** A script that does many things is told to judge: `./build.sh -a test`. */
const asksToJudge = (args: readonly string[]): boolean =>
  /^(tests?|check|lint)$/.test(args.filter((word) => /^[a-z]+$/.test(word)).at(-1) ?? '');

function isBuild(line: string, name: string | undefined, args: readonly string[]): boolean {
  if (asksToJudge(args)) return false;
  if (name !== undefined && MAKES.test(name))
    return !NEVER_MADE.test(name) && !/(^|[/:_-])(test|lint|check)/.test(name);
  if (BUILDS_ITSELF.test(line)) return BUILDERS.slice(5, 7).some((pattern) => pattern.test(line));
  return (
    BUILDERS.some((pattern) => pattern.test(line)) && !/\b(test|check)\b/.test(line.replace(/--?\S+/g, ''))
  );
}
