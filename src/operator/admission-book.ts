import { canonicalRepo } from '../api/names.ts';
import type { AgenticSession } from '../api/types.ts';
import { type Limits, type LimitsOf, Line, type Verdict } from '../domain/admission.ts';
import type { Contender } from '../domain/contender.ts';
import { conditionOf } from '../domain/conditions.ts';
import { sameJson } from '../domain/equal.ts';
import { servedKey } from '../domain/line.ts';
import {
  baseBranchOf,
  creatorOf,
  isFinished,
  isTask,
  phaseOf,
  repositoryOf,
  taskName,
} from '../domain/task.ts';

/** Tasks without a place up to which the whole line is judged at once for each newcomer; in a longer one a newcomer's place is told later. */
const SHORT = 200;

const admittedOf = ({ status }: AgenticSession) => conditionOf(status?.conditions, 'Admitted');

/** A task as admission sees it; `launched` says that its Job is there or may be, whatever its status says yet. */
export const contenderOf = (session: AgenticSession, launched: boolean): Contender => ({
  uid: session.metadata.uid ?? `${session.metadata.namespace}/${session.metadata.name}`,
  name: taskName(session),
  project: session.metadata.namespace,
  creator: creatorOf(session),
  target: `${canonicalRepo(repositoryOf(session))}#${baseBranchOf(session) ?? ''}`,
  createdAt: session.metadata.creationTimestamp ?? '',
  active: launched || phaseOf(session) !== 'Pending' || admittedOf(session)?.status === 'True',
  // Its user was told that it waits.
  queue: (session.spec.queue ?? false) || admittedOf(session)?.reason === 'InLine',
});

/** True when both verdicts say the same. */
const isSame = (a: Verdict, b: Verdict): boolean => {
  if (a === b) return true;
  if (a.admitted || b.admitted || !a.waits || !b.waits) return false;
  return a.message === b.message && a.place === b.place && a.after === b.after;
};

interface Judged {
  line: Line;
  limits: LimitsOf;
  /** The limits that were asked for, by project. */
  used: Map<string, Limits>;
  /** True when a task has come or gone since, which changes places and not who starts. */
  stale: boolean;
}

/** A task comes, or one goes that waited or was refused: that changes places in line, and gives and takes no place. */
function shuffle(judged: Judged, before: Contender | undefined, now: Contender | undefined): void {
  if (before && before.uid !== now?.uid) judged.line.leave(before);
  if (now?.queue || before?.queue) judged.stale = true;
}

/**
 * The tasks that compete for a place, and the verdicts on them. It follows the sessions and the Jobs. The whole line is judged again when a task has
 * ended, and not for each task that comes. It stores nothing: after a restart the operator builds it again from the objects.
 */
export class AdmissionBook {
  readonly #contenders = new Map<string, Contender>();
  readonly #sessions = new Map<string, AgenticSession>();
  readonly #launched = new Set<string>();
  /** Keys without a place. */
  readonly #waiting = new Set<string>();
  /** Keys whose Job was refused: they take no place until they ask again. */
  readonly #aside = new Set<string>();
  readonly #served = new Map<string, number>();
  /** What was said last of each key that waits. */
  readonly #said = new Map<string, Verdict>();
  #judged: Judged | undefined;

  /** Keys whose Job is there or may be. */
  get launched(): ReadonlySet<string> {
    return this.#launched;
  }

