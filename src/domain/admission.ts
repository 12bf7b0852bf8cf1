import type { Contender } from './contender.ts';
import { byAge, inTurn, type Served, servedKey } from './line.ts';
import type { Reason } from './reasons.ts';

/** Active tasks allowed; 0 means unlimited. */
export interface Limits {
  perUser: number;
  perRepository: number;
  perProject: number;
  perCluster: number;
}

/** Limits that differ from project to project. */
export type LimitsOf = (project: string) => Limits;

interface Refusal {
  reason: Extract<Reason, 'ConcurrencyLimit' | 'RepositoryBusy'>;
  message: string;
}

/** Where a task stands in line: its place, 1 for the next; or, far back, how many others are ahead at least. Empty until the whole line has been judged again. */
export type Standing = { place?: number; after?: number };

/** What admission says of a task: it starts, it waits in line, or it is refused. */
export type Verdict =
  | { admitted: true }
  | ({ admitted: false; waits: true; message: string } & Standing)
  | ({ admitted: false; waits: false } & Refusal);

/** Places up to this one are told exactly. Each step of a long line would cost a write for every task in it. */
const EXACT = 10;
/** Numbers of others ahead that are told beyond. */
const MARKS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];

const standingAfter = (others: number): Standing =>
  others < EXACT ? { place: others + 1 } : { after: MARKS.findLast((mark) => mark <= others) ?? EXACT };

/** The limit that keeps a task from starting. */
type Cause = 'user' | 'repository' | 'project' | 'cluster';

/** Why a task waits that stands far back: without numbers and names, which change with each step of the line. */
const FAR: Record<Cause, string> = {
  user: 'Its user has as many tasks before it as limits.perUser allows at once',
  repository: 'Its repository and branch have as many active tasks as limits.perRepository allows',
  project: 'Its project has as many active tasks as limits.perProject allows',
  cluster: 'All projects together have as many active tasks as limits.perCluster allows',
};

const REASON = { user: 'ConcurrencyLimit', repository: 'RepositoryBusy' } as const;

const isRoom = (cause: Cause): cause is 'project' | 'cluster' => cause === 'project' || cause === 'cluster';

const STARTS: Verdict = { admitted: true };

/** Who has a place. */
class Places {
  readonly #limits: LimitsOf;
  readonly #users = new Map<string, number>();
  readonly #targets = new Map<string, Contender[]>();
  /** Active tasks by `servedKey`. */
  readonly counts = new Map<string, number>();
  #all = 0;

  constructor(limits: LimitsOf) {
    this.#limits = limits;
  }

