import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { branchName } from '../../../src/api/names.ts';
import type { SessionSpec } from '../../../src/api/types.ts';
import { StageError } from '../../../src/domain/reasons.ts';
import type { Stage, StageReport } from '../../../src/domain/report.ts';
import type { RunnerInput } from '../../../src/engine/runner-input.ts';
import { clone, pristineRepo } from '../../../src/runner/clone.ts';
import { prove } from '../../../src/runner/prove.ts';
import { publish } from '../../../src/runner/publish.ts';
import { withFreshToken } from '../../../src/runner/forge-token.ts';
import {
  inWorkspace,
  secretValues,
  type StageContext,
  type StageSecrets,
  stagePaths,
} from '../../../src/runner/stage-context.ts';
import { stageLog } from '../../../src/runner/stage-log.ts';
import { work } from '../../../src/runner/work.ts';
import { git, tempFolder, treeOf } from './remote.ts';

const STAGES = { clone, work, prove, publish };

export interface JobOptions {
  /** The repository's URL or path. */
  remote: string;
  /** The shell command that the agent is. */
  agent?: string;
  spec?: Partial<SessionSpec>;
  input?: Partial<Omit<RunnerInput, 'spec' | 'limits'>>;
  limits?: Partial<RunnerInput['limits']>;
  secrets?: StageSecrets;
  /** The job's folder; a new one when absent. */
  dir?: string;
  /** The stages' own environment besides PATH. */
  env?: Record<string, string>;
}

let count = 0;

/** One task's stages in a folder of its own, run in this process; its log is kept as the lines that were written. */
export class Job {
  readonly dir: string;
  readonly input: RunnerInput;
  readonly secrets: StageSecrets;
  readonly env: NodeJS.ProcessEnv;
  readonly control = new AbortController();

  constructor(options: JobOptions) {
    const { remote, agent = 'true', spec, input, limits, secrets = {}, env = {} } = options;
    this.dir = options.dir ?? tempFolder();
    this.secrets = secrets;
    this.env = { PATH: process.env['PATH'], BGTASK_JOB_DIR: this.dir, ...env };
    count += 1;
    const task = {
      name: `tidy-up-${count}`,
      project: 'example',
      session: `tidy-up-${count}-0a1b2c3d`,
      uid: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
      createdAt: '2024-01-01T00:00:00Z',
      creator: 'dev@example.com',
      retryCount: 0,
    };
    this.input = {
      task,
      deadline: '2999-01-01T00:00:00Z',
      protectedPaths: ['.github/workflows/**'],
      passEnv: [],
      ...input,
      limits: { checkSeconds: 60, fileBytes: 1_048_576, logBytes: 1_000_000, ...limits },
      spec: {
        mode: 'background',
        prompt: 'Tidy up',
        repos: [{ input: { url: remote } }],
        agent: { type: 'command', run: agent },
        ...spec,
      },
    };
    mkdirSync(this.dir, { recursive: true });
    writeFileSync(join(this.dir, 'input.json'), JSON.stringify(this.input));
  }

  /** The branch that publish pushes. */
  get branch(): string {
    return branchName(this.input.task.name);
  }

  get place(): ReturnType<typeof inWorkspace> & { pristine: string } {
    const paths = stagePaths('work', this.env);
    return { ...inWorkspace(paths.workspace), pristine: pristineRepo(paths.pristine) };
  }

  /** Everything the stages wrote so far. */
  get log(): string {
    return readFileSync(join(this.dir, 'log'), 'utf8');
  }

  /** A stage's termination message, of one that ran in a process of its own. */
  report(stage: Stage): StageReport {
    return JSON.parse(readFileSync(join(this.dir, `${stage}.report.json`), 'utf8')) as StageReport;
  }

  /** A path inside the job's folder that a hostile command is to touch if it ever runs. */
  get marker(): string {
    return join(this.dir, 'marker');
  }

  /** Runs one stage. Rejects with its StageError. */
  async run(stage: Stage): Promise<StageReport> {
    const file = openSync(join(this.dir, 'log'), 'a');
    try {
      const { input, env } = this;
      const { signal } = this.control;
      const minting = { input, secrets: this.secrets, env, signal, log: () => undefined };
      const secrets = await withFreshToken(stage, minting);
      const values = secretValues(secrets);
      const context: StageContext = {
        stage,
        input,
        secrets,
        env,
        paths: stagePaths(stage, env),
        log: stageLog(values, input.limits.logBytes, file),
        signal,
      };
      return await STAGES[stage](context);
    } finally {
      closeSync(file);
    }
  }

  /** Clone and work. */
  async make(): Promise<StageReport> {
    await this.run('clone');
    return this.run('work');
  }

  /** All three stages; the last one's report. */
  async all(): Promise<StageReport> {
    await this.make();
    return this.run('publish');
  }

  /** The stage's failure; an assertion that there is one. */
  async fails(stage: Stage): Promise<StageError & Partial<StageReport>> {
    const report = await this.run(stage).catch((error: unknown) => error);
    if (report instanceof StageError) return report;
    throw new Error(`${stage} did not fail as it should: ${JSON.stringify(report)} ${String(report)}`);
  }

  /** What the work stage would have published: path to mode and object, and the text of one. */
  async snapshot(report: StageReport): Promise<Map<string, string>> {
    return treeOf(this.place.base, report.snapshot ?? 'no snapshot');
  }

  show(report: StageReport, path: string): Promise<string> {
    return git(this.place.base, 'cat-file', 'blob', `${report.snapshot}:${path}`);
  }

  /** Paths that the snapshot changes. */
  async changed(report: StageReport): Promise<string[]> {
    const diff = [
      'diff-tree',
      '-r',
      '-z',
      '--name-only',
      '--no-renames',
      `${report.base}`,
      `${report.snapshot}`,
    ];
    return (await git(this.place.base, ...diff)).split('\0').filter(Boolean);
  }
}
