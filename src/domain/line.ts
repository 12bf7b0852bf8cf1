import type { Contender } from './admission.ts';

/** When a project, or a user in a project, was last given a place: milliseconds by `servedKey`. Absent: never. */
export type Served = ReadonlyMap<string, number>;

/** The key of a project in Served; with a creator, that of the user in it. */
export const servedKey = (project: string, creator?: string): string =>
  creator === undefined ? project : `${project}\n${creator}`;

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Contenders with their age read once. */
interface Aged {
  at: number;
  contender: Contender;
}

const byAge = (a: Aged, b: Aged): number =>
  a.at - b.at || compare(a.contender.name, b.contender.name) || compare(a.contender.uid, b.contender.uid);

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
  tasks: Aged[];
  next: number;
}
interface Project extends Party {
  users: Map<string, User>;
}

/** The projects of a line, their users, and the tasks of each from the oldest on. */
function partiesOf(line: readonly Contender[], active: ReadonlyMap<string, number>): Iterable<Project> {
  const projects = new Map<string, Project>();
  const aged = line.map((contender) => ({ at: Date.parse(contender.createdAt), contender })).sort(byAge);
  for (const each of aged) {
    const { project, creator } = each.contender;
    const [key, own] = [servedKey(project), servedKey(project, creator)];
    const known = projects.get(key) ?? { key, active: active.get(key) ?? 0, at: each.at, users: new Map() };
    projects.set(key, known);
    const user = known.users.get(own) ?? {
      key: own,
      active: active.get(own) ?? 0,
      at: each.at,
      tasks: [],
      next: 0,
    };
    known.users.set(own, user);
    user.tasks.push(each);
  }
  return projects.values();
}

/**
 * The tasks of a line in the order of their turns: round robin by project, in a project by user, and of a user by age. Who has fewer active tasks comes
 * first, then who was longest without a turn. A task that `may` refuses is left out, and costs its user no turn. `may` is asked once for each task, in
 * turn; what it refuses once it would refuse later. `active` counts active tasks by `servedKey`. Takes n log n steps for n tasks.
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
    const { contender } = user.tasks[user.next++] ?? {};
    if (contender && may(contender)) return contender;
  }
  return undefined;
}
