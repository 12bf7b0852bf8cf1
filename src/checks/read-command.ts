import { asksForProgram, isBeyond, refusalOfStep } from './beyond-checkout.ts';
import { KIND_ORDER, type CheckKind } from './check.ts';
import { kindOfName } from './kind-of-name.ts';
import { scriptCalls, type ScriptCalls, type Scripts } from './script-calls.ts';
import { shellSteps, type ShellStep } from './shell.ts';
import type { EcosystemName, Refusal, ToolRule } from './tools/rule.ts';
import { ruleFor } from './tools/table.ts';
import { unwrap } from './unwrap.ts';

/** What a command does, by the programs it runs. */
export interface Reading {
  /** What it proves; the last of KIND_ORDER if it proves several things; undefined if that is unknown. */
  kind: CheckKind | undefined;
  kinds: CheckKind[];
  /** The known programs it runs, e.g. `eslint`. */
  tools: string[];
  ecosystems: EcosystemName[];
  /** A judge that rewrites files while it judges, or a formatter. */
  writes: boolean;
  /** True when all that it runs rewrites files. */
  onlyWrites: boolean;
  /** Known only by programs that do other things too, as `tsc` in a build. */
  weak: boolean;
  /** Why it can never be a check. */
  refusal: Refusal | undefined;
  /** Scripts it calls, also through other scripts. */
  calls: string[];
  /** True when it does nothing but call scripts. */
  onlyCalls: boolean;
  /** How many of its commands the table of tools does not describe. */
  unknown: number;
}

const MAX_DEPTH = 8;
const GO_FORMATTERS = /^(gofmt|gofumpt|goimports)$/;
/** Tests that write down what they find instead of judging it. */
const RENEWS =
  /^(\w+=\S* )*(BLESS|UPDATE_(EXPECT|SNAPSHOTS?|GOLDENS?|FIXTURES?)|INSTA_UPDATE|REGENERATE\w*)=(1|true|yes|always)\b|\s--(update-snapshots?|updateSnapshot|snapshot-update|bless)(?=\s|$)/;
/** Programs that decide nothing by themselves. */
const QUIET = new Set(
  'echo printf test [ [[ true : false set export mkdir rm rimraf cp ls cat git sleep which'.split(' '),
);

interface State {
  scripts: Scripts;
  seen: Set<string>;
  kinds: Set<CheckKind>;
  tools: Set<string>;
  ecosystems: Set<EcosystemName>;
  strong: boolean;
  writes: boolean;
  judges: boolean;
  refusal: Refusal | undefined;
  swallowed: boolean;
  own: number;
  unknown: number;
  idle: boolean;
  /** The shell itself decides: `exit 1` behind a condition. */
  decides: boolean;
  /** It asks whether a program is there. */
  asks: boolean;
}

/** Reads a shell command and the scripts it calls. Pure; never runs anything. */
export function readCommand(run: string, scripts: Scripts = new Map()): Reading {
  const state: State = {
    scripts, seen: new Set(), kinds: new Set(), tools: new Set(), ecosystems: new Set(), strong: false, writes: false,
    judges: false,    refusal: undefined, swallowed: false, own: 0, unknown: 0, idle: true, decides: false, asks: false,
  }; // prettier-ignore
  if (/no tests? (specified|yet|available|configured)/i.test(run)) state.refusal = 'is a placeholder';
  readText(run, state, 0);
  const proofs = KIND_ORDER.filter((kind) => state.kinds.has(kind) && kind !== 'install');
  const judges = proofs.filter((kind) => kind !== 'format');
  const kind = judges.at(-1) ?? proofs.at(-1) ?? (state.kinds.has('install') ? 'install' : undefined);
  return {
    kind,
    kinds: proofs,
    tools: [...state.tools],
    ecosystems: [...state.ecosystems],
    writes: state.writes,
    onlyWrites: state.writes && !state.judges,
    weak: !state.strong,
    refusal: run.trim() === '' ? undefined : refusalOf(state, kind),
    calls: [...state.seen],
    onlyCalls: state.own === 0 && state.seen.size > 0,
    unknown: state.decides && kind === undefined ? Math.max(state.unknown, 1) : state.unknown,
  };
}

function refusalOf(state: State, kind: CheckKind | undefined): Refusal | undefined {
  if (state.refusal) return state.refusal;
  if (state.swallowed && kind === undefined) return 'cannot fail';
  return state.idle ? 'is a placeholder' : undefined;
}

function readText(text: string, state: State, depth: number): void {
  const steps = shellSteps(text);
  if (steps.length === 0 && text.trim() !== '') state.idle = false;
  for (const step of steps) {
    if (RENEWS.test(step.text)) state.refusal ??= 'cannot fail';
    readStep(step, state, depth);
  }
}

function readStep(step: ShellStep, state: State, depth: number): void {
  state.asks ||= asksForProgram(step);
  for (const words of step.inner) refuseDangerous(words, state);
  const words = judgingWords(step);
  const around = { words, hasAsked: state.asks, file: state.scripts.fileOf?.(words) };
  state.refusal ??= refusalOfStep(step, around);
  const calls = scriptCalls(words, state.scripts);
  if (calls) readCalls(calls, step, { state, depth });
  else readProgram(step, words, { state, depth });
}

/** Where a step stands: what is known so far, and how many calls led to it. */
interface Here {
  state: State;
  depth: number;
}

function readCalls(calls: ScriptCalls, step: ShellStep, { state, depth }: Here): void {
  if (step.swallowed) state.swallowed = true;
  else if (step.dir === '') follow(calls, state, depth);
  else for (const name of [...calls.names, ...calls.fanOut]) fanOut(name, state);
}

