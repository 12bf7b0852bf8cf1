import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Stage } from '../../../src/domain/report.ts';
import type { StageSecrets } from '../../../src/runner/stage-context.ts';
import { bundled } from '../bundle.ts';

let bundle: Promise<string> | undefined;

/** The command of a stage's own process. It reads its secrets from standard input, as JSON. */
export async function stageProgram(stage: Stage): Promise<{ program: string; args: string[] }> {
  bundle ??= bundled(join(import.meta.dirname, 'stage-program.ts'));
  return { program: process.execPath, args: [await bundle, stage] };
}

/** True while a process runs; a zombie does not. */
export const isAlive = (pid: number): boolean =>
  /^[^ZX]/.test(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim());

/** A stage in a process of its own. */
export class StageProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output = '';
  static readonly #running = new Set<StageProcess>();
  readonly #waiting: { text: string; resolve: () => void }[] = [];

  private constructor(child: ChildProcess) {
    this.child = child;
    StageProcess.#running.add(this);
    this.ended = once(child, 'close').then(([code]: unknown[]) => {
      StageProcess.#running.delete(this);
      return typeof code === 'number' ? code : null;
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        for (const one of this.#waiting) if (this.output.includes(one.text)) one.resolve();
      });
  }

  static async start(
    stage: Stage,
    env: NodeJS.ProcessEnv,
    secrets: StageSecrets = {},
  ): Promise<StageProcess> {
    const { program, args } = await stageProgram(stage);
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(JSON.stringify(secrets));
    return new StageProcess(child);
  }

  /** Ends what a failed test left running. */
  static async endAll(): Promise<void> {
    for (const stage of this.#running) {
      stage.child.kill('SIGTERM');
      await stage.ended;
    }
  }

  /** Resolves when the stage's output has the text. Rejects when the stage ends without it. */
  async says(text: string): Promise<void> {
    if (this.output.includes(text)) return;
    const said = new Promise<void>((resolve) => this.#waiting.push({ text, resolve }));
    await Promise.race([said, this.ended]);
    if (!this.output.includes(text)) throw new Error(`ended without "${text}":\n${this.output}`);
  }
}
