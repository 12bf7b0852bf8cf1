import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from './cache.ts';
import type { RepositoryResult, Witness } from './run-repository.ts';

/** What the last run of each repository said, for the person who looks for a reason, and for the page. */
const FOLDER = join(CACHE, 'last');

function keep(name: string, value: unknown): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(value, undefined, 2)}\n`);
}

/** Keeps what was found by hand and what each task came to. */
export const witness: Witness = {
  hand: ({ name }, found) => keep(`${name}-by-hand`, found),
  task: ({ name }, { kind }, found) => keep(`${name}-${kind}`, found),
};

export const keepResult = (result: RepositoryResult): void => keep(`${result.name}-result`, result);

/** The result of the last run of a repository; undefined where there was none. */
export function keptResult(name: string): RepositoryResult | undefined {
  const file = join(FOLDER, `${name}-result.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RepositoryResult) : undefined;
}
