import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgenticSession } from '../../../../src/api/types.ts';
import type { Stage } from '../../../../src/domain/report.ts';
import { JobRunner, type JobRunnerOptions } from '../../../../src/engine/local/jobs/job-runner.ts';
import { type LocalPaths, localPaths } from '../../../../src/engine/local/paths.ts';
import type { RunnerInput } from '../../../../src/engine/runner-input.ts';
import { bundled } from '../../../support/bundle.ts';
import { finished, observeUntil } from '../../../contract/job-engine.ts';

export interface Task {
  session: AgenticSession;
  input: RunnerInput;
}

const entry = (name: string): string => join(import.meta.dirname, `${name}.ts`);

let programs: Promise<{ stage: string; supervisor: string }> | undefined;

/** The fixture programs, bundled once: a stage that starts in some tens of milliseconds. */
export function bundledPrograms(): Promise<{ stage: string; supervisor: string }> {
  programs ??= (async () => ({
    stage: await bundled(entry('stage-program')),
    supervisor: await bundled(entry('supervisor-program')),
  }))();
  return programs;
}

let count = 0;

/** A task whose stages do the steps. */
export function task(steps: Partial<Record<Stage, string[]>>, name = `task-${(count += 1)}`): Task {
  const session: AgenticSession = {
    apiVersion: 'vteam.ambient-code/v1alpha1',
    kind: 'AgenticSession',
    metadata: {
      namespace: 'example',
      name,
      uid: `uid-of-${name}`,
      creationTimestamp: new Date(0).toISOString(),
    },
    spec: {
      mode: 'background',
      prompt: JSON.stringify(steps),
      repos: [{ input: { url: 'https://example.com/example-org/repo' } }],
    },
  };
  const input: RunnerInput = {
    task: {
      name,
      project: 'example',
      session: name,
      uid: `uid-of-${name}`,
      createdAt: '2024-01-01T00:00:00Z',
      creator: 'someone',
      retryCount: 0,
    },
    spec: session.spec,
    deadline: '2999-01-01T00:00:00Z',
    limits: { checkSeconds: 60, fileBytes: 1_000_000, logBytes: 1_000_000 },
    protectedPaths: [],
    passEnv: [],
  };
  return { session, input };
}

/** A state folder of its own, and runners on it that are let go of at the end. */
export class Workplace {
  readonly paths: LocalPaths;
  readonly #runners: JobRunner[] = [];
  readonly #stage: string;

  constructor(stage: string) {
    this.#stage = stage;
    this.paths = localPaths({ BGTASK_STATE: mkdtempSync(join(tmpdir(), 'bgtask-jobs-')), HOME: '/nowhere' });
  }

  static async make(): Promise<Workplace> {
    return new Workplace((await bundledPrograms()).stage);
  }

  runner(options: Partial<JobRunnerOptions> = {}): JobRunner {
    const runner = new JobRunner({
      paths: this.paths,
      command: [process.execPath, this.#stage],
      stageEnv: () => ({ PATH: process.env['PATH'] ?? '' }),
      stageSecrets: () => Promise.resolve({ token: 'not-a-real-token' }),
      times: { killAfter: 300, poll: 20 },
      ...options,
    });
    this.#runners.push(runner);
    return runner;
  }

  dir({ session }: Task): string {
    return join(this.paths.jobs, session.metadata.namespace, session.metadata.name);
  }

  /** A file of a Job's folder. */
  file(job: Task, name: string): string {
    return readFileSync(join(this.dir(job), name), 'utf8');
  }

  /** The stages that began, in order, each as often as it did. */
  begun(job: Task): string[] {
    return this.file(job, 'counter').trim().split('\n');
  }

  /** Ends every Job there is and lets go of the folder. */
  async close(): Promise<void> {
    await this.end();
    this.remove();
  }

  remove(): void {
    rmSync(this.paths.state, { recursive: true, force: true, maxRetries: 10 });
  }

  /** Ends every Job there is. */
  async end(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.close()));
    const last = this.runner({ times: { killAfter: 0, poll: 20 } });
    for (const key of await last.list()) {
      await last.stop(key);
      await observeUntil(last, key, finished);
    }
  }
}
