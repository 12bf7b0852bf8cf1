import type { TaskTemplate, TemplateParameter, TemplateSpec } from '../api/types.ts';
import { characters, PROMPT_MAX } from './prompt.ts';
import { compileSafe, PatternError, type SafePattern } from './regex.ts';
import { clip } from './text.ts';

/** The longest value of a parameter, in UTF-16 units. */
const VALUE_MAX = 1024;
/** The longest title: the limit of the task's schema. */
const TITLE_MAX = 200;

/** What is wrong, and where: `parameters[1].defaultValue` of a template's spec, `parameters.version` of given values. */
export interface Problem {
  path: string;
  message: string;
}

/** A template, or values for one, that cannot be used. The message has all problems. */
export class TemplateError extends Error {
  override name = 'TemplateError';
  readonly problems: readonly Problem[];
  constructor(template: string, problems: readonly Problem[]) {
    super(`Template ${template}: ${problems.map(({ path, message }) => `${path}: ${message}`).join(' ')}`);
    this.problems = problems;
  }
}

export interface Validation {
  errors: Problem[];
  warnings: string[];
  /** With every parameter's type named, and patterns as they are matched. */
  spec: TemplateSpec;
}

/** What a task takes over from a filled template; `parameters` are the values used, defaults included, as text. */
export interface Instance extends Pick<TemplateSpec, 'agent' | 'checks' | 'pullRequest'> {
  prompt: string;
  parameters: Record<string, string>;
  warnings: string[];
}

