import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { NODE_OPTIONS } from '../../../src/engine/kubernetes/install/operator.ts';

const program = fileURLToPath(new URL('../../../bin/bgtask', import.meta.url));

/** A line of the operator's log. */
export interface LogLine {
  message: string;
  [field: string]: unknown;
}

/** `bgtask operator` as a process of this machine. */
export class OperatorProcess {
  readonly lines: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #ended: Promise<unknown[]>;
  #stderr = '';
  #wake: () => void = () => undefined;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.#ended = once(child, 'close');
    void this.#ended.then(() => this.#wake());
    child.stderr?.setEncoding('utf8').on('data', (part: string) => (this.#stderr += part));
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.lines.push(JSON.parse(line) as LogLine);
        this.#wake();
      });
  }

  /** Starts one with these variables besides; it may not lead yet. */
  static async start(
    kubeconfig: string,
    name: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<OperatorProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'bgtask-operator-'));
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      // Each has its own folder for logs, as in pods.
      TMPDIR: folder,
      BGTASK_POD: name,
      BGTASK_RUNNER_IMAGE: 'registry.example.com/bgtask:test',
      BGTASK_HEALTH_PORT: '0',
      BGTASK_METRICS_PORT: '0',
      NODE_OPTIONS,
      ...more,
    };
    const child = spawn(program, ['operator', '--kubeconfig', kubeconfig], { env, cwd: folder });
    const operator = new OperatorProcess(child, folder);
    await operator.said('listening');
    return operator;
  }

  /** The first line with this message, also one of before; rejects when the operator ends without it, or after 60 s. */
  async said(message: string): Promise<LogLine> {
    const end = AbortSignal.timeout(60_000);
    for (;;) {
      const found = this.lines.find((line) => line.message === message);
      if (found) return found;
      const { exitCode, signalCode } = this.#child;
      if (end.aborted || exitCode !== null || signalCode !== null)
        throw new Error(
          `the operator never said "${message}" (exit code ${exitCode}, signal ${signalCode}): ${this.#stderr} ${JSON.stringify(this.lines)}`,
        );
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        end.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** GET on the port of this name. */
  async get(name: 'health' | 'metrics', path: string): Promise<{ status: number; text: string }> {
    const port = Number((await this.said('listening'))[name]);
    const [response] = (await once(get({ port, path, agent: false }), 'response')) as [
      import('node:http').IncomingMessage,
    ];
    return { status: response.statusCode ?? 0, text: await text(response) };
  }

  /** MiB of its resident memory: now, and the most that it ever was. */
  memory(): { memory: number; peak: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const mib = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
    return { memory: mib('VmRSS'), peak: mib('VmHWM') };
  }

  /** Resolves with its exit code when it has ended, null after a signal, and nothing of it is left. */
  async ended(): Promise<number | null> {
    const [code] = await this.#ended;
    await rm(this.#folder, { recursive: true, force: true });
    return code as number | null;
  }

  /** Sends it a signal. */
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM' | 'SIGKILL'): void {
    this.#child.kill(name);
  }

  /** Ends it, and returns its exit code; null after SIGKILL. */
  end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    this.signal(signal);
    return this.ended();
  }
}