function readProgram(step: ShellStep, words: readonly string[], { state, depth }: Here): void {
  const { tool, args } = unwrap(words);
  if (depth === 0) state.own += 1;
  if (tool === 'sh' || tool === 'bash') readShell(args, state, depth);
  else if (judgesFormatOfGo(step, tool))
    credit(step, { kind: 'lint', tool: 'gofmt', ecosystem: 'go' }, state);
  else if (tool === 'exit') leave(step, args, state);
  else judge(step, { tool, args }, state);
}

/** `test -z "$(gofmt -l .)"` and `! gofmt -l . | grep .`: Go's formatters never fail by themselves. */
function judgesFormatOfGo({ text, inner }: ShellStep, tool: string): boolean {
  if (/^(test|\[|\[\[|diff)$/.test(tool)) return inner.some(([name = '']) => GO_FORMATTERS.test(name));
  return GO_FORMATTERS.test(tool) && text.startsWith('!') && inner.some(([name]) => name === 'grep');
}

function judge(step: ShellStep, { tool, args }: { tool: string; args: string[] }, state: State): void {
  const rule = ruleFor(tool, args);
  if (rule?.refusal === 'cannot fail' && step.conditional) return;
  if (!isBeyond(rule?.refusal)) state.refusal ??= rule?.refusal;
  const isQuiet = decidesNothing(tool, args);
  if (rule === undefined && !isQuiet) state.unknown += 1;
  if (!isQuiet) state.idle = false;
  if (rule?.kind !== undefined) credit(step, { ...rule, tool, kind: rule.kind }, state);
}

/** Counts what a known program proves or writes. */
function credit(step: ShellStep, rule: ToolRule & { kind: CheckKind }, state: State): void {
  if (rule.writes) state.writes = true;
  else if (rule.kind !== 'install') state.judges = true;
  if (step.swallowed) state.swallowed = true;
  else add(state, { kind: rule.kind, tool: rule.tool, ecosystem: rule.ecosystem, strong: !rule.weak });
}

/** `exit 1` behind a condition is the shell's own verdict. */
function leave({ conditional }: ShellStep, args: readonly string[], state: State): void {
  if (!conditional || !/^([1-9]|"?\$)/.test(args[0] ?? '')) return;
  state.decides = true;
  state.idle = false;
}

/** The shell's own `test -f dist/a.js` judges what another command made; `echo` and a bare `test` do not. */
const decidesNothing = (tool: string, args: readonly string[]): boolean =>
  QUIET.has(tool) && !(/^(test|\[|\[\[)$/.test(tool) && args.length > 0);

function add(
  state: State,
  found: { kind: CheckKind; tool: string; ecosystem: EcosystemName; strong: boolean },
): void {
  state.idle = false;
  state.kinds.add(found.kind);
  if (found.kind !== 'install') state.tools.add(found.tool);
  state.ecosystems.add(found.ecosystem);
  if (found.strong) state.strong = true;
}

/** `git ls-files | xargs shellcheck` and `find . -exec shellcheck {} +` judge with shellcheck. */
function judgingWords(step: ShellStep): string[] {
  const exec = step.words[0] === 'find' ? step.words.findIndex((word) => /^-exec(dir)?$/.test(word)) : -1;
  if (exec > 0) return step.words.slice(exec + 1).filter((word) => !/^([;+]|\\;|\{\})$/.test(word));
  const last = step.inner.find(([name]) => name === 'xargs');
  if (!last) return step.words;
  const at = last.findIndex((word, index) => index > 0 && !/^(-|\d+$)/.test(word));
  return at < 0 ? step.words : last.slice(at);
}

function refuseDangerous(words: readonly string[], state: State): void {
  const { tool, args } = unwrap(words);
  const refusal = ruleFor(tool, args)?.refusal;
  if (refusal === 'deploys, publishes or changes a machine') state.refusal ??= refusal;
}

function readShell(args: readonly string[], state: State, depth: number): void {
  const at = args.findIndex((word) => /^-\w*c$/.test(word));
  const script = at >= 0 ? args[at + 1] : undefined;
  if (script !== undefined && depth < MAX_DEPTH) return readText(script, state, depth + 1);
  state.unknown += 1;
  state.idle = false;
}

function follow(calls: ScriptCalls, state: State, depth: number): void {
  const { args = [] } = calls;
  if (args.some((word) => FIXES.test(word))) state.writes = true;
  for (const task of calls.fanOut) fanOut(task, state);
  if (depth >= MAX_DEPTH) return;
  for (const command of calls.commands) readText(command, state, depth + 1);
  for (const name of calls.names) {
    if (state.seen.has(name)) continue;
    state.seen.add(name);
    const script = state.scripts.get(name);
    if (script === undefined) state.idle = false;
    else readText([script, ...args].join(' '), state, depth + 1);
  }
}

/** A word that makes a linter or formatter write. */
const FIXES = /^(--fix|--write|--apply)(=|$)/;
const SPECIAL_TASK = /(^|[:_-])(e2e|browsers?|integration|visual|playwright|cypress|fix)($|[:_-])/;

/** A task of other packages is known by its name alone. */
function fanOut(task: string, state: State): void {
  const kind = kindOfName(task);
  state.idle = false;
  if (kind && kind !== 'format' && !SPECIAL_TASK.test(task))
    add(state, { kind, tool: `${task} of all packages`, ecosystem: 'node', strong: true });
  if (/^(dev|start|serve|watch)$/.test(task)) state.refusal ??= 'watches and never ends';
  if (/^(publish|deploy|release)$/.test(task)) state.refusal ??= 'deploys, publishes or changes a machine';
}
