import { inTurn, type Served, servedKey } from './line.ts';
import type { Reason } from './reasons.ts';

/** A task as admission sees it. */
export interface Contender {
  uid: string;
  /** The task's name, for sentences. */
  name: string;
  project: string;
  creator: string;
  /** Repository and base branch in one canonical spelling. */
  target: string;
  /** RFC 3339. */
  createdAt: string;
  /** Admitted and not at its end. */
  active: boolean;
  /** Waits for its user and its repository rather than being refused: it asked to, or it is in line already. */
  queue: boolean;
}

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

/** Why a task waits that stands far back: without numbers and names, which change with each step of the line. */
const FAR: Record<Refusal['reason'], string> = {
  ConcurrencyLimit: 'Its user has as many active tasks as limits.perUser allows',
  RepositoryBusy: 'Its repository and branch have as many active tasks as limits.perRepository allows',
};

const STARTS: Verdict = { admitted: true };

const plural = (count: number): string => (count === 1 ? 'task' : 'tasks');

/** Who has a place, and whom that leaves none. */
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

  /** Why the limits of the user and the repository leave a task no place; `claimed` counts further tasks of its user. */
  refusal({ project, creator, target }: Contender, claimed = 0): Refusal | undefined {
    const { perUser, perRepository } = this.#limits(project);
    const mine = this.#users.get(creator) ?? 0;
    if (perUser > 0 && mine + claimed >= perUser)
      return { reason: 'ConcurrencyLimit', message: userMessage(mine, claimed) };
    const there = this.#targets.get(target) ?? [];
    if (perRepository > 0 && there.length >= perRepository)
      return { reason: 'RepositoryBusy', message: repositoryMessage(there) };
    return undefined;
  }

  /** What of a task's project and the cluster has no room; undefined when both have. */
  full({ project }: Contender): { scope: 'project' | 'cluster'; message: string } | undefined {
    const { perProject, perCluster } = this.#limits(project);
    const here = this.counts.get(servedKey(project)) ?? 0;
    if (perProject > 0 && here >= perProject)
      return {
        scope: 'project',
        message: `Project "${project}" has ${here} active ${plural(here)}, as many as limits.perProject allows`,
      };
    if (perCluster > 0 && this.#all >= perCluster)
      return {
        scope: 'cluster',
        message: `${this.#all} ${plural(this.#all)} ${this.#all === 1 ? 'is' : 'are'} active in all projects, as many as limits.perCluster allows`,
      };
    return undefined;
  }

  /** True for a task that may start now. */
  readonly fits = (contender: Contender): boolean => !this.refusal(contender) && !this.full(contender);
}

const increase = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Counts of those ahead in line, from which a place follows. */
class Ahead {
  readonly #counts = new Map<string, number>();
  readonly #of = (key: string): number => this.#counts.get(key) ?? 0;

  /** How many want the same user's or the same repository's place. */
  rivals({ creator, target }: Contender): number {
    return this.#of(`u${creator}`) + this.#of(`t${target}`) - this.#of(`b${creator}\n${target}`);
  }

  /** How many wait for room in the project, or in the cluster. */
  forRoom({ project }: Contender, scope: 'project' | 'cluster'): number {
    return this.#of(scope === 'cluster' ? 'room' : `p${project}`);
  }

  /** How many of a user wait for room. */
  claimed({ creator }: Contender): number {
    return this.#of(`c${creator}`);
  }

  add({ project, creator, target }: Contender, waitsForRoom: boolean): void {
    const keys = [`u${creator}`, `t${target}`, `b${creator}\n${target}`];
    const room = waitsForRoom ? ['room', `p${project}`, `c${creator}`] : [];
    for (const key of [...keys, ...room]) increase(this.#counts, key);
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
    const line = contenders.filter(({ active, queue }) => !active && queue);
    const places = this.#places;
    const active = new Map(places.counts);
    for (const next of inTurn(line, { active, served, may: places.fits })) {
      places.take(next);
      this.#verdicts.set(next.uid, STARTS);
    }
    const rest = line.filter(({ uid }) => !this.#verdicts.has(uid));
    for (const next of inTurn(rest, { active: places.counts, served, may: () => true }))
      this.#verdicts.set(next.uid, this.#without(next));
  }

  /** The verdict on a task; undefined for one that was neither in line nor has joined it. */
  verdict({ uid }: Contender): Verdict | undefined {
    return this.#verdicts.get(uid);
  }

  /** Judges a task that is not in line, in a few steps and after all who are: the place of one that waits is not known yet. */
  join(newcomer: Contender): Verdict {
    const verdict = this.#judge(newcomer);
    if (verdict.admitted) this.#places.take(newcomer);
    else if (verdict.waits) this.#ahead.add(newcomer, !this.#places.refusal(newcomer));
    this.#verdicts.set(newcomer.uid, verdict);
    return verdict;
  }

  /** Forgets a task that has no place and waits for none. */
  leave({ uid }: Contender): void {
    this.#verdicts.delete(uid);
  }

  #judge(me: Contender): Verdict {
    const over = this.#places.refusal(me, me.queue ? 0 : this.#ahead.claimed(me));
    if (over && !me.queue) return { admitted: false, waits: false, ...over };
    const why = over ?? this.#places.full(me);
    return why ? { admitted: false, waits: true, message: why.message } : STARTS;
  }

  /** The verdict on a task that does not start, with its place after those ahead. */
  #without(me: Contender): Verdict {
    const verdict = this.#judge(me);
    if (verdict.admitted || !verdict.waits) return verdict;
    const over = this.#places.refusal(me);
    const scope = over ? undefined : this.#places.full(me)?.scope;
    const standing = standingAfter(scope ? this.#ahead.forRoom(me, scope) : this.#ahead.rivals(me));
    this.#ahead.add(me, scope !== undefined);
    const isFar = standing.after !== undefined && over !== undefined;
    return { ...verdict, ...(isFar && { message: FAR[over.reason] }), ...standing };
  }
}

/** The sentence of the quickstart's 409; that of a task in line says so. */
const userMessage = (active: number, claimed: number): string => {
  const all = active + claimed;
  const kind = claimed === 0 ? 'running background' : 'background';
  const where = claimed === 0 ? '' : ` (${claimed} in line)`;
  const [it, one] = all === 1 ? ['it', 'it'] : ['one', 'one'];
  return `You already have ${all} ${kind} ${plural(all)}${where}. Wait for ${it} to complete or cancel ${one}.`;
};

const repositoryMessage = (busy: readonly Contender[]): string =>
  `This repository and branch already have ${busy.length} running background ${plural(busy.length)} (${busy
    .map((task) => task.name)
    .slice(0, 3)
    .join(', ')}). Wait for it to complete, or create the task with --queue.`;