/** `{{name}}`, `\{{` for two braces as they are, or an opening without an end. Linear: no repetition meets another. */
const PLACEHOLDER = /\\\{\{|\{\{([^{}]*)\}\}|\{\{/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const TYPES: Record<string, { form: RegExp; refusal: string }> = {
  boolean: { form: /^(?:true|false)$/, refusal: 'must be true or false.' },
  integer: { form: /^-?(?:0|[1-9]\d{0,14})$/, refusal: 'must be a whole number of at most 15 digits.' },
};

/** Checks a template beyond its schema: placeholders, parameters, defaults, patterns, and where its command has values. */
export function validateTemplate(spec: TemplateSpec): Validation {
  const errors: Problem[] = [];
  const warnings: string[] = [];
  const names = (spec.parameters ?? []).map(({ name }) => name);
  const parameters = spec.parameters?.map((parameter, index) => {
    const path = `parameters[${index}]`;
    if (names.indexOf(parameter.name) < index) {
      errors.push({ path: `${path}.name`, message: `The parameter ${parameter.name} is declared twice.` });
    }
    return checkParameter(parameter, path, { errors, warnings });
  });
  const texts = textsOf(spec);
  for (const { path, text } of texts) errors.push(...placeholderProblems(path, text, names));
  const used = new Set(
    texts.flatMap(({ text }) => [...text.matchAll(PLACEHOLDER)].map(([, inner]) => inner?.trim())),
  );
  const unused = names.filter((name) => !used.has(name));
  warnings.push(...unused.map((name) => `The parameter ${name} is declared but not used.`));
  errors.push(...shellProblems(spec.agent?.run ?? ''));
  return { errors, warnings, spec: { ...spec, ...(parameters && { parameters }) } };
}

/**
 * Fills a template. Values may be typed or text; an empty text counts as none. Each placeholder is filled once: what a value holds
 * is never expanded. In `agent.run` a value stands as one quoted shell word. Throws a TemplateError with every problem.
 */
export function instantiate(
  template: TaskTemplate,
  given: Record<string, string | number | boolean>,
): Instance {
  const { errors, warnings, spec } = validateTemplate(template.spec);
  const { values, problems } = readValues(errors.length > 0 ? [] : (spec.parameters ?? []), given);
  const broken = errors.length > 0 ? errors : problems;
  if (broken.length > 0) throw new TemplateError(template.metadata.name, broken);

  const fill: Fill = (text, form = (value) => value) =>
    text.replace(PLACEHOLDER, (token, inner?: string) =>
      inner === undefined ? token.replace('\\', '') : form(values.get(inner.trim()) ?? ''),
    );
  const prompt = fillPrompt(spec, fill);
  const length = characters(prompt);
  if (length > PROMPT_MAX) {
    const message = `The filled prompt has ${length} characters; at most ${PROMPT_MAX} are allowed.`;
    throw new TemplateError(template.metadata.name, [{ path: 'prompt', message }]);
  }
  return { prompt, ...fillDefaults(spec, fill), parameters: Object.fromEntries(values), warnings };
}

/** Fills one text; `form` says how each value is written. */
type Fill = (text: string, form?: (value: string) => string) => string;

function fillPrompt({ instructionsTemplate, validationRules = [] }: TemplateSpec, fill: Fill): string {
  const rules = validationRules.map((rule) => `\n- ${fill(rule)}`).join('');
  return fill(instructionsTemplate) + (rules && `\n\nThe change must satisfy:${rules}`);
}

function fillDefaults({ agent, checks, pullRequest }: TemplateSpec, fill: Fill): Partial<Instance> {
  const run = agent?.run && fill(agent.run, shellWord);
  const title = pullRequest?.title && clip(fill(pullRequest.title).replace(/\s+/g, ' '), TITLE_MAX);
  return {
    ...(agent && { agent: { ...agent, ...(run && { run }) } }),
    ...(checks && { checks }),
    ...(pullRequest && { pullRequest: { ...pullRequest, ...(title && { title }) } }),
  };
}

/** The parameter normalised; what is wrong with it goes to `found`. */
function checkParameter(
  parameter: TemplateParameter,
  path: string,
  { errors, warnings }: Pick<Validation, 'errors' | 'warnings'>,
): TemplateParameter {
  const { name, enum: choices, defaultValue, validationRegex, type = 'string' } = parameter;
  const refuse = (field: string, message: string): unknown =>
    errors.push({ path: `${path}.${field}`, message });
  if (!NAME.test(name)) refuse('name', `${name} is not a valid name: use letters, digits, _ and -.`);
  if (choices?.length === 0) refuse('enum', 'It leaves no value to choose.');
  choices?.forEach((choice) => {
    const why = refusal({ name, type }, choice);
    if (why) refuse('enum', `The choice ${choice} ${why}`);
  });
  let pattern: SafePattern | undefined;
  try {
    pattern = validationRegex ? compileSafe(validationRegex) : undefined;
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    refuse('validationRegex', error.message);
  }
  if (pattern?.collapsed) {
    warnings.push(`${path}.validationRegex has doubled backslashes; it is taken as ${pattern.pattern}`);
  }
  const why = defaultValue && refusal(parameter, defaultValue, pattern);
  if (why) refuse('defaultValue', `The default ${defaultValue} ${why}`);
  return { ...parameter, type, ...(pattern && { validationRegex: pattern.pattern }) };
}

/** Why a value is refused, as the rest of a sentence; undefined when it is fine. */
function refusal(parameter: TemplateParameter, value: string, pattern?: SafePattern): string | undefined {
  if (value.length > VALUE_MAX) return `must have at most ${VALUE_MAX} characters.`;
  if (CONTROL.test(value)) return 'must hold no control characters but newline and tab.';
  const type = TYPES[parameter.type ?? 'string'];
  if (type && !type.form.test(value)) return type.refusal;
  const { enum: choices } = parameter;
  if (choices && !choices.includes(value)) return `must be one of: ${choices.join(', ')}.`;
  return pattern && !pattern.test(value) ? `must match ${pattern.pattern}` : undefined;
}

function readValues(parameters: readonly TemplateParameter[], given: Record<string, unknown>) {
  const names = parameters.map(({ name }) => name);
  const problems: Problem[] = Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name) => ({
      path: `parameters.${name}`,
      message: `The template has no such parameter.${hint(name, names)}`,
    }));
  const values = new Map<string, string>();
  for (const parameter of parameters) {
    const { name, defaultValue = '', required, validationRegex: regex } = parameter;
    const raw = Object.hasOwn(given, name) ? given[name] : '';
    const text = asText(raw);
    const value = text === '' ? defaultValue : text;
    const missing =
      text === undefined ? 'must be a text, a number, true or false.' : required && 'is required.';
    const why = value ? refusal(parameter, value, regex ? compileSafe(regex) : undefined) : missing;
    if (why) problems.push({ path: `parameters.${name}`, message: `${name} ${why}` });
    else if (value) values.set(name, value);
  }
  return { values, problems };
}

const asText = (value: unknown): string | undefined =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
    ? `${value}`
    : undefined;

/** The texts of a template that hold placeholders. */
const textsOf = (spec: TemplateSpec): { path: string; text: string }[] => [
  { path: 'instructionsTemplate', text: spec.instructionsTemplate },
  ...(spec.validationRules ?? []).map((text, index) => ({ path: `validationRules[${index}]`, text })),
  { path: 'agent.run', text: spec.agent?.run ?? '' },
  { path: 'pullRequest.title', text: spec.pullRequest?.title ?? '' },
];

function placeholderProblems(path: string, text: string, names: readonly string[]): Problem[] {
  return [...text.matchAll(PLACEHOLDER)].flatMap(([token, inner]) => {
    const name = inner?.trim() ?? '';
    if (token === '\\{{' || names.includes(name)) return [];
    const message = NAME.test(name)
      ? `{{${name}}} is not declared under parameters.${hint(name, names)}`
      : `${token} is not understood: only {{name}} is known. Write \\{{ for braces that stay.`;
    return [{ path, message }];
  });
}

/** One word of a POSIX shell, whatever the value holds. */
const shellWord = (value: string): string => `'${value.replaceAll("'", String.raw`'\''`)}'`;

/** What decides how a shell reads a placeholder: quoted texts, escapes, comments, and openings of places with rules of their own. */
const SHELL =
  /'[^']*'|"(?:[^"\\]|\\.)*"|\\\{\{|\\.|(?<![^\s;&|()])#[^\n]*|\{\{[^{}]*\}\}|\$(?=\{\{|['"])|`|<<|\(\(|['"]/gs;

