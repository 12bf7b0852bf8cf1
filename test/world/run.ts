import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from './cache.ts';
import { page } from './page.ts';
import { repositories } from './repositories.ts';
import { runRepository, type RepositoryResult, type Witness } from './run-repository.ts';

// Runs the repositories that are named, or all; with all, docs/world.md is written. What each said is kept in the cache's folder `last`.
const named = process.argv.slice(2);
const all = repositories();
const chosen = named.length === 0 ? all : all.filter(({ name }) => named.includes(name));
const kept = join(CACHE, 'last');
mkdirSync(kept, { recursive: true });
const keep = (name: string, value: unknown): void =>
  writeFileSync(join(kept, `${name}.json`), `${JSON.stringify(value, undefined, 2)}\n`);
const witness: Witness = {
  hand: ({ name }, found) => keep(`${name}-by-hand`, found),
  task: ({ name }, { kind }, found) => keep(`${name}-${kind}`, found),
};

const results: RepositoryResult[] = [];
for (const repository of chosen) {
  const result = await runRepository(repository, witness);
  results.push(result);
  keep(`${repository.name}-result`, result);
  if (result.untried) console.log(`-  ${result.name}: not tried: ${result.untried}`);
  for (const { kind, end, seconds, faults } of result.chores) {
    const time = `${seconds.toFixed(1)} s${kind === result.chores[0]?.kind ? ` (by hand ${result.handSeconds?.toFixed(1) ?? '-'} s)` : ''}`;
    console.log(`${faults.length === 0 ? 'ok' : 'NO'} ${result.name} ${kind}: ${end}, ${time}`);
    for (const fault of faults) console.log(`     ${fault.kind}: ${fault.text}`);
  }
}
if (named.length === 0)
  writeFileSync(new URL('../../docs/world.md', import.meta.url), await page(all, results));
process.exitCode = results.some(({ chores }) => chores.some(({ faults }) => faults.length > 0)) ? 1 : 0;
