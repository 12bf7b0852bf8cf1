import type { UsageReader } from './tokens.ts';

/** One kind of model API: what of it an agent needs, and how its answers tell the tokens that they cost. */
export interface ApiKind {
  /**
   * What may be asked, `METHOD /path` below the base URL; `*` stands for characters of one part of the path but `/` and `:`. Batches, files and background
   * answers are left out: their tokens are not in the answer, so that the gateway could not count them.
   */
  endpoints: readonly string[];
  readUsage: UsageReader;
}

/** The API that one of an agent's keys opens, and how its program is sent to another address. */
export interface ModelApi {
  kind: ApiKind;
  /** The base URL without a person's own. */
  defaultBase: string;
  /** The base URL that the person chose, a company's model gateway for example; undefined without one. */
  ownBase(env: Readonly<NodeJS.ProcessEnv>): string | undefined;
  /** The variables that send the program to a base URL, with what they hold already taken over. */
  variables(base: string, env: Readonly<NodeJS.ProcessEnv>): Record<string, string>;
}

/** An agent's part of the gateway. */
export interface AgentGateway {
  /** By the key's variable. A key that is not listed cannot go through the gateway. */
  apis: Readonly<Record<string, ModelApi>>;
  /** Why the program does not use the base URL in this environment; undefined if it does. */
  bypass?(env: Readonly<NodeJS.ProcessEnv>): string | undefined;
}

/** The API of a program that takes its base URL from one variable. */
export const apiBehind = (kind: ApiKind, defaultBase: string, variable: string): ModelApi => ({
  kind,
  defaultBase,
  ownBase: (env) => env[variable] || undefined,
  variables: (base) => ({ [variable]: base }),
});
