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
  /** Waits in line rather than being refused. */
  queue: boolean;
}

/** Active tasks allowed; 0 means unlimited. */
export interface Limits {
  perUser: number;
  perRepository: number;
}

/** Limits that differ from project to project. */
export type LimitsOf = (project: string) => Limits;

interface Refusal {
  reason: Extract<Reason, 'ConcurrencyLimit' | 'RepositoryBusy'>;
  message: string;
}

/** `place` is 1 for the next in line. */
export type Verdict = { admitted: true } | ({ admitted: false; place: number } & Refusal);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const byAge = (a: Contender, b: Contender): number =>
  Date.parse(a.createdAt) - Date.parse(b.createdAt) || compare(a.name, b.name) || compare(a.uid, b.uid);

/** Who has a place, and whom that leaves none. */
class Places {
  readonly #limits: LimitsOf;
  readonly #users = new Map<string, Contender[]>();
  readonly #targets = new Map<string, Contender[]>();

  constructor(limits: Limits | LimitsOf) {
    this.#limits = typeof limits === 'function' ? limits : () => limits;
  }

  take(contender: Contender): void {
    tally(this.#users, contender.creator, contender);
    tally(this.#targets, contender.target, contender);
  }

  refusal({ project, creator, target }: Contender): Refusal | undefined {
    const { perUser, perRepository } = this.#limits(project);
    const mine = this.#users.get(creator) ?? [];
    if (perUser > 0 && mine.length >= perUser)
      return { reason: 'ConcurrencyLimit', message: userMessage(mine.length) };
    const there = this.#targets.get(target) ?? [];
    if (perRepository > 0 && there.length >= perRepository)
      return { reason: 'RepositoryBusy', message: repositoryMessage(there) };
    return undefined;
  }
}

const tally = (counts: Map<string, Contender[]>, key: string, contender: Contender): void => {
  const counted = counts.get(key);
  if (counted) counted.push(contender);
  else counts.set(key, [contender]);
};

const waits = ({ active, queue }: Contender): boolean => !active && queue;

/**
 * Decides whether the task `me` may start now. Older tasks in line that can start go first, so a new task never overtakes them.
 * An older task that cannot start (its repository is busy, or its project allows less) does not block `me`. Tasks of all projects and users count.
 */
export function admit(me: Contender, others: readonly Contender[], limits: Limits | LimitsOf): Verdict {
  const rest = others.filter((other) => other.uid !== me.uid);
  const ahead = rest.filter((other) => waits(other) && byAge(other, me) < 0).sort(byAge);
  const places = new Places(limits);
  for (const other of rest) if (other.active) places.take(other);
  for (const other of ahead) if (!places.refusal(other)) places.take(other);
  const refused = places.refusal(me);
  if (!refused) return { admitted: true };
  const rivals = ahead.filter((other) => other.creator === me.creator || other.target === me.target);
  return { admitted: false, ...refused, place: rivals.length + 1 };
}

/**
 * The verdict of `admit` on each task in line, by uid. It looks at each task only once: a user may put thousands of tasks in line, and
 * the operator asks for all verdicts again each time that one task moves.
 */
export function judgeLine(
  contenders: readonly Contender[],
  limits: Limits | LimitsOf,
): ReadonlyMap<string, Verdict> {
  const places = new Places(limits);
  for (const contender of contenders) if (contender.active) places.take(contender);
  const counts = new Map<string, number>();
  const count = (...keys: string[]): void => {
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  const verdicts = new Map<string, Verdict>();
  for (const me of contenders.filter(waits).sort(byAge)) {
    const refused = places.refusal(me);
    const [user, target, both] = [`u${me.creator}`, `t${me.target}`, `b${me.creator}\n${me.target}`];
    const of = (key: string): number => counts.get(key) ?? 0;
    const rivals = of(user) + of(target) - of(both);
    verdicts.set(me.uid, refused ? { admitted: false, ...refused, place: rivals + 1 } : { admitted: true });
    if (!refused) places.take(me);
    count(user, target, both);
  }
  return verdicts;
}

/** The sentence of the quickstart's 409. */
const userMessage = (active: number): string =>
  `You already have ${active} running background task${active === 1 ? '' : 's'}. Wait for ${active === 1 ? 'it' : 'one'} to complete or cancel ${active === 1 ? 'it' : 'one'}.`;

const repositoryMessage = (busy: readonly Contender[]): string =>
  `This repository and branch already have ${busy.length} running background task${busy.length === 1 ? '' : 's'} (${busy
    .map((task) => task.name)
    .slice(0, 3)
    .join(', ')}). Wait for it to complete, or create the task with --queue.`;
