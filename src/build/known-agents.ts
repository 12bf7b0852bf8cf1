import { agents } from '../runner/agents/table.ts';

const SENTENCE = /(?<=One of )[a-z0-9, -]+ or command(?=\.)/g;

/** A CRD whose agent.type says which agents there are, by the table of agents. */
export function withKnownAgents(crd: string): string {
  const programs = Object.keys(agents).filter((name) => name !== 'command');
  return crd.replace(SENTENCE, `${programs.join(', ')} or command`);
}
