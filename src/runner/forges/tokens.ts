import { FORGE_TOKEN_VARIABLE } from '../../domain/credentials.ts';
import type { ForgeKind } from './forge.ts';
import { forgeFor, forgeKinds } from './table.ts';

type Values = Readonly<Record<string, string | undefined>>;

/** A task's repository, and the environment that says which hosts are whose. */
export interface Place {
  repository: string;
  env: NodeJS.ProcessEnv;
}

/** The forge of a repository; the last one where a setting is malformed, which the stage says when it comes to that. */
export function knownForge({ repository, env }: Place): ForgeKind | undefined {
  try {
    return forgeFor(repository, env);
  } catch {
    return forgeKinds().at(-1);
  }
}

const withOurs = (variables: readonly string[]): string[] => [
  ...new Set([FORGE_TOKEN_VARIABLE, ...variables]),
];

/** Where the token of any forge is looked for. */
export const allTokenVariables = (): string[] =>
  withOurs(forgeKinds().flatMap(({ tokenVariables }) => tokenVariables));

/** The token for a repository, among variables or a Secret's keys: the first that is there of its own forge. */
export function forgeTokenOf(values: Values, place: Place): string | undefined {
  const name = withOurs(knownForge(place)?.tokenVariables ?? []).find((each) => values[each]);
  return name && values[name];
}

/** The forges that the token for a repository is for: those that look for it in the same variables and know their hosts. */
export function tokenForges(place: Place): ForgeKind[] {
  const own = knownForge(place)?.tokenVariables ?? [];
  return forgeKinds().filter(
    ({ title, tokenVariables }) => title !== undefined && tokenVariables.some((name) => own.includes(name)),
  );
}
