import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkTree } from '../work-tree.ts';
import type { Agent } from './agent.ts';

/** Claude Code keeps a conversation as ~/.claude/projects/FOLDER/SESSION.jsonl, and looks for it in the folder that is named after its working folder. */
const PROJECTS = '.claude/projects';
const projects = (home: string): string => join(home, PROJECTS);

/** Names of conversations: part of a file's name. */
const SESSION = /^[\w-]{1,128}$/;

/** Where Claude Code 2.1 has its conversations. */
export const claudeConversations: NonNullable<Agent['conversations']> = {
  async find(home, session) {
    if (!SESSION.test(session)) return undefined;
    // The agent may have put a link to a folder of the person in the place of each of these.
    const tree = new WorkTree(home);
    for (const folder of await readdir(projects(home)).catch(() => [])) {
      const file = `${PROJECTS}/${folder}/${session}.jsonl`;
      if ((await tree.reach(file))?.isFile()) return join(home, file);
    }
    return undefined;
  },
  path: (home, cwd, session) => join(projects(home), cwd.replace(/[^A-Za-z0-9]/g, '-'), `${session}.jsonl`),
};
