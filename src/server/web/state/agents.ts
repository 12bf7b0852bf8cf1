import type { PageAgents } from '../../pages/page-files.ts';

/** The agents that the server wrote into the page, of the text that it wrote there. */
export const agentsOf = (text = ''): PageAgents =>
  text ? (JSON.parse(text) as PageAgents) : { choices: [], usual: '' };
