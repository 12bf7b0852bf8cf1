import { writeFileSync } from 'node:fs';
import { keepResult, keptResult, witness } from './kept.ts';
import { page } from './page.ts';
import { repositories } from './repositories.ts';
import { runRepository, type RepositoryResult } from './run-repository.ts';

// Runs the repositories that are named, or all. docs/world.md is written after a run of all, and with --page: from the last result of each.
const args = process.argv.slice(2);
const named = args.filter((arg) => arg !== '--page');
const all = repositories();
const unknown = named.filter((name) => !all.some((repository) => repository.name === name));
if (unknown.length > 0) throw new Error(`repositories.yaml does not name ${unknown.join(', ')}`);
const pageOnly = args.includes('--page') && named.length === 0;
const chosen = pageOnly ? [] : all.filter(({ name }) => named.length === 0 || named.includes(name));

function say({ name, untried, chores, handSeconds }: RepositoryResult): void {
  if (untried) console.log(`-  ${name}: not tried: ${untried}`);
  chores.forEach(({ kind, end, seconds, faults }, at) => {
    const beside = at === 0 ? ` (by hand ${handSeconds?.toFixed(1) ?? '-'} s)` : '';
    console.log(
      `${faults.length === 0 ? 'ok' : 'NO'} ${name} ${kind}: ${end}, ${seconds.toFixed(1)} s${beside}`,
    );
    for (const fault of faults) console.log(`     ${fault.kind}: ${fault.text}`);
  });
}

for (const repository of chosen) {
  const result = await runRepository(repository, witness);
  keepResult(result);
  say(result);
  if (result.chores.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}
if (args.includes('--page') || named.length === 0) {
  const results = all.flatMap(({ name }) => keptResult(name) ?? []);
  writeFileSync(new URL('../../docs/world.md', import.meta.url), await page(all, results));
}
