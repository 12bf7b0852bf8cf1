import type { CommandList } from './command-list.ts';
import type { RepoFacts } from './repo-facts.ts';

/** One pipeline file that is being read. */
export interface Pipeline {
  path: string;
  facts: RepoFacts;
  list: CommandList;
}
