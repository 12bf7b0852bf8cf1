import { posix } from 'node:path';
import {
  forEachChild,
  parse,
  type AndOr,
  type Assignment,
  type Command,
  type CompoundList,
  type Function,
  type Pipeline,
  type Statement,
  type SyntaxNode,
} from 'unbash';
import { branchOfCase, branchOfIf } from './shell-branches.ts';
import { ROOT, ShellValues } from './shell-values.ts';

/** One command of a shell script: a simple command, or a pipe that judges by its first one. */
export interface ShellStep {
  /** The source text, with assignments and redirections. */
  text: string;
  /** The program and its arguments, quotes removed. */
  words: string[];
  /** Commands in substitutions and further along the pipe. */
  inner: string[][];
  /** The folder it runs in: relative to where the script starts, or behind ROOT; undefined when a variable decides. */
  dir: string | undefined;
  /** Zero-based line in the script. */
  line: number;
  /** True when its failure does not fail the script: `|| true`, `&`, a pipe into tee, `set +e`. */
  swallowed: boolean;
  /** True inside if, loops, functions and to the right of `||`. */
  conditional: boolean;
  /** Names of the variables it reads. */
  variables: string[];
  /** The variables as they are when it runs, as far as they are known. */
  values: ShellValues;
}

const MAX_SCRIPT = 65_536;
/** Calls of a script's own functions that are followed. */
const MAX_CALLS = 100;
/** Programs at the end of a pipe whose exit code says nothing about the first program. */
const PASSIVE = new Set(['tee', 'cat', 'head', 'tail', 'grep', 'sed', 'awk', 'less', 'sort', 'tr', 'cut']);

interface Place {
  dir: string | undefined;
  swallowed: boolean;
  conditional: boolean;
}

/**
 * The commands of a shell script in order. Empty if it is longer than 64 KiB or does not parse as shell. Never runs anything.
 * `values` are the variables that are set before. A command in a branch that these variables decide does not count as conditional.
 */
export function shellSteps(script: string, values = new ShellValues()): ShellStep[] {
  if (script.length > MAX_SCRIPT) return [];
  const tree = parse(script);
  if (tree.errors?.length) return [];
  const steps: ShellStep[] = [];
  const out: Output = {
    script,
    steps,
    values: values.copy(),
    at: { pos: 0, line: 0 },
    functions: new Map(),
    open: new Set(),
    calls: 0,
  };
  walkList(tree.commands, { dir: '', swallowed: false, conditional: false }, out);
  return steps;
}

interface Output {
  script: string;
  steps: ShellStep[];
  values: ShellValues;
  /** The line of the last step and where that step begins, from which the lines of the next one are counted. */
  at: { pos: number; line: number };
  functions: Map<string, Function>;
  /** Functions that are being walked, and how many were. */
  open: Set<string>;
  calls: number;
}

function walkList(list: readonly Statement[], place: Place, out: Output): void {
  for (const { command, background } of list) {
    const swallowed = place.swallowed || background === true;
    if (command.type === 'AndOr') walkAndOr(command, place, out);
    else walkNode(command, swallowed === place.swallowed ? place : { ...place, swallowed }, out);
  }
}

function walkAndOr(node: AndOr, place: Place, out: Output): void {
  const firstOr = node.operators.indexOf('||');
  const rescue = firstOr < 0 ? '' : out.script.slice(node.commands[firstOr + 1]?.pos, node.end);
  const rescued =
    firstOr >= 0 &&
    !/\b(exit|return)\s+[1-9$]|\bfalse\b|^\s*\w*(fail|err|status|rc|ret|result)\w*=(1|\$\?)/i.test(rescue);
  node.commands.forEach((command, index) => {
    const before = firstOr >= 0 && index <= firstOr;
    const after = firstOr >= 0 && index > firstOr;
    const swallowed = place.swallowed || (before && rescued);
    const inner = { ...place, swallowed, conditional: place.conditional || after };
    walkNode(command, inner, out);
    place.dir = inner.dir;
  });
}

function walkNode(node: SyntaxNode, place: Place, out: Output): void {
  if (node.type === 'Command') addCommand(node, place, out);
  else if (node.type === 'Pipeline') addPipeline(node, place, out);
  else if (node.type === 'BraceGroup') walkList(node.body.commands, place, out);
  else if (node.type === 'Subshell') walkList(node.body.commands, { ...place }, out);
  else if (node.type === 'CompoundList') walkList(node.commands, place, out);
  else if (node.type === 'Redirected') walkNode(node.command, place, out);
  else walkBranches(node, place, out);
}

function walkBranches(node: SyntaxNode, place: Place, out: Output): void {
  const taken = branchOf(node, out);
  if (taken === 'none') return;
  if (taken) return walkNode(taken, place, out);
  if (node.type === 'Function') out.functions.set(node.name.value, node);
  const inside = { ...place, conditional: true };
  forEachChild(node, (child) => walkNode(child, inside, out));
}

