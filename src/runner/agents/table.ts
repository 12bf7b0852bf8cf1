import { StageError } from '../../domain/reasons.ts';
import type { Agent } from './agent.ts';

/** The agents by the name that `agent.type` has, each loaded when a task asks for it. One line and one file each. */
export const agents: Record<string, () => Promise<Agent>> = {
  claude: async () => (await import('./claude.ts')).claude,
  command: async () => (await import('./command.ts')).command,
};

/** The agent of a type. Throws InvalidTask, naming those there are. */
export async function loadAgent(type: string): Promise<Agent> {
  const load = Object.hasOwn(agents, type) ? agents[type] : undefined;
  if (!load) throw new StageError('InvalidTask', `There is no agent "${type}". There are: ${Object.keys(agents).join(', ')}.`);
  return load();
}
