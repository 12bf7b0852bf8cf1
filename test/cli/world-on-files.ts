import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { AgenticSession, SessionSpec, SessionStatus } from '../../src/api/types.ts';
import type { CliContext } from '../../src/cli/context.ts';
import { run } from '../../src/cli/program.ts';
import { Line } from '../../src/domain/admission.ts';
import { conditionOf } from '../../src/domain/conditions.ts';
import { ciOutput } from '../../src/cli/ci/output.ts';
import { asCalled } from '../../src/cli/as-called.ts';
import { BgtaskError } from '../../src/domain/errors.ts';
import { checkProject } from '../../src/domain/input.ts';
import { type StatusChange, statusPatch } from '../../src/domain/lifecycle.ts';
import { parseSettings } from '../../src/domain/settings.ts';
import { isFinished } from '../../src/domain/task.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { JobRunner } from '../../src/engine/local/jobs/job-runner.ts';
import { localPaths } from '../../src/engine/local/paths.ts';
import { FileStore } from '../../src/engine/local/store/file-store.ts';
import { validateBySchema } from '../../src/engine/local/store/validate.ts';
import { decide } from '../../src/operator/decide.ts';
import { contenderOf } from '../../src/operator/admission-book.ts';
import { taskObject } from '../../src/service/task-object.ts';
import { masked } from './masked.ts';

export const NOW = '2026-01-31T12:00:00Z';

const now = (): Date => new Date(NOW);

/** What one command line came to. */
export interface Outcome {
  code: number;
  out: string;
  err: string;
}

export interface TaskFields {
  project?: string;
  created?: string;
  spec?: Partial<SessionSpec>;
  status?: Partial<SessionStatus>;
  retry?: { root: string; count: number };
}

/** What a task's status says once its Job was started. */
const STARTED: StatusChange = {
  phase: 'Creating',
  conditions: [{ type: 'Admitted', status: 'True', reason: 'Admitted', message: 'Within the limits' }],
};

