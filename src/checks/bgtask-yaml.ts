import { parseDocument } from 'yaml';
import { GlobError, readGlob } from '../domain/glob.ts';
import { StageError } from '../domain/reasons.ts';
import { KIND_ORDER, type CheckKind, type RepoFiles } from './check.ts';
import { yamlHazard } from '../domain/yaml-hazard.ts';

/** The file in a repository's root that overrides detection. */
export const BGTASK_FILE = '.bgtask.yaml';

/** What `.bgtask.yaml` may say. A field that is absent leaves its part to detection; an empty list means none. */
export interface BgtaskFile {
  install?: string;
  /** Instead of the detected linters, type checks and tests. */
  checks?: { name: string; run: string; kind?: Exclude<CheckKind, 'install'> }[];
  /** Instead of the detected formatters. */
  format?: string[];
  /** Paths that a task may only change when its allowedPaths name them, beside the built-in ones. */
  protectedPaths?: string[];
}

const MAX_FILE = 65_536;
const MAX_NAME = 64;
const MAX_RUN = 1_024;
const MAX_CHECKS = 20;
const MAX_FORMATS = 10;
const MAX_PATHS = 100;
const MAX_PATH = 256;
const MAX_ALIASES = 100;
const FIELDS = ['install', 'checks', 'format', 'protectedPaths'];
const CHECK_FIELDS = ['name', 'run', 'kind'];

type Table = Record<string, unknown>;

const refuse = (what: string): never => {
  throw new StageError('InvalidTask', `${BGTASK_FILE}: ${what}`);
};

/** Reads `.bgtask.yaml`; undefined when there is none. Throws a StageError (InvalidTask) that names the file and the field. */
export function readBgtaskFile(files: RepoFiles): BgtaskFile | undefined {
  if (!files.has(BGTASK_FILE)) return undefined;
  const text = files.read(BGTASK_FILE);
  if (text === undefined) return refuse('is not UTF-8 text; save it as UTF-8');
  if (text.length > MAX_FILE) return refuse(`has ${text.length} characters; at most ${MAX_FILE} are read`);
  const hazard = yamlHazard(text);
  if (hazard !== undefined) return refuse(`cannot be read: ${hazard}`);
  const value = parseYaml(text);
  if (value === null || value === undefined) return {};
  const table = asTable(value, 'the document');
  refuseUnknown(table, FIELDS, '');
  return {
    ...('install' in table && { install: asText(table['install'], 'install', MAX_RUN) }),
    ...('checks' in table && { checks: asChecks(table['checks']) }),
    ...('format' in table && { format: asTexts(table['format'], 'format', [MAX_FORMATS, MAX_RUN]) }),
    ...('protectedPaths' in table && { protectedPaths: asPaths(table['protectedPaths']) }),
  };
}

function parseYaml(text: string): unknown {
  try {
    const document = parseDocument(text, { logLevel: 'silent' });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) return refuse(`is not valid YAML: ${problem.message.split('\n')[0]?.replace(/:$/, '')}`);
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return value;
  } catch (error) {
    if (error instanceof StageError) throw error;
    return refuse(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function asTable(value: unknown, at: string): Table {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  return refuse(`${at} must be a mapping, not ${nameOf(value)}`);
}

const nameOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'empty';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
};

function refuseUnknown(table: Table, fields: readonly string[], at: string): void {
  const unknown = Object.keys(table).find((key) => !fields.includes(key));
  if (unknown !== undefined)
    refuse(`unknown field ${at}${unknown.slice(0, MAX_NAME)}; known are ${fields.join(', ')}`);
}

function asText(value: unknown, at: string, max: number): string {
  if (typeof value !== 'string') return refuse(`${at} must be a text, not ${nameOf(value)}`);
  const text = value.trim();
  if (text === '') return refuse(`${at} must not be empty`);
  if (text.length > max) return refuse(`${at} has ${text.length} characters; at most ${max} are allowed`);
  // Tab and newline are shell; every other control character would reach logs.
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text))
    return refuse(`${at} must not have control characters`);
  return text;
}

function asList(value: unknown, at: string, max: number): unknown[] {
  if (!Array.isArray(value)) return refuse(`${at} must be a list, not ${nameOf(value)}`);
  if (value.length > max) return refuse(`${at} has ${value.length} entries; at most ${max} are allowed`);
  return value;
}

function asTexts(
  value: unknown,
  at: string,
  [count, length]: readonly [count: number, length: number],
): string[] {
  if (typeof value === 'string') return [asText(value, at, length)];
  return asList(value, at, count).map((item, index) => asText(item, `${at}[${index}]`, length));
}

function asChecks(value: unknown): NonNullable<BgtaskFile['checks']> {
  const names = new Set<string>();
  return asList(value, 'checks', MAX_CHECKS).map((item, index) => {
    const at = `checks[${index}]`;
    const table = asTable(item, at);
    refuseUnknown(table, CHECK_FIELDS, `${at}.`);
    const name = asText(table['name'], `${at}.name`, MAX_NAME);
    if (/[\t\n]/.test(name)) refuse(`${at}.name must be one line`);
    if (names.has(name)) refuse(`${at}.name repeats ${name}; names must be unique`);
    names.add(name);
    const run = asText(table['run'], `${at}.run`, MAX_RUN);
    return 'kind' in table ? { name, run, kind: asKind(table['kind'], `${at}.kind`) } : { name, run };
  });
}

function asKind(value: unknown, at: string): Exclude<CheckKind, 'install'> {
  const kinds = KIND_ORDER.filter((kind) => kind !== 'install');
  return kinds.find((kind) => kind === value) ?? refuse(`${at} must be one of ${kinds.join(', ')}`);
}

function asPaths(value: unknown): string[] {
  return asList(value, 'protectedPaths', MAX_PATHS).map((item, index) => {
    const at = `protectedPaths[${index}]`;
    const path = asText(item, at, MAX_PATH);
    if (path.startsWith('/') || path.split('/').includes('..') || /[\t\n]/.test(path)) {
      refuse(`${at} must be a path below the repository's root, without / at its start and without ..`);
    }
    refuseUnreadable(path, at);
    return path;
  });
}

/** Publish reads the globs, after the agent was paid: one that cannot be read is refused here, with what publish puts around it. */
function refuseUnreadable(glob: string, at: string): void {
  try {
    for (const written of [glob, `**/${glob}/**`]) readGlob(written);
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    refuse(`${at} ${JSON.stringify(glob)} ${error.message}`);
  }
}