function branchOf(node: SyntaxNode, { script, values }: Output): CompoundList | 'none' | undefined {
  if (node.type === 'Case') return branchOfCase(node, values);
  return node.type === 'If' ? branchOfIf(node, script, values) : undefined;
}

/** Runs a function of the script in its place; true when there is one of this name. */
function callFunction(name: string, place: Place, out: Output): boolean {
  const called = out.functions.get(name);
  if (!called || out.open.has(name) || out.calls >= MAX_CALLS) return false;
  out.calls += 1;
  out.open.add(name);
  walkNode(called.body, place, out);
  out.open.delete(name);
  return true;
}

const SETS = /^(export|readonly|declare|typeset|local)$/;

const isAssignment = (part: { type: string }): part is Assignment => part.type === 'Assignment';

/** Follows the variables that a command sets for the rest of the script. */
function assign(command: Command, place: Place, { values }: Output): void {
  const name = command.name?.value;
  const isSetter = name !== undefined && SETS.test(name);
  if (name !== undefined && !isSetter) return;
  for (const { name: variable, value } of [...command.prefix, ...command.suffix].filter(isAssignment)) {
    // A value that hangs on a condition leaves the one before it.
    if (place.conditional && values.get(variable) !== undefined) continue;
    if (place.conditional || value.type !== 'Word') values.forget(variable);
    else values.assign(variable, value.text);
    if (name === 'export') values.export(variable);
  }
  if (name === 'export')
    for (const part of command.suffix) if (part.type === 'Word') values.export(part.value);
}

const wordsOf = (command: Command): string[] =>
  [command.name, ...command.args].flatMap((word) =>
    word === undefined ? [] : [word.type === 'Word' ? word.value : word.text],
  );

function addCommand(command: Command, place: Place, out: Output): void {
  const words = wordsOf(command);
  if (words.length === 0 && command.prefix.length === 0) return;
  assign(command, place, out);
  if (words[0] === 'cd' || words[0] === 'pushd') {
    const target = words.slice(1).find((word) => !/^-[LP-]?$/.test(word));
    place.dir = target === undefined ? undefined : enter(place.dir, out.values.fill(target).text);
    return;
  }
  if (words[0] !== undefined && callFunction(words[0], place, out)) return;
  if (words[0] === 'popd') place.dir = undefined;
  if (words[0] === 'set' && words.includes('+e')) place.swallowed = true;
  addStep(command, { words, inner: [], text: out.script.slice(command.pos, command.end) }, { place, out });
}

function addPipeline(pipe: Pipeline, place: Place, out: Output): void {
  const [first, ...rest] = pipe.commands;
  if (first?.type !== 'Command') {
    for (const command of pipe.commands) walkNode(command, { ...place, conditional: true }, out);
    return;
  }
  const negated = pipe.prefixes.some((prefix) => prefix.type === 'Negation');
  const inner = rest.map((command) => (command.type === 'Command' ? wordsOf(command) : []));
  const last = inner.at(-1)?.[0];
  const swallowed = !negated && last !== undefined && PASSIVE.has(last);
  const step = { words: wordsOf(first), inner, text: out.script.slice(pipe.pos, pipe.end) };
  if (step.words.length === 0) return;
  addStep(pipe, step, { place: { ...place, swallowed: place.swallowed || swallowed }, out });
}

function addStep(
  node: SyntaxNode,
  step: Pick<ShellStep, 'words' | 'inner' | 'text'>,
  { place, out }: { place: Place; out: Output },
): void {
  const variables: string[] = [];
  const inner = [...step.inner];
  const visit = (child: SyntaxNode): void => {
    if (child.type === 'SimpleExpansion') variables.push(child.text.slice(1));
    if (child.type === 'ParameterExpansion') variables.push(child.parameter);
    if (child.type === 'Command' && child !== node) inner.push(wordsOf(child));
    forEachChild(child, visit);
  };
  visit(node);
  out.steps.push({
    ...step,
    inner,
    variables,
    dir: place.dir,
    swallowed: place.swallowed,
    conditional: place.conditional,
    values: out.values.copy(),
    line: lineOf(node.pos, out),
  });
}

/** The zero-based line of a place in the script. Steps come mostly in order; the body of a function lies before its call. */
function lineOf(pos: number, out: Output): number {
  const { script, at } = out;
  let line = pos < at.pos ? 0 : at.line;
  for (let next = script.indexOf('\n', pos < at.pos ? 0 : at.pos); next >= 0 && next < pos; line += 1)
    next = script.indexOf('\n', next + 1);
  out.at = { pos, line };
  return line;
}

function enter(from: string | undefined, to: string): string | undefined {
  if (from === undefined || to === '' || /[$~*`]|^-|^\//.test(to)) return undefined;
  const dir = posix.normalize(to.startsWith(ROOT) ? to : posix.join(from, to)).replace(/\/$/, '');
  if (to.startsWith(ROOT) && !dir.startsWith(ROOT)) return undefined;
  return dir === '.' ? '' : dir;
}
