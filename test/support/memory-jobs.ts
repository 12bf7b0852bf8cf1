import { jobName } from '../../src/api/names.ts';
import type { AgenticSession } from '../../src/api/types.ts';
import { BgtaskError } from '../../src/domain/errors.ts';
import type { KeptChange } from '../../src/domain/kept-change.ts';
import type { JobFacts, StageFacts } from '../../src/domain/job-facts.ts';
import { failedReport, type Stage, type StageReport } from '../../src/domain/report.ts';
import type { JobEngine, Key } from '../../src/engine/engine.ts';
import { ChangeHub } from '../../src/engine/local/jobs/change-hub.ts';
import type { RunnerInput } from '../../src/engine/runner-input.ts';

type SessionKey = Key & { uid?: string };
const path = ({ namespace, name }: Key): string => `${namespace}/${name}`;

/** One Job, whose stages a test drives. */
export class MemoryJob {
  readonly key: SessionKey;
  readonly input: RunnerInput;
  readonly #now: () => Date;
  readonly #changed: () => void;
  readonly #startedAt: string;
  readonly #stages: Record<Stage, StageFacts> = {
    clone: { state: 'waiting' },
    work: { state: 'waiting' },
    prove: { state: 'absent' },
    publish: { state: 'waiting' },
  };
  readonly #live: JobFacts['live'] = { logTail: '' };
  #fate: JobFacts['fate'];
  finished = false;
  /** True when its end was asked for. */
  stopped = false;

  constructor(session: AgenticSession, input: RunnerInput, now: () => Date, changed: () => void) {
    const { namespace, name, uid } = session.metadata;
    this.key = { namespace, name, uid };
    this.input = input;
    this.#now = now;
    this.#changed = changed;
    this.#startedAt = now().toISOString();
  }

  get task(): string {
    return this.input.task.name;
  }

  get log(): string {
    return this.#live.logTail;
  }

  facts(): JobFacts {
    return structuredClone({
      name: jobName(this.key.name),
      startedAt: this.#startedAt,
      stages: this.#stages,
      finished: this.finished,
      ...(this.#fate && { fate: this.#fate }),
      live: this.#live,
    });
  }

  begin(stage: Stage, event: { progress?: number; phase?: string; line?: string } = {}): void {
    const { line, ...live } = event;
    if (line) this.#live.logTail += `${line}\n`;
    Object.assign(this.#live, live);
    this.#stages[stage] = { state: 'running', startedAt: this.#now().toISOString() };
    this.#changed();
  }

  /** Ends a stage, with or without its report. A stage that did not end well, and publish, finish the Job. */
  end(stage: Stage, report?: StageReport): void {
    this.#stages[stage] = {
      state: 'ended',
      finishedAt: this.#now().toISOString(),
      ...(report && { report }),
    };
    this.finished = !report?.ok || stage === 'publish';
    this.#changed();
  }

  /** Ends whatever runs, for a cause of its own. */
  finish(fate?: JobFacts['fate']): void {
    this.#fate = fate;
    for (const stage of ['clone', 'work', 'publish'] as const)
      if (this.#stages[stage].state === 'running')
        this.#stages[stage] = { state: 'ended', finishedAt: this.#now().toISOString() };
    this.finished = true;
    this.#changed();
  }

  succeed(): void {
    this.end('clone', { stage: 'clone', ok: true, progress: 20 });
    this.end('work', { stage: 'work', ok: true, progress: 80 });
    this.end('publish', {
      stage: 'publish',
      ok: true,
      progress: 100,
      repo: { status: 'pushed', branch: 'b', prUrl: 'https://git.example.com/pull/1' },
    });
  }

  fail(): void {
    this.end('clone', failedReport('clone', 5, 'CloneFailed', 'No such repository.'));
  }
}

/** A JobEngine in memory. Nothing runs by itself: a test begins and ends the stages. */
export class MemoryJobs implements JobEngine {
  readonly #jobs = new Map<string, MemoryJob>();
  readonly #archives = new Map<string, string>();
  readonly #hub = new ChangeHub();
  readonly #now: () => Date;
  /** Patches of kept changes, by project and session. */
  readonly kept = new Map<string, Uint8Array>();
  /** Every task that was started, in order. */
  readonly started: string[] = [];
  /** The most Jobs that ever were unfinished at once. */
  most = 0;
  /** True: a stopped Job lives on until the test finishes it. */
  slowToDie = false;
  onStart: (job: MemoryJob) => void = () => undefined;

  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
  }

  /** The Job of a task, by the task's name. */
  of(task: string): MemoryJob | undefined {
    return [...this.#jobs.values()].find((job) => job.task === task);
  }

  get unfinished(): MemoryJob[] {
    return [...this.#jobs.values()].filter(({ finished }) => !finished);
  }

  async start(session: AgenticSession, input: RunnerInput): Promise<'started' | 'exists'> {
    const key = session.metadata;
    const there = this.#jobs.get(path(key));
    if (there?.key.uid === key.uid) return 'exists';
    if (there) {
      await this.stop(there.key);
      throw new BgtaskError('Conflict', 'The Job of a deleted task of the same name is still being ended');
    }
    const job = new MemoryJob(session, input, this.#now, () => this.#hub.emit(key));
    this.#jobs.set(path(key), job);
    this.started.push(job.task);
    this.most = Math.max(this.most, this.unfinished.length);
    this.#hub.emit(key);
    this.onStart(job);
    return 'started';
  }

  async observe(key: SessionKey): Promise<JobFacts | undefined> {
    return this.#job(key)?.facts();
  }

  async stop(key: SessionKey): Promise<void> {
    const job = this.#job(key);
    if (!job || job.finished) return;
    const known = job.stopped;
    job.stopped = true;
    if (!this.slowToDie) job.finish();
    else if (!known) this.#hub.emit(key);
  }

  async keepLog(key: SessionKey): Promise<void> {
    const job = this.#job(key);
    if (job) this.#archives.set(path(key), job.log);
  }

  async archive(key: SessionKey): Promise<string | undefined> {
    const job = this.#job(key);
    if (job) this.#archives.set(path(key), job.log);
    return this.#archives.has(path(key)) ? `memory://archive/${path(key)}` : undefined;
  }

  async keepChange(key: SessionKey): Promise<KeptChange | undefined> {
    const change = this.kept.get(path(key));
    return change && { location: `memory://change/${path(key)}`, bytes: change.length };
  }

  async patch(key: SessionKey): Promise<Uint8Array | undefined> {
    return this.kept.get(path(key));
  }

  async remove(key: SessionKey): Promise<void> {
    const job = this.#job(key);
    if (!job) return;
    if (!job.finished) throw new BgtaskError('Conflict', 'The Job has not finished');
    this.#jobs.delete(path(key));
    this.#hub.emit(key);
  }

  async list(): Promise<Key[]> {
    return [...this.#jobs.values()]
      .map(({ key: { namespace, name } }) => ({ namespace, name }))
      .sort((a, b) => (path(a) < path(b) ? -1 : 1));
  }

  /** Takes a Job away without a report, as `kubectl delete` does. */
  vanish(task: string): void {
    const key = this.of(task)?.key;
    if (!key) return;
    this.#jobs.delete(path(key));
    this.#hub.emit(key);
  }

  async *logs(
    key: SessionKey,
    { follow, signal }: { follow: boolean; signal: AbortSignal },
  ): AsyncGenerator<string> {
    const over = new AbortController();
    const changes = this.#hub.changes(AbortSignal.any([signal, over.signal]))[Symbol.asyncIterator]();
    let shown = 0;
    for (;;) {
      const job = this.#job(key);
      const text = job?.log ?? this.#archives.get(path(key)) ?? '';
      const ended = !job || job.finished || !follow || signal.aborted;
      if (text.length > shown) yield text.slice(shown);
      shown = Math.max(shown, text.length);
      if (ended) break;
      await changes.next();
    }
    over.abort();
  }

  changes(signal: AbortSignal): AsyncIterable<Key> {
    return this.#hub.changes(signal);
  }

  #job(key: SessionKey): MemoryJob | undefined {
    const job = this.#jobs.get(path(key));
    return key.uid === undefined || job?.key.uid === key.uid ? job : undefined;
  }
}
