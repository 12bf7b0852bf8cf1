import type { Contender } from './contender.ts';

/** When a project, or a user in a project, was last given a place: milliseconds by `servedKey`. Absent: never. */
export type Served = ReadonlyMap<string, number>;

/** The key of a project in Served; with a creator, that of the user in it. */
export const servedKey = (project: string, creator?: string): string =>
  creator === undefined ? project : `${project}\n${creator}`;

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Ms of creation: a line is put in order again and again. */
const ages = new WeakMap<Contender, number>();

function ageOf(contender: Contender): number {
  const known = ages.get(contender) ?? Date.parse(contender.createdAt);
  ages.set(contender, known);
  return known;
}

/** Contenders from the oldest on. */
export const byAge = (contenders: readonly Contender[]): Contender[] =>
  [...contenders].sort((a, b) => ageOf(a) - ageOf(b) || compare(a.name, b.name) || compare(a.uid, b.uid));

/** Whose turn it may be: a project, or a user in one. */
interface Party {
  key: string;
  active: number;
  /** When its oldest task in line was created. */
  at: number;
}

/** Parties in turn: the one with the fewest active tasks first, then the one that waits longest for a place, then the one with the oldest task. */
class Turns<P extends Party> {
  readonly #levels: { parties: P[]; next: number }[] = [];
  #lowest = 0;

  constructor(parties: Iterable<P>, served: Served) {
    const last = ({ key }: P): number => served.get(key) ?? 0;
    const inOrder = [...parties].sort((a, b) => last(a) - last(b) || a.at - b.at || compare(a.key, b.key));
    for (const party of inOrder) this.add(party);
  }

  /** Adds a party whose turn was the latest. */
  add(party: P): void {
    (this.#levels[party.active] ??= { parties: [], next: 0 }).parties.push(party);
    this.#lowest = Math.min(this.#lowest, party.active);
  }

  take(): P | undefined {
    for (; this.#lowest < this.#levels.length; this.#lowest++) {
      const level = this.#levels[this.#lowest];
      const party = level?.parties[level.next];
      if (!level || !party) continue;
      level.next++;
      return party;
    }
    return undefined;
  }
}

interface User extends Party {
  tasks: Contender[];
  next: number;
}
interface Project extends Party {
  users: Map<string, User>;
}

/** The projects of a line, their users, and the tasks of each in the line's order. */
function partiesOf(line: readonly Contender[], active: ReadonlyMap<string, number>): Iterable<Project> {
  const projects = new Map<string, Project>();
  for (const contender of line) {
    const { project, creator } = contender;
    const known = projects.get(project) ?? {
      ...party(servedKey(project), contender, active),
      users: new Map(),
    };
    projects.set(project, known);
    const user = known.users.get(creator) ?? {
      ...party(servedKey(project, creator), contender, active),
      tasks: [],
      next: 0,
    };
    known.users.set(creator, user);
    user.tasks.push(contender);
  }
  return projects.values();
}

const party = (key: string, oldest: Contender, active: ReadonlyMap<string, number>): Party => ({
  key,
  active: active.get(key) ?? 0,
  at: ageOf(oldest),
});

/**
 * The tasks of a line, which is given by age, in the order of their turns: round robin by project, in a project by user, and of a user by age. Who has fewer active tasks comes
 * first, then who was longest without a turn. A task that `may` refuses is left out, and costs its user no turn. `may` is asked once for each task, in
 * turn; what it refuses once it would refuse later. `active` counts active tasks by `servedKey`.
 */
export function* inTurn(
  line: readonly Contender[],
  {
    active,
    served,
    may,
  }: { active: ReadonlyMap<string, number>; served: Served; may: (next: Contender) => boolean },
): Generator<Contender> {
  const projects = new Turns(partiesOf(line, active), served);
  const turns = new Map<Project, Turns<User>>();
  for (let project = projects.take(); project; project = projects.take()) {
    const users = turns.get(project) ?? new Turns(project.users.values(), served);
    turns.set(project, users);
    for (let user = users.take(); user; user = users.take()) {
      const next = nextOf(user, may);
      if (!next) continue;
      yield next;
      user.active++;
      project.active++;
      users.add(user);
      projects.add(project);
      break;
    }
  }
}

function nextOf(user: User, may: (next: Contender) => boolean): Contender | undefined {
  while (user.next < user.tasks.length) {
    const next = user.tasks[user.next++];
    if (next && may(next)) return next;
  }
  return undefined;
}
