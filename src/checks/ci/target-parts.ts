import { scriptCalls } from '../script-calls.ts';
import { shellSteps } from '../shell.ts';
import { lineRole } from './line-role.ts';
import type { RepoFacts } from './repo-facts.ts';

/** More parts of one target are not taken. */
const MAX_PARTS = 10;

/**
 * The targets or scripts that a refused one calls and that prove something by themselves: `make verify` looks at the tree, the
 * `make vet` in it does not. In their order.
 */
export function partsOf({ run, dir }: { run: string; dir: string }, facts: RepoFacts): string[] {
  const scripts = facts.scriptsFor(dir, run);
  const named = (text: string): string[] =>
    shellSteps(text).flatMap(({ words, conditional, swallowed }) =>
      conditional || swallowed ? [] : (scriptCalls(words, scripts)?.names ?? []),
    );
  const program = scripts.runner ?? programOf(run);
  if (program === undefined) return [];
  const parts = named(run).flatMap((name) => named(scripts.get(name) ?? ''));
  return [...new Set(parts)]
    .slice(0, MAX_PARTS)
    .map((name) => `${program} ${name}`)
    .filter((part) => {
      const { role, kind } = lineRole(part, dir, facts);
      return role === 'proof' && kind !== undefined && kind !== 'install' && kind !== 'format';
    });
}

/** `pnpm run` and its like, as a line that calls a script has it. */
const programOf = (run: string): string | undefined => {
  const name = /^(npm|pnpm|yarn|bun|composer)\b/.exec(run)?.[1];
  return name === undefined ? undefined : `${name} run`;
};
