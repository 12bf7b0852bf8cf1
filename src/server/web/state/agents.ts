import type { PageAgents } from '../../pages/page-files.ts';

/** The agents that the server wrote into the page. */
export function agentsIn(page: Document): PageAgents {
  const { content } = page.querySelector<HTMLMetaElement>('meta[name=agents]') ?? {};
  return content ? (JSON.parse(content) as PageAgents) : { choices: [], usual: '' };
}
