import { isDnsLabel, sessionName } from '../api/names.ts';
import { BgtaskError } from '../domain/errors.ts';
import type { Engine } from '../engine/engine.ts';

/** Characters of a name that is made from a sentence: room for a number, and for a retry's ending. */
const NAME_MAX = 40;
/** How many tasks can have the same instructions. */
const SAME_MAX = 99;

/** Returns true if an argument is instructions: it has more than one word. A task name has no spaces. */
export const isSentence = (text: string): boolean => /\S\s+\S/.test(text);

/** Makes a task name from the first words of the instructions, e.g. `upgrade-lodash-to-4-17-21`. Returns `task` if the words have no ASCII letters. */
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

/** Makes a task name from the instructions and adds a number if the project already has that name. Throws AlreadyExists after 99 names. */
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
