import { posix } from 'node:path';
import { plugInto } from '../domain/plug.ts';
import type { RepoFiles } from './check.ts';
import type { DownloadRow, Ecosystem, FormatterRow } from './ecosystems/ecosystem.ts';
import { ECOSYSTEMS } from './ecosystems/table.ts';
import { COMMON_DOWNLOADS, COMMON_PROGRAMS } from './tools/common-programs.ts';
import { ANY_RULES } from './tools/others.ts';
import { rows, type ToolRule } from './tools/rule.ts';

/** What the records of all ecosystems say together. */
interface Derived {
  rules: ReadonlyMap<string, ToolRule[]>;
  projectFile: RegExp;
  installFile: RegExp;
  ignored: ReadonlySet<string>;
  listed: readonly string[];
  subcommands: ReadonlySet<string>;
  partial: readonly RegExp[];
  formatters: readonly FormatterRow[];
  downloads: readonly DownloadRow[];
  toolchain: ReadonlyMap<string, string>;
  extras: ReadonlyMap<string, string>;
  /** The ecosystems that describe a program. */
  owners: ReadonlyMap<string, readonly string[]>;
}

const NEVER = /(?!)/;
/** Folders that belong to version control, editors and tools of any language. */
const ALWAYS_IGNORED = '.git .hg .svn .cache .terraform .direnv coverage target dist vendor'.split(' ');

const table: Ecosystem[] = [...ECOSYSTEMS];
let derived = derive(table);

/** The records of all ecosystems, in the order in which they are asked. */
export const ecosystems = (): readonly Ecosystem[] => table;

/** Everything that derives from the records. */
export const plugs = (): Derived => derived;

/** Adds an ecosystem at run time. Returns what takes it out again. Throws when the name is taken. */
export function plug(ecosystem: Ecosystem): () => void {
  const unplug = plugInto(table, ecosystem);
  derived = derive(table);
  return () => {
    unplug();
    derived = derive(table);
  };
}

/**
 * True for a file whose change means that dependencies are installed again: a manifest or a lock file of any ecosystem.
 * `path` is relative to the repository's root.
 */
export const isManifest = (path: string): boolean => derived.installFile.test(path);

/** True for a file that makes its folder a project of some ecosystem. */
export const isProjectFile = (path: string): boolean => derived.projectFile.test(path);

/** The names of the ecosystems whose manifest stands in the root of `files`. */
export const ecosystemsIn = (files: RepoFiles): string[] => {
  const inRoot = files.paths.filter((path) => !path.includes('/'));
  return table.flatMap(({ name, manifests }) => {
    const pattern = patternOf(manifests);
    return inRoot.some((path) => pattern.test(path)) ? [name] : [];
  });
};

/** True for the name of a folder that holds other people's code or build results. */
export const isIgnoredFolder = (path: string): boolean => derived.ignored.has(posix.basename(path));

function derive(records: readonly Ecosystem[]): Derived {
  const manifests = records.flatMap((record) => record.manifests);
  return {
    rules: rulesOf(records),
    projectFile: patternOf(manifests),
    installFile: patternOf([...manifests, ...records.flatMap(({ locks = [] }) => locks)]),
    ignored: new Set([...ALWAYS_IGNORED, ...records.flatMap(({ ignored = [] }) => ignored)]),
    listed: records.flatMap(({ listed = [] }) => listed),
    subcommands: new Set(records.flatMap(({ subcommands = [] }) => subcommands)),
    partial: records.flatMap(({ partial }) => partial ?? []),
    formatters: records.flatMap(({ formatters = [] }) => formatters),
    downloads: [...COMMON_DOWNLOADS, ...records.flatMap((record) => record.downloads ?? [])],
    toolchain: new Map(records.flatMap(({ toolchain }) => Object.entries(toolchain))),
    extras: new Map([
      ...Object.entries(COMMON_PROGRAMS),
      ...records.flatMap(({ extras = {} }) => Object.entries(extras)),
    ]),
    owners: ownersOf(records),
  };
}

function ownersOf(records: readonly Ecosystem[]): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const { name, toolchain, extras = {} } of records)
    for (const program of new Set([...Object.keys(toolchain), ...Object.keys(extras)]))
      owners.set(program, [...(owners.get(program) ?? []), name]);
  return owners;
}

function rulesOf(records: readonly Ecosystem[]): Map<string, ToolRule[]> {
  const byTool = new Map<string, ToolRule[]>();
  const all = [...records.flatMap(({ name, rules }) => rows(name, rules)), ...rows('any', ANY_RULES)];
  for (const rule of all) byTool.set(rule.tool, [...(byTool.get(rule.tool) ?? []), rule]);
  return byTool;
}

/** Names at the end of a path; `*` stands for any characters but `/`. */
export function patternOf(names: readonly string[]): RegExp {
  if (names.length === 0) return NEVER;
  return new RegExp(`(^|/)(${names.map(escapeName).join('|')})$`);
}

function escapeName(name: string): string {
  return name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
}
