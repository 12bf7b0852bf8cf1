import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent } from './agent.ts';

/** Claude Code keeps a conversation as ~/.claude/projects/FOLDER/SESSION.jsonl, and looks for it in the folder that is named after its working folder. */
const projects = (home: string): string => join(home, '.claude', 'projects');

/** Names of conversations: part of a file's name. */
const SESSION = /^[\w-]{1,128}$/;

/** Where Claude Code 2.1 has its conversations. */
export const claudeConversations: NonNullable<Agent['conversations']> = {
  async find(home, session) {
    if (!SESSION.test(session)) return undefined;
    for (const folder of await readdir(projects(home)).catch(() => [])) {
      const path = join(projects(home), folder, `${session}.jsonl`);
      if (await stat(path).catch(() => undefined)) return path;
    }
    return undefined;
  },
  path: (home, cwd, session) => join(projects(home), cwd.replace(/[^A-Za-z0-9]/g, '-'), `${session}.jsonl`),
};
