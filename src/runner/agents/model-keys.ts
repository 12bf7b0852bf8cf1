import type { ModelKeys } from '../../domain/credentials.ts';
import { whyInReach } from '../gateway/model-hosts.ts';
import { allAgents } from './table.ts';

/** The keys of every agent's model: the gateway's container holds those that the gateway can send to the model. */
export async function agentKeys(): Promise<ModelKeys> {
  const known = new Map((await allAgents()).map((agent) => [agent.name, agent]));
  return (agentType, env) => {
    const agent = known.get(agentType);
    const all = agent?.keys ?? [];
    const goesThrough = (key: string): boolean =>
      agent !== undefined && env !== undefined && whyInReach(agent, key, { ...env }) === undefined;
    return { gateway: all.filter(goesThrough), agent: all.filter((key) => !goesThrough(key)) };
  };
}