  /** The number of tasks that wait in line. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes in a session's newest state; undefined when it is gone. */
  put(key: string, session: AgenticSession | undefined): void {
    if (session && isTask(session)) this.#serve(session);
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

  /** Says that a key's Job was refused for reasons of its project: others may have its place until it asks again. */
  setAside(key: string): void {
    this.land(key);
    this.#aside.add(key);
    this.#judged = undefined;
  }

  /** Whether a task may start now: see `Line`. */
  verdict(key: string, limits: Limits | LimitsOf): Verdict {
    const me = this.#contenders.get(key);
    if (!me || me.active) return { admitted: true };
    const judged = this.#line(limits, [me.project]);
    const wasAside = this.#aside.delete(key);
    const known = wasAside ? undefined : judged.line.verdict(me);
    const verdict = known ?? this.#join(judged, me);
    this.#said.set(key, verdict);
    return verdict;
  }

  /** Keys of which something else holds than `verdict` said last: they start, or their place is another one. */
  *news(limits: Limits | LimitsOf): Generator<string> {
    if (this.#waiting.size === 0) return;
    if (this.#judged?.stale) this.#judged = undefined;
    const { line } = this.#line(limits, this.#judged?.used.keys() ?? []);
    for (const key of this.#waiting) {
      const said = this.#said.get(key);
      const me = this.#contenders.get(key);
      const now = me && line.verdict(me);
      if (said && now && (now.admitted || !isSame(said, now))) yield key;
    }
  }

  /** The verdict on a task that is not in the judged line. Of one that waits in a short line, the place is known at once. */
  #join({ line, limits }: Judged, me: Contender): Verdict {
    const verdict = line.join(me);
    if (verdict.admitted || !verdict.waits || this.#waiting.size > SHORT) return verdict;
    const others = this.#competing().filter(({ uid }) => uid !== me.uid);
    const whole = new Line([...others, { ...me, queue: true }], limits, this.#served);
    return whole.verdict(me) ?? verdict;
  }

  #competing(): Contender[] {
    return [...this.#contenders].flatMap(([key, contender]) => (this.#aside.has(key) ? [] : [contender]));
  }

  /** The judged line; judged again when the limits of one of these projects have changed. */
  #line(limits: Limits | LimitsOf, projects: Iterable<string>): Judged {
    const limitsOf = typeof limits === 'function' ? limits : () => limits;
    const known = this.#judged;
    if (known && !(known.stale && this.#waiting.size <= SHORT)) {
      const differs = [...projects].some((project) => {
        const [then, now] = [known.used.get(project), limitsOf(project)];
        return then !== undefined && then !== now && !sameJson(then, now);
      });
      if (!differs) return known;
    }
    const used = new Map<string, Limits>();
    const noting = (project: string): Limits => {
      const found = used.get(project) ?? limitsOf(project);
      used.set(project, found);
      return found;
    };
    const line = new Line(this.#competing(), noting, this.#served);
    return (this.#judged = { line, limits: noting, used, stale: false });
  }

  /** Notes when a task's user and project were given a place. */
  #serve(session: AgenticSession): void {
    const { status, lastTransitionTime } = admittedOf(session) ?? {};
    if (status !== 'True') return;
    const { namespace } = session.metadata;
    const at = Date.parse(lastTransitionTime ?? '') || 0;
    for (const key of [servedKey(namespace), servedKey(namespace, creatorOf(session))])
      this.#served.set(key, Math.max(at, this.#served.get(key) ?? 0));
  }

  #index(key: string): void {
    const before = this.#contenders.get(key);
    const session = this.#sessions.get(key);
    const now = session && contenderOf(session, this.#launched.has(key));
    if (sameJson(before, now)) return;
    this.#review(before, now);
    this.#waiting.delete(key);
    if (now) this.#contenders.set(key, now);
    else this.#contenders.delete(key);
    if (now && !now.active) this.#waiting.add(key);
    else {
      this.#said.delete(key);
      this.#aside.delete(key);
    }
  }

  /** What a change of a contender leaves of the judged line. */
  #review(before: Contender | undefined, now: Contender | undefined): void {
    const judged = this.#judged;
    if (!judged) return;
    const verdict = before && judged.line.verdict(before);
    if (now?.active) {
      // The verdict has counted this task already.
      if (verdict?.admitted) judged.line.leave(now);
      else this.#judged = undefined;
    } else if (before?.active || verdict?.admitted) this.#judged = undefined;
    else shuffle(judged, before, now);
  }
}
