import { StageError } from '../../domain/reasons.ts';
import type { Agent } from './agent.ts';

/** Every agent, loaded when it is asked for. A new one is a file and a line here. */
const table: Record<string, () => Promise<Agent>> = {
  claude: async () => (await import('./claude.ts')).claude,
  codex: async () => (await import('./codex.ts')).codex,
  command: async () => (await import('./command.ts')).command,
  gemini: async () => (await import('./gemini.ts')).gemini,
  opencode: async () => (await import('./opencode.ts')).opencode,
};
export const agents: Readonly<typeof table> = table;

/** All of them, loaded, in the order of the table. */
export const allAgents = (): Promise<Agent[]> => Promise.all(Object.values(table).map((load) => load()));

/** What a person chooses an agent by: programs first, in the order of the table. */
export async function agentChoices(): Promise<{ name: string; label: string }[]> {
  const all = (await allAgents()).map(({ name, label, binary }) => ({ name, label, binary }));
  return [...all.filter(({ binary }) => binary), ...all.filter(({ binary }) => !binary)].map(
    ({ name, label }) => ({ name, label }),
  );
}

/** Adds an agent at run time. Returns what takes it out again. Throws when the name is taken. */
export function plugAgent(agent: Agent): () => void {
  const { name } = agent;
  if (Object.hasOwn(table, name)) throw new Error(`${name} is already there`);
  table[name] = () => Promise.resolve(agent);
  return () => void delete table[name];
}

/** The agent of a task. Rejects with a StageError (InvalidTask) that lists the known ones. */
export async function loadAgent(type: string): Promise<Agent> {
  const load = Object.hasOwn(agents, type) ? agents[type] : undefined;
  if (load) return load();
  const known = Object.keys(agents).join(', ');
  throw new StageError('InvalidTask', `There is no agent ${type}. Set agent.type to one of: ${known}.`);
}