  take(contender: Contender): void {
    const { creator, target, project } = contender;
    increase(this.#users, creator);
    const there = this.#targets.get(target);
    if (there) there.push(contender);
    else this.#targets.set(target, [contender]);
    increase(this.counts, servedKey(project));
    increase(this.counts, servedKey(project, creator));
    this.#all++;
  }

  /** The limit that a task has reached, that of its user first. Undefined when it may start. `before` counts further tasks of its user. */
  cause({ project, creator, target }: Contender, before = 0): Cause | undefined {
    const { perUser, perRepository, perProject, perCluster } = this.#limits(project);
    if (isFull(perUser, (this.#users.get(creator) ?? 0) + before)) return 'user';
    if (isFull(perRepository, this.#targets.get(target)?.length)) return 'repository';
    if (isFull(perProject, this.counts.get(servedKey(project)))) return 'project';
    return isFull(perCluster, this.#all) ? 'cluster' : undefined;
  }

  /** The sentence about a cause. */
  words(cause: Cause, { project, creator, target, queue }: Contender, before = 0): string {
    if (cause === 'user') return userMessage(this.#users.get(creator) ?? 0, before);
    if (cause === 'repository') return repositoryMessage(this.#targets.get(target) ?? [], queue);
    return FAR[cause].replace('Its project', `Project "${project}"`);
  }
}

const isFull = (limit: number, count = 0): boolean => limit > 0 && count >= limit;

const increase = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Counts of those ahead in line, from which a place follows. */
class Ahead {
  readonly #users = new Map<string, number>();
  readonly #claims = new Map<string, number>();
  readonly #targets = new Map<string, number>();
  readonly #both = new Map<string, number>();
  readonly #projects = new Map<string, number>();
  #forRoom = 0;

  /** How many of a task's user wait for room alone: they come first. */
  claimed({ creator }: Contender): number {
    return this.#claims.get(creator) ?? 0;
  }

  /** How many are ahead who want what a task wants: room, or the same user's or repository's place. */
  count({ creator, target, project }: Contender, cause: Cause): number {
    if (cause === 'cluster') return this.#forRoom;
    if (cause === 'project') return this.#projects.get(project) ?? 0;
    const both = this.#both.get(`${creator}\n${target}`) ?? 0;
    return (this.#users.get(creator) ?? 0) + (this.#targets.get(target) ?? 0) - both;
  }

  add({ project, creator, target }: Contender, cause: Cause): void {
    increase(this.#users, creator);
    increase(this.#targets, target);
    increase(this.#both, `${creator}\n${target}`);
    if (!isRoom(cause)) return;
    increase(this.#claims, creator);
    increase(this.#projects, project);
    this.#forRoom++;
  }
}

/** The verdicts on the tasks in line, and on those that come. */
export class Line {
  readonly #places: Places;
  readonly #ahead = new Ahead();
  readonly #verdicts = new Map<string, Verdict>();

  /**
   * Judges each task in line once, in the order of `inTurn`. A task starts when its user, its repository, its project and the cluster have room. A task that waits
   * for one of these holds up no task that does not. One that only waits for room of its project or the cluster is never refused; it counts for its user,
   * of whom further tasks without `queue` are refused, and not for its repository.
   */
  constructor(contenders: readonly Contender[], limits: Limits | LimitsOf, served: Served = new Map()) {
    this.#places = new Places(typeof limits === 'function' ? limits : () => limits);
    for (const contender of contenders) if (contender.active) this.#places.take(contender);
    const places = this.#places;
    const line = byAge(contenders.filter(({ active, queue }) => !active && queue));
    const active = new Map(places.counts);
    const may = (next: Contender): boolean => places.cause(next) === undefined;
    for (const next of inTurn(line, { active, served, may })) {
      places.take(next);
      this.#verdicts.set(next.uid, STARTS);
    }
    const rest = line.filter(({ uid }) => !this.#verdicts.has(uid));
    for (const next of inTurn(rest, { active: places.counts, served, may: () => true })) this.#wait(next);
  }

  /** The verdict on a task; undefined for one that was neither in line nor has joined it. */
  verdict({ uid }: Contender): Verdict | undefined {
    return this.#verdicts.get(uid);
  }

  /** Judges a task that is not in line, in a few steps and after all who are: the place of one that waits is not known yet. */
  join(newcomer: Contender): Verdict {
    const verdict = this.#judge(newcomer);
    if (verdict.admitted) this.#places.take(newcomer);
    this.#verdicts.set(newcomer.uid, verdict);
    return verdict;
  }

  /** Removes a task that was refused. */
  leave({ uid }: Contender): void {
    this.#verdicts.delete(uid);
  }

  #judge(me: Contender): Verdict {
    const before = this.#ahead.claimed(me);
    const cause = me.queue ? this.#places.cause(me) : this.#places.cause(me, before);
    if (!cause) return STARTS;
    const message = this.#places.words(cause, me, before);
    if (!me.queue && !isRoom(cause)) return { admitted: false, waits: false, reason: REASON[cause], message };
    this.#ahead.add(me, cause);
    return { admitted: false, waits: true, message };
  }

  /** Gives a task that does not start its place after those ahead. A user's own that wait for room come first. */
  #wait(me: Contender): void {
    const before = this.#ahead.claimed(me);
    const cause = this.#places.cause(me, before) ?? 'cluster';
    const standing = standingAfter(this.#ahead.count(me, cause));
    this.#ahead.add(me, cause);
    const message = standing.after === undefined ? this.#places.words(cause, me, before) : FAR[cause];
    this.#verdicts.set(me.uid, { admitted: false, waits: true, message, ...standing });
  }
}

const plural = (count: number): string => (count === 1 ? 'task' : 'tasks');

/** The sentence of the quickstart's 409; where tasks in line count too, it says so. */
function userMessage(active: number, inLine: number): string {
  const all = active + inLine;
  const kind = inLine === 0 ? 'running background' : 'background';
  const where = inLine === 0 ? '' : ` (${inLine} in line)`;
  const [it, one] = all === 1 ? ['it', 'it'] : ['one', 'one'];
  return `You already have ${all} ${kind} ${plural(all)}${where}. Wait for ${it} to complete or cancel ${one}.`;
}

const repositoryMessage = (busy: readonly Contender[], isInLine: boolean): string =>
  `This repository and branch already have ${busy.length} running background ${plural(busy.length)} (${busy
    .map((task) => task.name)
    .slice(0, 3)
    .join(', ')})${isInLine ? '' : '. Wait for it to complete, or create the task with --queue'}.`;
