import type { AgenticSession } from '../api/types.ts';
import { messageOf, hasCode } from '../domain/errors.ts';
import type { JobFacts } from '../domain/job-facts.ts';
import type { Settings } from '../domain/settings.ts';
import { isFinished, isTask } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { AdmissionBook } from './admission-book.ts';
import { keyText, SessionInformer } from './informer.ts';
import { reconcile, type ReconcileContext } from './reconcile.ts';
import { WorkQueue } from './work-queue.ts';

export interface ControllerOptions {
  engine: Pick<Engine, 'store' | 'jobs'>;
  /** The settings that count in a project. */
  settings: (project: string) => Settings;
  now?: () => Date;
  /** Passes at once. */
  workers?: number;
  /** One line a pass that did something, and one an error; fields are for machines. */
  log?: (message: string, fields: Record<string, unknown>) => void;
  /** Told of each pass that ended well. */
  onPass?: (pass: { rule: string; seconds: number }) => void;
  /** Told of each task whose Job was started, and of each whose phase was changed. */
  onStart?: (session: AgenticSession) => void;
  onPhase?: (session: AgenticSession) => void;
  /** Told of each task that has ended, with its Job as it was seen then. */
  onEnd?: (session: AgenticSession, job: JobFacts | undefined) => void;
  /** Told once when every task and Job there is has been seen. */
  onSynced?: () => void;
}

/** Milliseconds after which the line is judged again without an event: the limits may have changed. */
const LINE_POLL = 10_000;
/** Tasks in a line that is looked at at once when a place is free; a longer one a moment later. */
const LONG_LINE = 100;
/** Milliseconds for which what happens to a long line is gathered. */
const GATHER = 250;

/** The loop around `reconcile`: sessions and Jobs that change become keys, keys become passes. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #queue = new WorkQueue();
  readonly #book = new AdmissionBook();
  readonly #informer: SessionInformer;
  readonly #context: ReconcileContext;
  #synced = false;
  #waking: NodeJS.Timeout | undefined;
  #onIdle: () => void = () => undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#informer = new SessionInformer(options.engine.store, this.#book, (key, deleted) =>
      this.#changed(key, deleted),
    );
    this.#context = {
      engine: options.engine,
      informer: this.#informer,
      settings: options.settings,
      now: options.now ?? (() => new Date()),
      book: this.#book,
      crowded: () => this.#queue.crowded,
      onStart: options.onStart,
      onPhase: options.onPhase,
      onEnd: options.onEnd,
    };
  }

  /** Every session there is, in its newest known state; finished ones without their long texts. */
  tasks(): Iterable<AgenticSession> {
    return this.#informer.values();
  }

  /** Keys that wait for a pass. */
  get queueDepth(): number {
    return this.#queue.depth;
  }

  /** Called whenever the queue has run empty. */
  set onIdle(callback: () => void) {
    this.#onIdle = callback;
    this.#queue.onIdle = callback;
  }

  /** True when no task is before its end, no Job is left, and no pass waits. */
  get settled(): boolean {
    if (!this.#synced || !this.#queue.idle || this.#book.launched.size > 0) return false;
    for (const session of this.#informer.values()) if (isTask(session) && !isFinished(session)) return false;
    return true;
  }

  /** Reconciles until the signal aborts. Passes that run then are finished first. */
  async run(signal: AbortSignal): Promise<void> {
    const { jobs } = this.#options.engine;
    for (const key of await jobs.list()) this.#book.launch(keyText(key));
    const poll = setInterval(() => this.#wakeLine(), LINE_POLL);
    const close = (): void => {
      clearInterval(poll);
      clearTimeout(this.#waking);
      this.#queue.close();
    };
    signal.addEventListener('abort', close, { once: true });
    if (signal.aborted) close();
    await Promise.all([
      this.#informer.run({ signal }, () => this.#start()),
      this.#followJobs(signal),
      this.#queue.run(this.#options.workers ?? 4, (key) => this.#pass(key)),
    ]);
  }

  #start(): void {
    this.#synced = true;
    // The book knows every task that has a Job before the first verdict: see `launched`.
    for (const session of this.#informer.values()) this.#queue.add(keyText(session.metadata));
    for (const key of this.#book.launched) this.#queue.add(key);
    this.#options.onSynced?.();
    if (this.#queue.idle) this.#onIdle();
  }

  async #followJobs(signal: AbortSignal): Promise<void> {
    for await (const key of this.#options.engine.jobs.changes(signal)) {
      // Before every session is known, a Job would look as if its task were gone; #start adds every Job.
      // Tasks that wait for the start of their Job come first; then the progress of Jobs is shown.
      if (this.#synced) this.#queue.add(keyText(key), 'behind');
    }
  }

  #changed(key: string, deleted: boolean): void {
    if (!this.#synced) return;
    this.#queue.add(key);
    if (deleted) this.#wakeLine();
  }

  /** Makes passes of the tasks in line of which something else holds now; of a long line, a moment later, for all that happens meanwhile. */
  #wakeLine(): void {
    if (!this.#synced || this.#waking) return;
    if (this.#book.waiting <= LONG_LINE) return this.#wakeNews();
    this.#waking = setTimeout(() => {
      this.#waking = undefined;
      this.#wakeNews();
    }, GATHER);
  }

  #wakeNews(): void {
    const limits = (project: string) => this.#options.settings(project).limits;
    for (const key of this.#book.news(limits)) this.#queue.add(key);
  }

  async #pass(key: string): Promise<void> {
    const { log = () => undefined, onPass } = this.#options;
    const began = performance.now();
    try {
      const { rule, requeueAfter, moved, unsaid } = await reconcile(this.#context, key);
      this.#queue.succeeded(key);
      if (unsaid) this.#queue.add(key, 'behind');
      if (requeueAfter !== undefined) this.#queue.addAfter(key, requeueAfter);
      if (moved) this.#wakeLine();
      onPass?.({ rule, seconds: (performance.now() - began) / 1000 });
      log('reconciled', { key, rule });
    } catch (error) {
      if (!hasCode(error, 'Conflict', 'Interrupted'))
        log('reconcile failed', { key, error: messageOf(error) });
      this.#queue.addFailed(key);
    }
  }
}
