import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import type { AgenticSession } from '../../src/api/types.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import type { Stage } from '../../src/domain/report.ts';
import { isFinished } from '../../src/domain/task.ts';
import { LocalStore } from '../../src/engine/local/archives.ts';
import { releaseBallast } from '../../src/engine/local/ballast.ts';
import type { JobRunner } from '../../src/engine/local/jobs/job-runner.ts';
import { validateBySchema } from '../../src/engine/local/store/validate.ts';
import { Controller } from '../../src/operator/controller.ts';
import { taskObject } from '../../src/service/task-object.ts';
import { Workplace } from '../engine/local/jobs/support.ts';

/** Milliseconds in which every fault must have come to a verdict: some times what the slowest takes. */
const BOUND = 40_000;

export type Steps = Partial<Record<Stage, string[]>>;

/** The local engine's controller on a state folder of its own, with stages that do what the test says. */
export class FaultScene {
  readonly place: Workplace;
  readonly store: LocalStore;
  readonly jobs: JobRunner;
  readonly said: string[] = [];
  readonly #mounts: string[] = [];
  readonly #made: AgenticSession[] = [];
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;

  constructor(place: Workplace) {
    this.place = place;
    const say = (sentence: string): void => void this.said.push(sentence);
    this.store = new LocalStore(place.paths, { validate: validateBySchema, cache: true, onProblem: say });
    this.jobs = place.runner({
      times: { killAfter: 200, poll: 20, retry: 20, claim: 5000 },
      onError: (_, error) => say(String(error)),
    });
  }

  static async make(): Promise<FaultScene> {
    return new FaultScene(await Workplace.make());
  }

  /** Mounts a small file system of memory on a folder of the state. */
  mount(folder: string, options: string): void {
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `${options},mode=0700`, 'tmpfs', folder]);
    this.#mounts.push(folder);
  }

  /** Starts the controller, as a supervisor does. */
  async start(): Promise<void> {
    await this.jobs.resume();
    this.#running = new Controller({
      engine: { store: this.store, jobs: this.jobs },
      settings: defaultSettings,
      log: (message, fields) => {
        if ('error' in fields) this.said.push(`${message}: ${JSON.stringify(fields)}`);
      },
    }).run(this.#abort.signal);
  }

  async create(name: string, steps: Steps): Promise<AgenticSession> {
    const made = await this.store.create(
      'AgenticSession',
      taskObject('example', name, {
        mode: 'background',
        autoPushOnComplete: true,
        prompt: JSON.stringify(steps),
        repos: [{ input: { url: `https://git.example.com/example-org/${name}`, branch: 'main' } }],
        userContext: { userId: name },
      }),
    );
    this.#made.push(made);
    return made;
  }

  /** Takes the right to write to a folder from everyone, root too, until it is given back. */
  lock(folder: string): () => void {
    // A mount of its own: files that are open for writing keep another mount from becoming read-only.
    execFileSync('mount', ['--bind', folder, folder]);
    execFileSync('mount', ['-o', 'remount,bind,ro', folder]);
    return () => execFileSync('umount', ['--lazy', folder]);
  }

  /** Resolves when nothing is left of the Jobs of the tasks that were made. */
  async cleared(): Promise<void> {
    const changes = this.jobs.changes(AbortSignal.timeout(BOUND));
    const isLeft = async (): Promise<boolean> => {
      const left = new Set((await this.jobs.list()).map(({ name }) => name));
      return this.#made.some(({ metadata }) => left.has(metadata.name));
    };
    if (!(await isLeft())) return;
    for await (const _ of changes) if (!(await isLeft())) return;
    throw new Error(`a Job is left after ${BOUND} ms; said: ${this.said.slice(-5).join('; ')}`);
  }

  /** The task's state as soon as it is as wanted. Rejects when that takes too long, with what was said. */
  async until(
    { metadata: { namespace, name } }: AgenticSession,
    wanted: (session: AgenticSession) => boolean = isFinished,
  ): Promise<AgenticSession> {
    const signal = AbortSignal.timeout(BOUND);
    let last: AgenticSession | undefined;
    for await (const event of this.store.watch('AgenticSession', { namespace, name, signal })) {
      if (event.type === 'SYNCED') continue;
      last = event.object;
      if (event.type !== 'DELETED' && wanted(last)) return last;
    }
    throw new Error(
      `the task is ${JSON.stringify(last?.status)} after ${BOUND} ms; said: ${this.said.slice(-5).join('; ')}`,
    );
  }

  async close(): Promise<void> {
    await this.cleared();
    this.#abort.abort();
    await this.#running;
    releaseBallast(this.place.paths.state);
    await this.place.end();
    for (const folder of this.#mounts) execFileSync('umount', ['--lazy', folder]);
    this.place.remove();
  }
}
