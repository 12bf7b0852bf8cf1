import type { Agent } from '../agents/agent.ts';

/** Why a key cannot go through the gateway; undefined if it can. */
export function whyInReach(
  { gateway }: Pick<Agent, 'gateway'>,
  key: string,
  env: Readonly<NodeJS.ProcessEnv>,
): string | undefined {
  return gateway?.apis[key] ? gateway.bypass?.(env) : `the gateway does not know the API of ${key}`;
}

/** The hosts of the models that an agent speaks to itself, because its key cannot go through the gateway. `keys` are those that it has. */
export function modelHosts(
  agent: Pick<Agent, 'gateway' | 'keys'>,
  env: Readonly<NodeJS.ProcessEnv>,
  keys: Readonly<Record<string, string>>,
): string[] {
  const key = agent.keys.find((name) => keys[name]);
  if (key === undefined || whyInReach(agent, key, env) === undefined) return [];
  const apis = Object.values(agent.gateway?.apis ?? {});
  const bases = apis.map((api) => api.ownBase(env) ?? api.defaultBase);
  return [...new Set(bases.flatMap((base) => (URL.canParse(base) ? [new URL(base).host] : [])))];
}
