import type { CiCommand, RepoFiles } from '../../check.ts';
import { scriptFile } from '../../ci/repo-script.ts';
import type { Scripts } from '../../script-calls.ts';
import { chooseManager, type NodeManager } from './manager.ts';

/** package.json as detection needs it. */
export interface NodePackage {
  scripts: Scripts;
  dependencies: ReadonlySet<string>;
  keys: ReadonlySet<string>;
  manager: NodeManager;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A string map of JSON, other values left out. */
export function stringMap(value: unknown): Map<string, string> {
  if (!isRecord(value)) return new Map();
  return new Map(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Parses a JSON object. Returns undefined if the text is not a JSON object. */
export function parseJsonObject(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse((text ?? '').replace(/^\uFEFF/, ''));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reads package.json. Returns undefined if the file is missing or is not a JSON object. */
export function readNodePackage(files: RepoFiles, ci: readonly CiCommand[]): NodePackage | undefined {
  const manifest = parseJsonObject(files.read('package.json'));
  if (!manifest) return undefined;
  const sections = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  const dependencies = new Set(sections.flatMap((name) => [...stringMap(manifest[name]).keys()]));
  return {
    scripts: Object.assign(stringMap(manifest['scripts']), {
      fileOf: (words: readonly string[]) => scriptFile(words, '', files)?.text,
    }),
    dependencies,
    keys: new Set(Object.keys(manifest)),
    manager: chooseManager(files, manifest, ci),
  };
}
