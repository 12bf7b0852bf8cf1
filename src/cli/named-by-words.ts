import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDnsLabel, sessionName } from '../api/names.ts';
import { BgtaskError } from '../domain/errors.ts';
import type { Engine } from '../engine/engine.ts';

/** Characters of a name that is made from a sentence: room for a number, and for a retry's ending. */
const NAME_MAX = 40;
/** Tasks of one sentence whose names are told apart by a number. */
const SAME_MAX = 99;

/** True for an argument that is the instructions and not a name: it has a space. */
export const isSentence = (text: string): boolean => /\S\s+\S/.test(text);

/** A task's name from its instructions: their first words in ASCII, e.g. `upgrade-lodash-to-4-17-21`. `task` where nothing is left. */
export function nameOfWords(text: string): string {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  let name = '';
  for (const word of words) {
    const next = name === '' ? word.slice(0, NAME_MAX) : `${name}-${word}`;
    if (next.length > NAME_MAX) break;
    name = next;
  }
  if (/^\d/.test(name)) name = `task-${name}`.slice(0, NAME_MAX).replace(/-$/, '');
  return isDnsLabel(name) ? name : 'task';
}

/** The name from the instructions, with a number where the project has a task of that name. Throws AlreadyExists after 99 of them. */
export async function freeName(engine: Engine, project: string, instructions: string): Promise<string> {
  const name = nameOfWords(instructions);
  for (let at = 1; at <= SAME_MAX; at++) {
    const candidate = at === 1 ? name : `${name}-${at}`;
    const key = { namespace: project, name: sessionName(project, candidate) };
    if (!(await engine.store.get('AgenticSession', key))) return candidate;
  }
  throw new BgtaskError('AlreadyExists', `The project has ${SAME_MAX} tasks named ${name}.`, {
    hint: 'Give the task a name: bgtask create NAME -m "..."',
  });
}

/** True in a folder of a git repository. */
export function isInRepository(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true;
    if (at === dirname(at)) return false;
  }
}
