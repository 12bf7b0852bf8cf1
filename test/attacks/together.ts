import { type Attack, EDIT, LEAK } from './attack.ts';
import { type Seen, told } from './seen.ts';
import type { World } from './world.ts';

/** One task, and the attacks that it carries out: one, or several that do not disturb each other. */
export interface Task {
  attack: Attack;
  parts: readonly Attack[];
}

/** The file in which a part leaves what it found. */
const leakOf = (at: number): string => `leak-${at}.txt`;

/** Attacks of the same `together` become one task, with the files and the commands of all; the others have one each. */
export function tasksOf(attacks: readonly Attack[]): Task[] {
  const tasks = new Map<string, Attack[]>();
  for (const attack of attacks) {
    const key = attack.together ?? attack.name;
    tasks.set(key, [...(tasks.get(key) ?? []), attack]);
  }
  return [...tasks.values()].map((parts) => ({ attack: joined(parts), parts }));
}

function joined(parts: readonly Attack[]): Attack {
  const [first] = parts;
  if (!first) throw new Error('A task has at least one attack.');
  if (parts.length === 1) return first;
  const files = parts.flatMap((part, at) =>
    Object.entries(part.files ?? {}).map(([path, text]) => [
      path,
      text === undefined ? undefined : (world: World) => told(text, world).replaceAll(LEAK, leakOf(at)),
    ]),
  );
  return {
    ...first,
    files: Object.fromEntries(files) as NonNullable<Attack['files']>,
    async before(world) {
      // Parts may share what they make ready.
      for (const before of new Set(parts.map((part) => part.before))) await before?.(world);
    },
    run: (world) =>
      parts
        .map((part, at) => `(\n${told(part.run ?? EDIT, world).replaceAll(LEAK, leakOf(at))}\n) || :`)
        .join('\n'),
    held: undefined,
  };
}

/** What one part of a task sees: its own leak, by the name that its row knows. */
export function seenBy(task: Task, part: Attack, seen: Seen): Seen {
  if (task.parts.length === 1) return seen;
  const own = leakOf(task.parts.indexOf(part));
  return {
    ...seen,
    pushed: seen.pushed?.map((path) => (path === own ? LEAK : path)),
    file: (path) => seen.file(path === LEAK ? own : path),
  };
}