/** The command line on files in a folder of its own: the local engine's store and job reader, and no process that reconciles unless `operate` is on. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'bgtask-cli-'));
  readonly env: NodeJS.ProcessEnv = { BGTASK_STATE: join(this.folder, 'state'), HOME: this.folder };
  readonly paths = localPaths(this.env);
  /** The `active` of each call of ensureController. */
  readonly ensured: boolean[] = [];
  /** Objects' names, in order of offer. */
  readonly offered: string[] = [];
  /** Answers new tasks as the operator would: by the operator's own rules. */
  operate = false;
  program = 'bgtask';
  stdin = '';
  clock = NOW;
  terminal = false;
  /** What a terminal that can be drawn on has. */
  views: CliContext['views'];
  readonly store = new FileStore({
    root: this.paths.state,
    validate: validateBySchema,
    now: () => Date.parse(this.clock),
    pollMs: 20,
  });
  readonly engine: Engine = {
    kind: 'local',
    store: this.store,
    jobs: new JobRunner({
      paths: this.paths,
      command: [],
      stageEnv: () => ({}),
      stageSecrets: () => Promise.reject(new BgtaskError('Forbidden', 'Nothing is started here.')),
    }),
    defaultProject: 'default',
    whoAmI: () => Promise.resolve({ userId: 'alex@example.com' }),
    offer: (session) => {
      this.offered.push(session.metadata.name);
      return Promise.resolve();
    },
    ensureController: async (active) => {
      this.ensured.push(active);
      // One verdict after the other, as the one operator gives them.
      if (this.operate) await (this.#verdicts = this.#verdicts.then(() => this.#judge()));
    },
  };
  reader = (): Promise<Engine> => Promise.resolve(this.engine);
  #verdicts = Promise.resolve();
  #interrupt = new AbortController();

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ctrl-C. */
  interrupt(): void {
    this.#interrupt.abort(new BgtaskError('Interrupted', 'Interrupted.'));
  }

  context(outcome: Outcome, onOut: () => void = () => undefined): CliContext {
    let quiet = false;
    this.#interrupt = new AbortController();
    const write = (text: string): void => void (outcome.err += text);
    const ci = this.terminal ? undefined : ciOutput({ env: this.env, now, write });
    const context: CliContext = {
      program: this.program,
      place: '',
      env: this.env,
      command: [],
      out: (text) => {
        outcome.out += typeof text === 'string' ? text : Buffer.from(text).toString('latin1');
        onOut();
      },
      say: (line) => {
        if (!quiet) outcome.err += `${asCalled(line, context)}\n`;
        onOut();
      },
      warn: (line) => void (outcome.err += `warning: ${asCalled(line, context)}\n`),
      err: (text) => void (outcome.err += text),
      hush: () => void (quiet = true),
      stdinText: () => Promise.resolve(this.stdin),
      stdoutIsTerminal: this.terminal,
      stderrIsTerminal: this.terminal,
      width: undefined,
      ...(this.views && { views: this.views }),
      ...(ci && { ci }),
      now,
      signal: this.#interrupt.signal,
      engine: () => Promise.resolve(this.engine),
      choice: () => ({ kind: 'local', isAsked: true }),
      reader: () => this.reader(),
      project: (options) => {
        const project = options.namespace ?? 'default';
        checkProject(project);
        return Promise.resolve(project);
      },
    };
    return context;
  }

  /** Runs one command line to its end; `onOut` is called at each thing it says. */
  async run(args: readonly string[], onOut?: (outcome: Outcome) => void): Promise<Outcome> {
    const outcome: Outcome = { code: -1, out: '', err: '' };
    outcome.code = await run(
      args,
      this.context(outcome, () => onOut?.(outcome)),
    );
    return { ...outcome, out: masked(outcome.out) };
  }

  /** A task as a user made it at `created`, with the status that an operator gave it. */
  async task(name: string, fields: TaskFields = {}): Promise<AgenticSession> {
    const { project = 'default', created = NOW, retry, status } = fields;
    const spec = {
      mode: 'background',
      prompt: `Do ${name}.`,
      repos: [{ input: { url: 'https://example.com/example-org/app', branch: 'main' } }],
      interactive: false,
      autoPushOnComplete: true,
      timeout: 3600,
      userContext: { userId: 'alex@example.com' },
      ...fields.spec,
    } as SessionSpec;
    this.clock = created;
    const made = await this.store.create('AgenticSession', taskObject(project, name, spec, retry));
    this.clock = NOW;
    return status ? this.status(made, status) : made;
  }

  status(task: AgenticSession, status: Partial<SessionStatus>): Promise<AgenticSession> {
    const { namespace, name } = task.metadata;
    return this.store.patchStatus('AgenticSession', { namespace, name }, status);
  }

  tasks(): Promise<AgenticSession[]> {
    return this.store.list('AgenticSession');
  }

  /** Keeps a whole log where it outlives the task's Job. */
  archive(task: AgenticSession, log: string): void {
    const { namespace, name } = task.metadata;
    mkdirSync(join(this.paths.logs, namespace), { recursive: true });
    writeFileSync(join(this.paths.logs, namespace, `${name}.log.gz`), gzipSync(log));
  }

  /** Keeps a change where it outlives the task's Job. */
  async keep(task: AgenticSession, patch: string | Uint8Array): Promise<void> {
    const { namespace, name, uid } = task.metadata;
    const folder = join(this.paths.logs, namespace, `${name}.change`);
    mkdirSync(folder, { recursive: true });
    const digest = `sha256:${createHash('sha256').update(patch).digest('hex')}`;
    const change = {
      location: pathToFileURL(join(folder, 'change.patch')).href,
      digest,
      files: 1,
      added: 1,
      removed: 0,
    };
    writeFileSync(join(folder, 'change.patch'), patch);
    writeFileSync(join(folder, 'kept.json'), JSON.stringify({ uid, change }));
    await this.status(task, { change });
  }

  file(name: string, text: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** A folder that passes for a git repository. */
  repository(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(join(path, '.git'), { recursive: true });
    return path;
  }

  /** The operator's rules over every task that has no verdict. */
  async #judge(): Promise<void> {
    for (const { metadata } of await this.tasks()) {
      const active = (await this.tasks()).filter((task) => !isFinished(task));
      const session = active.find(({ metadata: { uid } }) => uid === metadata.uid);
      if (!session || conditionOf(session.status?.conditions, 'Admitted')) continue;
      const contenders = active.map((task) => contenderOf(task, false));
      const settings = parseSettings({}, 'test');
      const me = contenderOf(session, false);
      const line = new Line(contenders, settings.limits);
      const admission = () => line.verdict(me) ?? line.join(me);
      const now = new Date(NOW);
      const { status = STARTED } = decide({ session, job: undefined, admission, settings, now });
      await this.status(session, statusPatch(session, status, now) ?? {});
    }
  }
}
