import { canonicalRepo } from '../api/names.ts';
import type { AgenticSession } from '../api/types.ts';
import {
  admit,
  type Contender,
  judgeLine,
  type Limits,
  type LimitsOf,
  type Verdict,
} from '../domain/admission.ts';
import { conditionOf } from '../domain/conditions.ts';
import { sameJson } from '../domain/equal.ts';
import {
  baseBranchOf,
  creatorOf,
  isFinished,
  isTask,
  phaseOf,
  repositoryOf,
  taskName,
} from '../domain/task.ts';

/** A task as admission sees it; `launched` says that its Job is there or may be, whatever its status says yet. */
export const contenderOf = (session: AgenticSession, launched: boolean): Contender => ({
  uid: session.metadata.uid ?? `${session.metadata.namespace}/${session.metadata.name}`,
  name: taskName(session),
  project: session.metadata.namespace,
  creator: creatorOf(session),
  target: `${canonicalRepo(repositoryOf(session))}#${baseBranchOf(session) ?? ''}`,
  createdAt: session.metadata.creationTimestamp ?? '',
  active:
    launched ||
    phaseOf(session) !== 'Pending' ||
    conditionOf(session.status?.conditions, 'Admitted')?.status === 'True',
  queue: session.spec.queue ?? false,
});

/** The contenders that share a user or a target, found without looking at the others. */
class Index {
  readonly #groups = new Map<string, Map<string, Contender>>();

  add(group: string, key: string, contender: Contender): void {
    const members = this.#groups.get(group);
    if (members) members.set(key, contender);
    else this.#groups.set(group, new Map([[key, contender]]));
  }

  delete(group: string, key: string): void {
    const members = this.#groups.get(group);
    members?.delete(key);
    if (members?.size === 0) this.#groups.delete(group);
  }

  of(group: string): Iterable<Contender> {
    return this.#groups.get(group)?.values() ?? [];
  }
}

/**
 * An index of the tasks that compete for a place. It follows the sessions and the Jobs, so that a verdict reads only the rivals of a task and not all tasks.
 * It stores nothing: after a restart the operator builds it again from the objects.
 */
export class AdmissionBook {
  readonly #contenders = new Map<string, Contender>();
  readonly #sessions = new Map<string, AgenticSession>();
  readonly #launched = new Set<string>();
  readonly #waiting = new Map<string, Contender>();
  readonly #byUser = new Index();
  readonly #byTarget = new Index();
  #line: { verdicts: ReadonlyMap<string, Verdict>; limits: ReadonlyMap<string, Limits> } | undefined;

  /** Keys whose Job is there or may be. */
  get launched(): ReadonlySet<string> {
    return this.#launched;
  }

  /** Keys of the tasks that wait in line. */
  get inLine(): Iterable<string> {
    return this.#waiting.keys();
  }

  /** Takes in a session's newest state; undefined when it is gone. */
  put(key: string, session: AgenticSession | undefined): void {
    const counts = session && isTask(session) && !isFinished(session);
    if (counts) this.#sessions.set(key, session);
    else this.#sessions.delete(key);
    this.#index(key);
  }

  /** Says that a key's Job is there or may be; true when that is new. */
  launch(key: string): boolean {
    if (this.#launched.has(key)) return false;
    this.#launched.add(key);
    this.#index(key);
    return true;
  }

  /** Says that a key has no Job; true when it had one. */
  land(key: string): boolean {
    if (!this.#launched.delete(key)) return false;
    this.#index(key);
    return true;
  }

  /** Whether a task may start now: see `admit`. */
  verdict(key: string, limits: Limits | LimitsOf): Verdict {
    const me = this.#contenders.get(key);
    if (!me) return { admitted: true };
    // A rival in line may wait for tasks that are not rivals of this one: then the whole line is judged.
    const isChained =
      this.#hasWaiting(this.#byUser.of(me.creator), me) || this.#hasWaiting(this.#byTarget.of(me.target), me);
    if (!isChained)
      return admit(
        me,
        [...new Set([...this.#byUser.of(me.creator), ...this.#byTarget.of(me.target)])],
        limits,
      );
    const own = this.#isWaiting(me) ? this.#judged(limits).get(me.uid) : undefined;
    return own ?? admit(me, [...this.#contenders.values()], limits);
  }

  #hasWaiting(rivals: Iterable<Contender>, me: Contender): boolean {
    for (const rival of rivals) if (rival !== me && this.#isWaiting(rival)) return true;
    return false;
  }

  /** The verdicts on the whole line; computed again only after a task or a limit has changed. */
  #judged(limits: Limits | LimitsOf): ReadonlyMap<string, Verdict> {
    const limitsOf = typeof limits === 'function' ? limits : () => limits;
    const line = this.#line;
    if (line && [...line.limits].every(([project, then]) => sameJson(then, limitsOf(project))))
      return line.verdicts;
    const used = new Map<string, Limits>();
    const noting = (project: string): Limits => {
      const found = used.get(project) ?? limitsOf(project);
      used.set(project, found);
      return found;
    };
    const verdicts = judgeLine([...this.#contenders.values()], noting);
    this.#line = { verdicts, limits: used };
    return verdicts;
  }

  #isWaiting({ active, queue }: Contender): boolean {
    return !active && queue;
  }

  #index(key: string): void {
    const before = this.#contenders.get(key);
    const session = this.#sessions.get(key);
    const contender = session && contenderOf(session, this.#launched.has(key));
    if (sameJson(before, contender)) return;
    this.#line = undefined;
    if (before) {
      this.#byUser.delete(before.creator, key);
      this.#byTarget.delete(before.target, key);
    }
    this.#waiting.delete(key);
    if (!contender) {
      this.#contenders.delete(key);
      return;
    }
    this.#contenders.set(key, contender);
    this.#byUser.add(contender.creator, key, contender);
    this.#byTarget.add(contender.target, key, contender);
    if (this.#isWaiting(contender)) this.#waiting.set(key, contender);
  }
}
