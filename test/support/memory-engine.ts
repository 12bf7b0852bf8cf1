import type { AgenticSession, Phase } from '../../src/api/types.ts';
import { isFinished, phaseOf, taskName } from '../../src/domain/task.ts';
import type { Key } from '../../src/engine/engine.ts';
import { MemoryJobs } from './memory-jobs.ts';
import { MemoryStore } from './memory-store.ts';

/**
 * An engine in memory for tests of what stands on one: a real store and real Jobs as far as anybody can tell from outside, whose time and
 * stages a test drives.
 */
export class MemoryEngine {
  now: Date;
  readonly store: MemoryStore;
  readonly jobs: MemoryJobs;

  constructor(now: Date = new Date('2026-01-01T10:00:00Z')) {
    this.now = now;
    this.store = new MemoryStore({ now: () => this.now });
    this.jobs = new MemoryJobs(() => this.now);
  }

  pass(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000);
  }

  /** The task's newest state. */
  async task(name: string): Promise<AgenticSession | undefined> {
    return (await this.store.list('AgenticSession')).find((session) => taskName(session) === name);
  }

  /** Waits until a task is as wanted, woken by the store; the suite's time limit ends a vain wait. Returns that state. */
  async until(name: string, wanted: (session: AgenticSession) => boolean): Promise<AgenticSession> {
    const over = new AbortController();
    try {
      for await (const event of this.store.watch('AgenticSession', { signal: over.signal }))
        if (
          event.type !== 'SYNCED' &&
          event.type !== 'DELETED' &&
          taskName(event.object) === name &&
          wanted(event.object)
        )
          return event.object;
    } finally {
      over.abort();
    }
    throw new Error(`the watch for task ${name} ended`);
  }

  untilPhase(name: string, phase: Phase): Promise<AgenticSession> {
    return this.until(name, (session) => phaseOf(session) === phase);
  }

  untilFinished(name: string): Promise<AgenticSession> {
    return this.until(name, isFinished);
  }

  /** Waits until the Jobs are as wanted, woken by their changes. */
  async untilJobs(wanted: (jobs: MemoryJobs) => boolean): Promise<void> {
    const over = new AbortController();
    const changes: AsyncIterator<Key> = this.jobs.changes(over.signal)[Symbol.asyncIterator]();
    while (!wanted(this.jobs)) await changes.next();
    over.abort();
  }
}
