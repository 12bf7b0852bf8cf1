import { StageError } from '../../domain/reasons.ts';
import type { Agent } from './agent.ts';

/** Every agent, loaded when it is asked for. A new one is a file and a line here. */
export const agents: Readonly<Record<string, () => Promise<Agent>>> = {
  claude: async () => (await import('./claude.ts')).claude,
  codex: async () => (await import('./codex.ts')).codex,
  command: async () => (await import('./command.ts')).command,
  gemini: async () => (await import('./gemini.ts')).gemini,
  opencode: async () => (await import('./opencode.ts')).opencode,
};

/** The agent of a task. Rejects with a StageError (InvalidTask) that lists the known ones. */
export async function loadAgent(type: string): Promise<Agent> {
  const load = Object.hasOwn(agents, type) ? agents[type] : undefined;
  if (load) return load();
  const known = Object.keys(agents).join(', ');
  throw new StageError('InvalidTask', `There is no agent ${type}. Set agent.type to one of: ${known}.`);
}