const holds = (text: string): boolean => /(?<!\\)\{\{[^{}]*\}\}/.test(text);

/** A quoted word is safe only where the shell begins a fresh word or goes on with a plain one: anywhere else is refused. */
function shellProblems(run: string): Problem[] {
  if (!holds(run)) return [];
  const unsafe = [...run.matchAll(SHELL)].find(([token]) => {
    if (token.startsWith('"') && /\$\(|`|\$\{[^}]*$/.test(token)) return true;
    if (/^(?:'.*'|".*"|#.*)$/s.test(token)) return holds(token);
    return !/^(?:\\|\{\{)/.test(token);
  });
  if (!unsafe) return [];
  const where = clip(unsafe[0].replace(/\s+/g, ' '), 40);
  const message = `A value could run as code near ${where} Put {{name}} outside of quotes, comments, backticks, $'', (( )) and here-documents.`;
  return [{ path: 'agent.run', message }];
}

/** ` Did you mean …?` for the declared name that is nearest, when two edits or changed case make it the same. */
function hint(name: string, names: readonly string[]): string {
  const near = names
    .map((known) => ({ known, edits: editDistance(name.toLowerCase().slice(0, 64), known.toLowerCase()) }))
    .filter(({ known, edits }) => edits <= 2 && edits < known.length)
    .sort((a, b) => a.edits - b.edits)[0];
  return near ? ` Did you mean ${near.known}?` : '';
}

/** Levenshtein's distance, one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let line = 1; line <= a.length; line++) {
    const next = [line];
    for (let at = 1; at <= b.length; at++) {
      const replaced = (row[at - 1] ?? 0) + Number(a[line - 1] !== b[at - 1]);
      next.push(Math.min(replaced, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
